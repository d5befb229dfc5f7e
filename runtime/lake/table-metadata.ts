import { randomUUID } from 'node:crypto'
import { smeltError } from '#diagnostics'
import { idsAfter, withFieldIds } from './new-schema.ts'
import { FIRST_PARTITION_ID, newPartitionSpec, type NewPartitionField, type PartitionSpec } from './partition-spec.ts'
import { leavesOf, type NewField, type Schema } from './schema.ts'
import type { Snapshot, SnapshotId, SnapshotRef } from './snapshot.ts'

/** What a new table is made of. */
export interface NewTable {
  readonly columns: readonly NewField[]
  readonly partitionBy?: readonly NewPartitionField[]
  readonly properties?: Readonly<Record<string, string>>
}

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

/** The metadata of a new, empty table. */
export function newTableMetadata(location: string, table: NewTable, timestampMs: number): TableMetadata {
  const ids = idsAfter(0)
  const fields = withFieldIds(table.columns, ids.next)
  const spec = newPartitionSpec(fields, table.partitionBy ?? [])
  return {
    tableUuid: randomUUID(),
    location,
    lastSequenceNumber: 0,
    lastUpdatedMs: timestampMs,
    lastColumnId: ids.last(),
    currentSchemaId: 0,
    schemas: [{ schemaId: 0, fields }],
    defaultSpecId: 0,
    partitionSpecs: [spec],
    lastPartitionId: FIRST_PARTITION_ID - 1 + spec.fields.length,
    properties: { 'write.parquet.compression-codec': 'zstd', ...table.properties },
    snapshots: [],
    snapshotLog: [],
    metadataLog: [],
    refs: {},
    rest: { 'sort-orders': [{ 'order-id': 0, fields: [] }], 'default-sort-order-id': 0 },
  }
}

export function schemaOf(metadata: TableMetadata, schemaId = metadata.currentSchemaId): Schema {
  const schema = metadata.schemas.find((each) => each.schemaId === schemaId)
  if (schema === undefined) throw missing(metadata, `schema ${schemaId}`)
  return schema
}

/**
 * `preferred` where it has the columns that the spec partitions by, else the newest schema that has: such a column may be
 * dropped once every row is written anew.
 */
export function schemaOfSpec(metadata: TableMetadata, spec: PartitionSpec, preferred = schemaOf(metadata)): Schema {
  const has = (schema: Schema): boolean =>
    spec.fields.every(({ sourceId, transform }) => {
      return transform === 'void' || leavesOf(schema.fields).some((leaf) => leaf.id === sourceId)
    })
  return has(preferred) ? preferred : (metadata.schemas.findLast(has) ?? preferred)
}

export function specOf(metadata: TableMetadata, specId = metadata.defaultSpecId): PartitionSpec {
  const spec = metadata.partitionSpecs.find((each) => each.specId === specId)
  if (spec === undefined) throw missing(metadata, `partition spec ${specId}`)
  return spec
}

export function snapshotOf(metadata: TableMetadata, id: SnapshotId | undefined): Snapshot | undefined {
  return id === undefined ? undefined : metadata.snapshots.findLast((each) => each.snapshotId === id)
}

/** The snapshots of `main`, newest first, as far back as they are kept. */
export function* history(metadata: TableMetadata): Generator<Snapshot> {
  const byId = new Map(metadata.snapshots.map((each) => [each.snapshotId, each]))
  let at = metadata.currentSnapshotId
  while (at !== undefined) {
    const snapshot = byId.get(at)
    if (snapshot === undefined) return
    yield snapshot
    at = snapshot.parentSnapshotId
  }
}

function missing(metadata: TableMetadata, what: string): Error {
  return smeltError('lake/bad-metadata', { location: metadata.location, detail: `it names ${what} and has none` })
}
