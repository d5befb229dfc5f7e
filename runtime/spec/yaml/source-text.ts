import type { Position, Span } from '#diagnostics'

/** A file's text with what is needed to turn offsets into lines and columns. */
export interface SourceText {
  readonly file: string
  readonly text: string
  /** Offsets at which each line starts; the first is 0. */
  readonly lineStarts: readonly number[]
}

/** Indexes the lines of `text`. A line ends with a line feed. */
export function sourceText(file: string, text: string): SourceText {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts }
}

/** The line and column of `offset`, both from 1; an offset past the end is the end. */
export function positionAt(source: Pick<SourceText, 'lineStarts'>, offset: number): Position {
  let low = 0
  let high = source.lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { offset, line: low + 1, column: offset - (source.lineStarts[low] ?? 0) + 1 }
}

/** The span from offset `start` to offset `end` (the first one after it). */
export function spanBetween(source: SourceText, start: number, end: number): Span {
  return { file: source.file, start: positionAt(source, start), end: positionAt(source, end) }
}
