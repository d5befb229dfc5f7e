import type { Code } from '#diagnostics'
import { quoteText } from './identifier.ts'

/** A code as an SQL text literal; typed, so that no code outside the table can be written. */
export function codeSql(code: Code): string {
  return quoteText(code)
}

/** A duration of whole milliseconds as an SQL interval. */
export function intervalSql(milliseconds: number): string {
  return `interval '${milliseconds} milliseconds'`
}

/** The start of the tumbling window that holds `time`, aligned to the Unix epoch, UTC (DESIGN section 5, windows). */
export function windowStartSql(time: string, sizeMs: number): string {
  return `time_bucket(${intervalSql(sizeMs)}, ${time}, timestamp '1970-01-01')`
}
