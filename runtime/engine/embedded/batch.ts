import type { SourceNode } from '#dialect/duckdb'

/** What the tables of a source work on, and what they say of it. */
export interface Batch {
  readonly source: SourceNode
  /** Statements that list the records that are refused, to be run at its end. */
  readonly refusals: string[]
  readonly times: EventTimes
  /** Its records were read before: they meet all versions that are known, and tell nothing of when those came. */
  readonly again?: boolean
}

/** What the event times of a batch's valid records say, in microseconds: enough to tell that none of them is late. */
export interface EventTimes {
  readonly oldest: bigint | undefined
  /** How far, at most, a record lies behind an earlier one of its topic partition; undefined when none has an earlier one. */
  readonly behind: bigint | undefined
}
