import { smeltError } from '#diagnostics'
import { reachesPath } from './position-deletes.ts'
import { tableName, type Identifier } from './identifier.ts'
import { isLive } from './merge-manifests.ts'
import { readManifest, readManifestList } from './manifest-io.ts'
import { partitionKey } from './partition-spec.ts'
import { filePruner, manifestPruner, type Predicate } from './prune.ts'
import { schemaOf, snapshotOf } from './table-metadata.ts'
import { present } from './json-value.ts'
import type { Catalog } from './catalog.ts'
import type { DataFile, DeleteFile } from './data-file.ts'
import type { ManifestEntry } from './manifest.ts'
import type { ManifestFile } from './manifest-list.ts'
import type { Schema } from './schema.ts'
import type { Snapshot, SnapshotId } from './snapshot.ts'
import type { Table } from './table.ts'

/** A data file to read, and the position delete files that may hold positions of it. */
export interface ScanTask {
  readonly file: DataFile
  readonly deletes: readonly DeleteFile[]
}

/** The files to read for a snapshot. Plain JSON. */
export interface ScanPlan {
  readonly table: Identifier
  readonly schema: Schema
  readonly snapshotId?: SnapshotId
  readonly tasks: readonly ScanTask[]
}

export interface ScanOptions {
  /** The current snapshot when left out. */
  readonly snapshot?: { readonly id: SnapshotId } | { readonly tag: string }
  /** All must hold. */
  readonly where?: readonly Predicate[]
}

/**
 * Plans a read of one snapshot. `where` leaves out files that cannot have a matching row; the reader still filters.
 * The schema is the current one, or for a snapshot asked for by id or tag the one it was written with.
 * Errors: `lake/no-such-snapshot`, `lake/unknown-column`, `lake/bad-literal`, `lake/missing-file`, the store's.
 */
export async function planScan(catalog: Catalog, table: Table, options: ScanOptions = {}): Promise<ScanPlan> {
  const snapshot = chosenSnapshot(table, options)
  const schema = schemaOf(table.metadata, options.snapshot === undefined ? undefined : snapshot?.schemaId)
  const where = options.where ?? []
  const mayMatchManifest = manifestPruner(table, schema, where)
  const mayMatch = filePruner(table, schema, where)
  const manifests = (await readManifestList(catalog, snapshot)).filter(mayMatchManifest)
  const entries = (await Promise.all(manifests.map((each) => liveEntries(catalog, table, each)))).flat()
  const deletes = deletesByPartition(entries)
  const tasks = entries.flatMap(({ file, sequenceNumber }) => {
    if (file.content !== 'data' || !mayMatch(file)) return []
    const near = deletes.get(partitionKey(file.specId, file.partition)) ?? []
    return [{ file, deletes: near.filter((each) => applies(each, file, sequenceNumber ?? 0)).map((each) => each.file) }]
  })
  return { table: table.identifier, schema, ...present('snapshotId', snapshot?.snapshotId), tasks }
}

function chosenSnapshot(table: Table, { snapshot }: ScanOptions): Snapshot | undefined {
  const { metadata, identifier } = table
  if (snapshot === undefined) return snapshotOf(metadata, metadata.currentSnapshotId)
  const id = 'id' in snapshot ? snapshot.id : metadata.refs[snapshot.tag]?.snapshotId
  const found = snapshotOf(metadata, id)
  if (found !== undefined) return found
  const asked = 'id' in snapshot ? snapshot.id : snapshot.tag
  throw smeltError('lake/no-such-snapshot', { table: tableName(identifier), snapshot: asked })
}

async function liveEntries(catalog: Catalog, table: Table, manifest: ManifestFile): Promise<ManifestEntry[]> {
  return (await readManifest(catalog, table, manifest)).filter(isLive)
}

interface NumberedDelete {
  readonly file: DeleteFile
  readonly sequenceNumber: number
}

function deletesByPartition(entries: readonly ManifestEntry[]): Map<string, NumberedDelete[]> {
  const found = new Map<string, NumberedDelete[]>()
  for (const { file, sequenceNumber = 0 } of entries) {
    if (file.content !== 'position-deletes') continue
    const key = partitionKey(file.specId, file.partition)
    const group = found.get(key) ?? []
    group.push({ file, sequenceNumber })
    found.set(key, group)
  }
  return found
}

/** Position deletes reach data files of their own snapshot and before (spec, "Scan Planning"), by path. */
function applies({ file, sequenceNumber }: NumberedDelete, data: DataFile, dataSequenceNumber: number): boolean {
  return sequenceNumber >= dataSequenceNumber && reachesPath(file, data.location)
}
