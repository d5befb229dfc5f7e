import type { Span } from '../span.ts'
import type { Paint } from './paint.ts'

/** Longest piece of a line that is shown; a longer line is cut around the mark. */
const MAX_WIDTH = 140

/**
 * The lines of `span` as they stand in `text`, numbered, with a mark under exactly what the span covers and one line
 * of context on each side. A span of several lines shows its first one. Empty when the text is not known.
 */
export function codeFrame(span: Span, text: string | undefined, paint: Paint): string[] {
  if (text === undefined) return []
  const lines = text.split(/\r?\n/)
  const { line, column } = span.start
  const marked = lines[line - 1]
  if (marked === undefined) return []
  const end = span.end.line === line ? span.end.column : marked.length + 1
  const view = cut(marked, column)
  const length = Math.max(1, Math.min(end, view.from + view.text.length + 1) - column)
  const gutter = String(Math.min(line + 1, lines.length)).length
  const row = (number: number, content: string): string =>
    `${paint.faint(`${String(number).padStart(gutter)} |`)}${content === '' ? '' : ` ${content}`}`
  const context = (number: number): string[] => {
    const content = lines[number - 1]
    return content === undefined || content.trim() === '' ? [] : [row(number, cut(content, 1).text)]
  }
  const lead = blankCopy(view.text.slice(0, column - 1 - view.from))
  const mark = `${paint.faint(`${' '.repeat(gutter)} |`)} ${lead}${paint.strong('^'.repeat(length))}`
  return [...context(line - 1), row(line, view.text), mark, ...context(line + 1)]
}

/** `from` is the index at which the shown piece starts. */
function cut(line: string, column: number): { text: string; from: number } {
  if (line.length <= MAX_WIDTH) return { text: line, from: 0 }
  const from = Math.max(0, Math.min(column - 1 - MAX_WIDTH / 2, line.length - MAX_WIDTH))
  return { text: line.slice(from, from + MAX_WIDTH), from }
}

/** Blanks of the same width on the screen: tabs stay tabs. */
function blankCopy(text: string): string {
  return text.replace(/[^\t]/g, ' ')
}
