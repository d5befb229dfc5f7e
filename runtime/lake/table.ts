import type { Identifier } from './identifier.ts'
import type { TableMetadata } from './table-metadata.ts'
import { schemaOf, snapshotOf } from './table-metadata.ts'
import type { Schema } from './schema.ts'
import type { Snapshot, SnapshotId } from './snapshot.ts'

/** A table as it was when it was loaded or committed. */
export interface Table {
  readonly identifier: Identifier
  /** The table's folder, as readers see it. */
  readonly location: string
  readonly metadataLocation: string
  readonly metadata: TableMetadata
}

/** The table's current schema. */
export function currentSchema(table: Table): Schema {
  return schemaOf(table.metadata)
}

/** The snapshot with that id, if the table still has it. */
export function snapshotWithId(table: Table, id: SnapshotId): Snapshot | undefined {
  return snapshotOf(table.metadata, id)
}

/** The snapshot that `main` is at; undefined for a table without one. */
export function currentSnapshot(table: Table): Snapshot | undefined {
  return snapshotOf(table.metadata, table.metadata.currentSnapshotId)
}
