import type { PartitionTuple } from './value.ts'

/** Column metrics by field id (JSON object keys). Bounds are Iceberg single values, as hex. */
export interface ColumnMetrics {
  readonly columnSizes: Readonly<Record<number, number>>
  readonly valueCounts: Readonly<Record<number, number>>
  readonly nullValueCounts: Readonly<Record<number, number>>
  readonly nanValueCounts: Readonly<Record<number, number>>
  readonly lowerBounds: Readonly<Record<number, string>>
  readonly upperBounds: Readonly<Record<number, string>>
}

/** One Parquet file of rows, as a table knows it. Plain JSON. */
export interface DataFile extends ColumnMetrics {
  readonly content: 'data'
  readonly location: string
  readonly specId: number
  readonly partition: PartitionTuple
  readonly recordCount: number
  readonly fileSizeBytes: number
}

/** One Parquet file of position deletes, as a table knows it. Plain JSON. */
export interface DeleteFile extends ColumnMetrics {
  readonly content: 'position-deletes'
  readonly location: string
  readonly specId: number
  readonly partition: PartitionTuple
  readonly recordCount: number
  readonly fileSizeBytes: number
  /** The data files whose rows it deletes, where its writer told: they must be live when it is committed. */
  readonly referencedDataFiles: readonly string[]
}
