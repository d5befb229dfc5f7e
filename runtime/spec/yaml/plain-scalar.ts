/** Characters that begin nothing but a plain scalar. */
const STARTS = /[\w$.<(/+\\=~^;\u00a1-\uffff]/
const STARTS_AFTER_DASH = /[\w.$]/
const SIMPLE_NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/
/** Whatever the core schema takes for a number. */
const NUMBER =
  /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN))$/
const FLOW_MARKS = ',[]{}'

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL', '~'].map((word) => [word, null] as const),
])

/** True when a plain scalar, and nothing else, begins at `at`. */
export function isPlainStart(text: string, at: number): boolean {
  const first = text.charAt(at)
  return first === '-' ? STARTS_AFTER_DASH.test(text.charAt(at + 1)) : STARTS.test(first)
}

/**
 * Where the plain scalar that begins at `at` ends in its line: before a comment, before a colon that makes it a key, in
 * a flow collection also before its marks. Blanks at its end are not part of it. Undefined where the end is not plain.
 */
export function plainEnd(
  text: string,
  at: number,
  { lineEnd, inFlow }: { readonly lineEnd: number; readonly inFlow: boolean },
): number | undefined {
  let end = at
  for (let index = at; index < lineEnd; index++) {
    const character = text.charAt(index)
    if (character === ' ') continue
    if (character === '#' && text[index - 1] === ' ') return inFlow ? undefined : end
    if (inFlow && FLOW_MARKS.includes(character)) return end
    if (character === ':') {
      const after = text.charAt(index + 1)
      const isKey = index + 1 >= lineEnd || after === ' ' || (inFlow && FLOW_MARKS.includes(after))
      // A blank before the colon is allowed, and rare.
      if (isKey) return end === index ? end : undefined
    }
    end = index + 1
  }
  return end
}

/** Where the quoted scalar that begins at `at` ends, its quote included; undefined when it has escapes or goes on below. */
export function quotedEnd(text: string, at: number, lineEnd: number): number | undefined {
  const quote = text.charAt(at)
  for (let index = at + 1; index < lineEnd; index++) {
    const character = text.charAt(index)
    if (character === '\\' && quote === '"') return undefined
    if (character !== quote) continue
    if (quote === "'" && text[index + 1] === quote) index++
    else return index + 1
  }
  return undefined
}

/** What the core schema makes of a plain scalar; undefined for a number in a spelling that is better left to the library. */
export function plainValue(text: string): string | number | boolean | null | undefined {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  if (!NUMBER.test(text)) return text
  return SIMPLE_NUMBER.test(text) ? Number(text) : undefined
}
