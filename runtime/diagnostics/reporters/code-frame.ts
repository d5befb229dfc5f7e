import type { Span } from '../span.ts'
import type { Paint } from './paint.ts'
import { cutAround, type Cluster, type CutLine } from './screen-text.ts'

/** Columns of the screen that a line may take; a longer one is cut around the mark. */
const MAX_WIDTH = 140

/**
 * The lines of `span` as they stand in `text`, numbered, with a mark under exactly what the span covers and one line
 * of context on each side. A span of several lines shows its first one. Empty when the text is not known. The mark
 * counts columns as a screen does: two for a wide character, none for a combining one, tabs as tabs.
 */
export function codeFrame(span: Span, text: string | undefined, paint: Paint): string[] {
  const { offset, line } = span.start
  if (text === undefined || offset > text.length) return []
  const [from, to] = lineAround(text, offset)
  const before = from === 0 ? undefined : text.slice(...lineAround(text, from - 1))
  const after = nextLine(text, to)
  const marked = cutAround(text.slice(from, to), offset - from, MAX_WIDTH)
  const gutter = String(after === undefined ? line : line + 1).length
  const row = (number: number, content: string): string =>
    `${paint.faint(`${String(number).padStart(gutter)} |`)}${content === '' ? '' : ` ${content}`}`
  const context = (number: number, content: string | undefined): string[] =>
    content === undefined || content.trim() === '' ? [] : [row(number, cutAround(content, 0, MAX_WIDTH).text)]
  const [lead, mark] = underline(marked, offset - from, Math.min(span.end.offset, to) - from)
  return [
    ...context(line - 1, before),
    row(line, marked.text),
    `${paint.faint(`${' '.repeat(gutter)} |`)} ${lead}${paint.strong(mark)}`,
    ...context(line + 1, after),
  ]
}

/** Start and end of the line that holds `offset`, without its line feed. */
function lineAround(text: string, offset: number): [from: number, to: number] {
  const from = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  const feed = text.indexOf('\n', offset)
  const to = feed === -1 ? text.length : feed
  return [from, to > from && text[to - 1] === '\r' ? to - 1 : to]
}

/** The line after the one that ends at `to`. */
function nextLine(text: string, to: number): string | undefined {
  const feed = text.indexOf('\n', to)
  return feed === -1 ? undefined : text.slice(...lineAround(text, feed + 1))
}

/** What stands under a line: blanks up to `from`, and at least one mark up to `to`. Tabs stay tabs. */
function underline({ shown, cut }: CutLine, from: number, to: number): [lead: string, mark: string] {
  const under = (list: readonly Cluster[], sign: string): string =>
    list.map(({ text, width: columns }) => (text === '\t' ? text : sign.repeat(columns))).join('')
  const lead = shown.filter(({ start, text }) => start + text.length <= from)
  const marked = shown.filter(({ start, text }) => start + text.length > from && start < to)
  const mark = under(marked, '^')
  return [`${cut === '' ? '' : ' '}${under(lead, ' ')}`, mark.includes('^') ? mark : '^']
}
