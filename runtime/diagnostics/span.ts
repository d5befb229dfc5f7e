/** A place in a file. `offset` counts UTF-16 units from 0; `line` and `column` count from 1. */
export interface Position {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** A stretch of a file: `end` is the first position after it. `file` is relative to the project root. */
export interface Span {
  readonly file: string
  readonly start: Position
  readonly end: Position
}
