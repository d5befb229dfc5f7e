/** A piece of a text: characters as they are, or a placeholder. `start` and `end` are indices into the text. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'placeholder'
      readonly namespace: string
      readonly name: string
      readonly fallback: string | undefined
      readonly start: number
      readonly end: number
    }
  | { readonly kind: 'broken'; readonly text: string; readonly start: number; readonly end: number }

const OPENING = /\$?\$\{/g
const PLACEHOLDER = /\$\{([A-Za-z_]\w*)\.([\w-]+)(?::-([^}]*))?\}/y

/**
 * Splits `text` at its placeholders: `${params.x}`, `${env.X}`, `${env.X:-default}`, `${secrets.X}`. `$${` stands for
 * the two characters `${` themselves. What starts like a placeholder and is none comes back as `broken`.
 */
export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  let start = 0
  const literal = (end: number): void => {
    if (end > start) parts.push({ kind: 'text', text: text.slice(start, end), start, end })
  }
  OPENING.lastIndex = 0
  for (let found = OPENING.exec(text); found !== null; found = OPENING.exec(text)) {
    literal(found.index)
    const part = found[0] === '$${' ? escapedAt(found.index) : placeholderAt(text, found.index)
    parts.push(part)
    start = part.end
    OPENING.lastIndex = start
  }
  literal(text.length)
  return parts
}

function escapedAt(start: number): TemplatePart {
  return { kind: 'text', text: '${', start, end: start + 3 }
}

function placeholderAt(text: string, start: number): TemplatePart {
  PLACEHOLDER.lastIndex = start
  const match = PLACEHOLDER.exec(text)
  const [whole, namespace, name, fallback] = match ?? []
  if (whole === undefined || namespace === undefined || name === undefined) return brokenAt(text, start)
  if (fallback !== undefined && namespace !== 'env') return brokenAt(text, start)
  return { kind: 'placeholder', namespace, name, fallback, start, end: start + whole.length }
}

function brokenAt(text: string, start: number): TemplatePart {
  const length = text.slice(start + 2).search(/\}|\n|\$\{/)
  const stop = length === -1 ? text.length : start + 2 + length
  const end = text.charAt(stop) === '}' ? stop + 1 : stop
  return { kind: 'broken', text: text.slice(start, end), start, end }
}
