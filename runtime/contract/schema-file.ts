import type { Position, Span } from '#diagnostics'

/** A contract file: turns offsets of its text into spans. */
export interface SchemaFile {
  readonly file: string
  span(start: number, end: number): Span
}

/** The places of `text`, which is the content of `file`. */
export function schemaFile(file: string, text: string): SchemaFile {
  const lines = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1)
  const position = (offset: number): Position => {
    const line = lines.findLastIndex((start) => start <= offset)
    return { offset, line: line + 1, column: offset - (lines[line] ?? 0) + 1 }
  }
  return { file, span: (start, end) => ({ file, start: position(start), end: position(end) }) }
}
