/** Any characters, line feeds too. */
const ANY = '[\\s\\S]*'
const ENV = 'env\\.[\\w-]+(?::-[^}]*)?'
const PARAM = 'params\\.[\\w-]+'

/** The placeholders that may stand in a text: of params and variables, of variables alone, or none at all. */
export type Fills = 'all' | 'env' | 'none'

/** What `${secrets.NAME}` looks like when it is the whole value. */
export const SECRET_PATTERN = '^\\$\\{secrets\\.[\\w-]+\\}$'

/**
 * A regular expression (ECMA 262, no flags) for a text that matches `valid`, or that holds a placeholder, whose value is
 * not known before it is read. Either way no placeholder in it may be broken, unknown, or a secret; `$${` is none. Where
 * nothing is filled in, the text matches `valid`, and `${` may not stand in it at all.
 */
export function textPattern(valid: string | undefined, fills: Fills): string {
  if (fills === 'none') return `^(?!${ANY}\\$\\{)${valid === undefined ? '' : `(?=${ANY}(?:${valid}))`}`
  const fill = fills === 'all' ? `(?:${ENV}|${PARAM})` : ENV
  const sound = `^(?!${ANY}(?:^|[^$])\\$\\{(?!${fill}\\}))`
  return valid === undefined ? sound : `${sound}(?=${ANY}(?:${placeholder(fill)}|${valid}))`
}

/** A regular expression for a text that is no value of its own, only a placeholder with or without text around it. */
export function placeholderPattern(fills: Exclude<Fills, 'none'>): string {
  return textPattern('(?!)', fills)
}

function placeholder(fill: string): string {
  return `(?:^|[^$])\\$\\{${fill}\\}`
}
