/** A partition transform by its name in the spec. */
export type Transform =
  'identity' | 'year' | 'month' | 'day' | 'hour' | 'void' | `bucket[${number}]` | `truncate[${number}]`

export interface PartitionField {
  readonly sourceId: number
  readonly fieldId: number
  readonly name: string
  readonly transform: Transform
}

export interface PartitionSpec {
  readonly specId: number
  readonly fields: readonly PartitionField[]
}

/** How a column shall partition a new table. The name defaults to Iceberg's usual one, such as `reported_at_day`. */
export interface NewPartitionField {
  readonly column: string
  readonly transform: Transform
  readonly name?: string
}

/**
 * A partition value as plain JSON: int, date (days), year, month, day, hour and bucket as numbers; long, timestamps
 * (microseconds), decimals as decimal text; binary as hex; NaN does not occur.
 */
export type PartitionValue = string | number | boolean | null

/** The values of one partition, in the order of the spec's fields. Empty for an unpartitioned table. */
export type PartitionTuple = readonly PartitionValue[]
