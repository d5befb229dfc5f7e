import type { Verdict } from '../silver.ts'

/** What differs between kinds of windows: which of them a row is in, and when they close. */
export interface WindowCuts {
  /** Columns of the state, timestamps, that say which windows a partial belongs to. */
  readonly keys: readonly string[]
  /** The verdicts on late records, counted from 0. */
  readonly verdicts: readonly Verdict[]
  /** kafka_partition, kafka_offset and verdict of late records; in a rebuild those late for closed windows are declared. */
  readonly late: (rebuild: boolean) => string
  /** True, by the verdict of a late record, where it is late for all of its windows. Left out where it has but one. */
  readonly lost?: string
  /** One row of partials per key and group of the batch; the second form leaves refused rows out. */
  readonly fold: { readonly all: string; readonly withoutRefused: string }
  /** window_start, window_end, groups and merged partials of the windows that close now. */
  readonly closing: string
  /** In how many windows a partial is merged, at most. */
  readonly windowsOfPartial: number
  /** True, over the state, for the rows that `closing` reads. */
  readonly closes: string
  /** The same as `closing` of the windows that rows came for since the newest checkpoint. */
  readonly touched: string
  /** The partials that it merges: what follows `from`. */
  readonly touchedRows: string
  /** True where `changed`, a row of `touched`, takes the place of `live`, a row of the table. */
  readonly replaces: string
  /** True, over window_start and window_end, where the window is closed. */
  readonly isClosed: string
  /** Aggregate over the state: a timestamp up to which no window in it closes. */
  readonly firstEnd: string
  /** Aggregate over the state: until when it must be kept, a timestamp. */
  readonly lastEnd: string
  /** Drops what no open window needs. */
  readonly drop: readonly string[]
  /** The partials of the state, merged: keys, groups, partials. */
  readonly compacted: string
}
