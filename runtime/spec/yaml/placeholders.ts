import type { Offsets } from '../nodes.ts'

/** Also what only looks like a placeholder: it is then reported as one, and not as broken YAML. */
const PLACEHOLDER = /\$\{[^}\n"']*\}/g
const SPECIAL = /[^\w$.-]/g
const STAND_IN = '\uE000'

/**
 * `text` with the characters inside `${...}` that YAML gives a meaning (braces, colons, commas) replaced one for one, so
 * that a placeholder needs no quotes anywhere and every offset stays true. The parsed scalars take their characters
 * back from the original text by offset.
 */
export function maskPlaceholders(text: string): string {
  return text.replace(PLACEHOLDER, (found) => found.replace(SPECIAL, STAND_IN))
}

/** True when characters of `value` were replaced. */
export function isMasked(value: string): boolean {
  return value.includes(STAND_IN)
}

/** The scalar `value` of a masked text with its own characters again. */
export function unmask(value: string, offsets: Offsets, original: string): string {
  let result = ''
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index)
    result += character === STAND_IN ? original.charAt(offsets.at(index) ?? -1) : character
  }
  return result
}
