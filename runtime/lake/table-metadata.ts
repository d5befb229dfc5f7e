import type { PartitionSpec } from './partition-spec.ts'
import type { Schema } from './schema.ts'
import type { Snapshot, SnapshotId, SnapshotRef } from './snapshot.ts'

/** A table's metadata, format version 2. Entries that Smelt does not use are kept in `rest` and written back. */
export interface TableMetadata {
  readonly tableUuid: string
  readonly location: string
  readonly lastSequenceNumber: number
  readonly lastUpdatedMs: number
  readonly lastColumnId: number
  readonly currentSchemaId: number
  readonly schemas: readonly Schema[]
  readonly defaultSpecId: number
  readonly partitionSpecs: readonly PartitionSpec[]
  readonly lastPartitionId: number
  readonly properties: Readonly<Record<string, string>>
  readonly currentSnapshotId?: SnapshotId
  readonly snapshots: readonly Snapshot[]
  readonly snapshotLog: readonly { readonly timestampMs: number; readonly snapshotId: SnapshotId }[]
  readonly metadataLog: readonly { readonly timestampMs: number; readonly metadataFile: string }[]
  readonly refs: Readonly<Record<string, SnapshotRef>>
  readonly rest: Readonly<Record<string, unknown>>
}
