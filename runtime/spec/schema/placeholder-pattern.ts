/** Any characters, line feeds too. */
const ANY = '[\\s\\S]*'
const ENV = 'env\\.[\\w-]+(?::-[^}]*)?'
const PARAM = 'params\\.[\\w-]+'

/** What `${secrets.NAME}` looks like when it is the whole value. */
export const SECRET_PATTERN = '^\\$\\{secrets\\.[\\w-]+\\}$'

/**
 * A regular expression (ECMA 262, no flags) for a text that matches `valid`, or that holds a placeholder, whose value is
 * not known before it is read. Either way no placeholder in it may be broken, unknown, or a secret; `$${` is none.
 */
export function textPattern(valid: string | undefined, params: boolean): string {
  const fill = params ? `(?:${ENV}|${PARAM})` : ENV
  const sound = `^(?!${ANY}(?:^|[^$])\\$\\{(?!${fill}\\}))`
  return valid === undefined ? sound : `${sound}(?=${ANY}(?:${placeholder(fill)}|${valid}))`
}

/** A regular expression for a text that is no value of its own, only a placeholder with or without text around it. */
export function placeholderPattern(params: boolean): string {
  return textPattern('(?!)', params)
}

function placeholder(fill: string): string {
  return `(?:^|[^$])\\$\\{${fill}\\}`
}
