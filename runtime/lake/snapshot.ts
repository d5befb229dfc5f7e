/** A snapshot id in decimal digits: other writers use all 63 bits, more than a JSON number holds exactly. */
export type SnapshotId = string

export type Operation = 'append' | 'overwrite' | 'delete' | 'replace'

/** One state of a table. */
export interface Snapshot {
  readonly snapshotId: SnapshotId
  readonly parentSnapshotId?: SnapshotId
  readonly sequenceNumber: number
  readonly timestampMs: number
  readonly manifestList: string
  readonly operation: Operation
  /** Everything of the spec's summary but the operation: Iceberg's counts and the caller's own entries. */
  readonly summary: Readonly<Record<string, string>>
  readonly schemaId?: number
}

/** A branch or tag. */
export interface SnapshotRef {
  readonly snapshotId: SnapshotId
  readonly type: 'branch' | 'tag'
  /** Retention settings and whatever else stands beside them, kept as found. */
  readonly rest: Readonly<Record<string, unknown>>
}
