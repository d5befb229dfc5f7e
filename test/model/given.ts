import type { Row, Value } from '../dialect/duckdb/reference.ts'

/** A record as a topic holds it. */
export interface GivenRecord {
  readonly source: string
  readonly partition: number
  readonly offset: bigint
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** A row of a silver table, with what decides about it later. Times are microseconds. */
export interface SilverRow {
  readonly partition: number
  readonly offset: bigint
  readonly time: bigint
  /** The newest event time among the earlier valid records of its topic partition. */
  readonly newestBefore: bigint | undefined
  readonly values: Row
}

/** Why a record is in quarantine; `table` is null when no table saw it. */
export interface Refusal {
  readonly source: string
  readonly partition: number
  readonly offset: bigint
  readonly table: string | null
  readonly code: string
  readonly rule: string | null
}

/** The order of rows: event time, topic partition, offset. */
export function byOrder(a: SilverRow, b: SilverRow): number {
  return compareValues(a.time, b.time) || a.partition - b.partition || compareValues(a.offset, b.offset)
}

/** Values of one type in order; texts by code point. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a === b || a === null || b === null ? 0 : a < b ? -1 : 1
}

/** Equal for equal values, and null equals null. Minus zero is zero. */
export function keyOf(values: readonly Value[]): string {
  return values.map((each) => `${typeof each} ${String(each === 0 ? 0 : each)}`).join('\u0000')
}

/** `milliseconds` in microseconds. */
export function micros(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1000n
}
