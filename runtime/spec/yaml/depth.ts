import { CST } from 'yaml'

/** Far above any declaration, far below what the parser's recursion can take. */
export const MAX_DEPTH = 200

const OPENS = new Set(['flow-map-start', 'flow-seq-start'])
const CLOSES = new Set(['flow-map-end', 'flow-seq-end'])
/** Tokens that the lexer adds and that are not in the text. */
const MARKERS = new Set(['doc-mode', 'scalar', 'flow-error-end'])
const INDICATORS = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind'])

/**
 * Watches the tokens of a text one after the other. `see` answers true when the text is nested deeper than MAX_DEPTH;
 * `offset` is then the place. A level costs at least one bracket, one column of indentation or one indicator, so their
 * sum bounds the depth; tokens come without any recursion, so this is safe on any input.
 */
export class DepthWatch {
  offset = 0
  private brackets = 0
  private line = 0
  private before: ReturnType<typeof CST.tokenType> = 'newline'

  see(token: string): boolean {
    const { before } = this
    // The text of a scalar follows its marker, and may look like any other token.
    const type: ReturnType<typeof CST.tokenType> = before === 'scalar' ? null : CST.tokenType(token)
    if (type === 'newline') this.line = 0
    else if (type === 'space' && before === 'newline') this.line = token.length
    else if (type !== null && INDICATORS.has(type)) this.line++
    else if (type !== null && OPENS.has(type)) this.brackets++
    else if (type !== null && CLOSES.has(type)) this.brackets--
    if (this.brackets + this.line > MAX_DEPTH) return true
    if (type === null || !MARKERS.has(type)) this.offset += token.length
    this.before = before === 'scalar' && token.endsWith('\n') ? 'newline' : type
    return false
  }
}
