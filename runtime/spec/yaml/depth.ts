import { CST, Lexer } from 'yaml'

/** Far above any declaration, far below what the parser's recursion can take. */
export const MAX_DEPTH = 200

const OPENS = new Set(['flow-map-start', 'flow-seq-start'])
const CLOSES = new Set(['flow-map-end', 'flow-seq-end'])
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
  let lineStart = true
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token)
    if (type === 'scalar') continue
    if (type === 'newline') line = 0
    else if (type === 'space' && lineStart) line = token.length
    else if (type !== null && INDICATORS.has(type)) line++
    else if (type !== null && OPENS.has(type)) brackets++
    else if (type !== null && CLOSES.has(type)) brackets--
    if (brackets + line > MAX_DEPTH) return Math.min(offset, text.length)
    lineStart = type === 'newline'
    if (type !== 'doc-mode' && type !== 'flow-error-end') offset += token.length
  }
  return undefined
}
