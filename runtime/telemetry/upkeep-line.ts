import { countText } from './checkpoint-line.ts'

/** What was done to a table so that it stays fit to be read, as one log line. Sizes in bytes. */
export interface UpkeepLine {
  readonly event: 'upkeep'
  readonly time: string
  readonly instance: string
  readonly table: string
  /** Data files that were written together, and what they became. */
  readonly files_compacted: number
  readonly files_written: number
  readonly bytes_compacted: number
  /** Partitions that were older than the retention of the table, and their rows. */
  readonly partitions_dropped: number
  readonly rows_dropped: number
  readonly snapshots_expired: number
  /** Files that nothing names any more. */
  readonly files_removed: number
}

/** The line for people. */
export function upkeepText(line: UpkeepLine): string {
  const parts = [
    ...(line.partitions_dropped === 0
      ? []
      : [`${countText(line.partitions_dropped)} partitions dropped (${countText(line.rows_dropped)} rows)`]),
    ...(line.files_compacted === 0
      ? []
      : [`${countText(line.files_compacted)} files became ${countText(line.files_written)}`]),
    ...(line.snapshots_expired === 0 ? [] : [`${countText(line.snapshots_expired)} snapshots expired`]),
    ...(line.files_removed === 0 ? [] : [`${countText(line.files_removed)} files removed`]),
  ]
  return `${line.instance}: ${line.table}: ${parts.length === 0 ? 'nothing to do' : parts.join(', ')}`
}
