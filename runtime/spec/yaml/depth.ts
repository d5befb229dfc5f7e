import { CST, Lexer } from 'yaml'

/** Far above any declaration, far below what the parser's recursion can take. */
export const MAX_DEPTH = 200

const OPENS = new Set(['flow-map-start', 'flow-seq-start'])
const CLOSES = new Set(['flow-map-end', 'flow-seq-end'])
/** Tokens that the lexer adds and that are not in the text. */
const MARKERS = new Set(['doc-mode', 'scalar', 'flow-error-end'])
const INDICATORS = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind'])

/**
 * The offset at which `text` is nested deeper than MAX_DEPTH, or undefined. A level costs at least one bracket, one
 * column of indentation or one indicator, so their sum bounds the depth; the lexer is iterative, so this is safe on
 * any input.
 */
export function tooDeepAt(text: string): number | undefined {
  let offset = 0
  let brackets = 0
  let line = 0
  let before: ReturnType<typeof CST.tokenType> = 'newline'
  for (const token of new Lexer().lex(text)) {
    // The text of a scalar follows its marker, and may look like any other token.
    const type: ReturnType<typeof CST.tokenType> = before === 'scalar' ? null : CST.tokenType(token)
    if (type === 'newline') line = 0
    else if (type === 'space' && before === 'newline') line = token.length
    else if (type !== null && INDICATORS.has(type)) line++
    else if (type !== null && OPENS.has(type)) brackets++
    else if (type !== null && CLOSES.has(type)) brackets--
    if (brackets + line > MAX_DEPTH) return Math.min(offset, text.length)
    if (type === null || !MARKERS.has(type)) offset += token.length
    before = before === 'scalar' && text.charAt(offset - 1) === '\n' ? 'newline' : type
  }
  return undefined
}
