import { conflict } from './commit-conflict.ts'
import { grouped } from './grouped.ts'
import { readManifest, readManifestList, type ManifestWriter } from './manifest-io.ts'
import { carried, isLive, mergeManifests } from './merge-manifests.ts'
import { summaryCounts } from './snapshot-summary.ts'
import { present } from './json-value.ts'
import { mayDeleteFrom } from './position-deletes.ts'
import { snapshotOf } from './table-metadata.ts'
import { currentSnapshot, type Table } from './table.ts'
import type { Catalog } from './catalog.ts'
import type { Clock } from './clock.ts'
import type { DataFile, DeleteFile } from './data-file.ts'
import type { ManifestEntry } from './manifest.ts'
import type { ManifestFile, ManifestListHeader } from './manifest-list.ts'
import type { Snapshot } from './snapshot.ts'
import type { StagedCommit } from './staged-commit.ts'
import type { TableMetadata } from './table-metadata.ts'

/** A snapshot whose files are written, on top of one version of the table; not yet visible to anyone. */
export interface StagedSnapshot {
  readonly snapshot: Snapshot
  readonly metadata: TableMetadata
  /** Locations of the metadata files it needs. */
  readonly used: ReadonlySet<string>
  /** Keeps in memory what the next commit would otherwise read. Only for a snapshot that was committed. */
  remember(): void
}

export interface SnapshotOptions {
  readonly snapshotId: string
  readonly writer: ManifestWriter
  readonly clock: Clock
}

/** Writes manifests and manifest list of the commit as the successor of `base`. `lake/commit-conflict` when it cannot be. */
export async function stageSnapshot(
  catalog: Catalog,
  base: Table,
  staged: StagedCommit,
  { snapshotId, writer, clock }: SnapshotOptions,
): Promise<StagedSnapshot> {
  const parent = currentSnapshot(base)
  refuseOtherBase(staged, parent)
  const header: ManifestListHeader = {
    snapshotId,
    ...present('parentSnapshotId', parent?.snapshotId),
    sequenceNumber: base.metadata.lastSequenceNumber + 1,
  }
  const before = await readManifestList(catalog, parent)
  const removal = await removeFiles(catalog, base, before, staged, writer, header)
  const added = addedEntries(staged, snapshotId)
  const fresh = added.map((entries) => writer.writeManifest(base, entries, header))
  const kept = await mergeManifests(catalog, base, removal.kept, writer, header)
  const manifests = [...fresh, ...removal.rewritten, ...kept]
  const snapshot: Snapshot = {
    ...header,
    timestampMs: Math.max(clock(), base.metadata.lastUpdatedMs),
    manifestList: writer.writeList(base, manifests, header),
    operation: staged.operation,
    summary: { ...staged.summary, ...carriedOver(staged, parent), ...summaryCounts({ ...staged, ...removal }, parent) },
    schemaId: base.metadata.currentSchemaId,
  }
  await writer.settle()
  return {
    snapshot,
    metadata: withSnapshot(base.metadata, snapshot),
    used: new Set([snapshot.manifestList, ...manifests.map((manifest) => manifest.location)]),
    remember: () => fresh.forEach((file, index) => rememberAdded(catalog, file, added[index] ?? [])),
  }
}

function refuseOtherBase({ table, onto }: StagedCommit, parent: Snapshot | undefined): void {
  if (onto !== undefined && onto !== parent?.snapshotId) throw conflict(table, 'it has another snapshot by now')
}

function carriedOver({ carries, replacesAll }: StagedCommit, parent: Snapshot | undefined): Record<string, string> {
  if (carries === undefined || replacesAll === true) return {}
  return Object.fromEntries(Object.entries(parent?.summary ?? {}).filter(([name]) => name.startsWith(carries)))
}

/** The metadata with the snapshot as the new state of `main`. */
export function withSnapshot(metadata: TableMetadata, snapshot: Snapshot): TableMetadata {
  const { snapshotId, timestampMs, sequenceNumber } = snapshot
  const main = metadata.refs['main'] ?? { type: 'branch', rest: {} }
  return {
    ...metadata,
    lastSequenceNumber: sequenceNumber,
    lastUpdatedMs: timestampMs,
    currentSnapshotId: snapshotId,
    snapshots: [...metadata.snapshots, snapshot],
    snapshotLog: [...metadata.snapshotLog, { timestampMs, snapshotId }],
    refs: { ...metadata.refs, main: { ...main, snapshotId } },
  }
}

/** The new files as entries, one list for each spec and content, as manifests hold them apart. */
function addedEntries(staged: StagedCommit, snapshotId: string): ManifestEntry[][] {
  const files: (DataFile | DeleteFile)[] = [...staged.addedDataFiles, ...staged.addedDeleteFiles]
  const groups = grouped(files, (file) => `${file.content} ${file.specId}`)
  return groups.map((group) => group.map((file) => ({ status: 'added', snapshotId, file })))
}

function rememberAdded(
  { cache }: Catalog,
  { location, sequenceNumber }: ManifestFile,
  entries: readonly ManifestEntry[],
): void {
  const numbered = entries.map((entry) => ({ ...entry, sequenceNumber, fileSequenceNumber: sequenceNumber }))
  cache.manifests.set(location, numbered)
}

interface Removal {
  readonly kept: readonly ManifestFile[]
  readonly rewritten: readonly ManifestFile[]
  readonly removedDataFiles: readonly DataFile[]
  readonly removedDeleteFiles: readonly DeleteFile[]
}

/**
 * Finds the files that the commit removes or deletes rows of, newest manifest first. Manifests with removed files are
 * written anew with those marked deleted; manifests without a live file are dropped.
 */
async function removeFiles(
  catalog: Catalog,
  base: Table,
  before: readonly ManifestFile[],
  staged: StagedCommit,
  writer: ManifestWriter,
  header: ManifestListHeader,
): Promise<Removal> {
  const live = before.filter((manifest) => manifest.addedFiles + manifest.existingFiles > 0)
  const named = new Set([...staged.removedDataFiles, ...(staged.removedDeleteFiles ?? [])])
  const leaves = ({ file }: ManifestEntry): boolean => staged.replacesAll === true || named.has(file.location)
  const wanted = wantedFiles(staged)
  const kept: ManifestFile[] = []
  const changed: (readonly ManifestEntry[])[] = []
  const gone: (DataFile | DeleteFile)[] = []
  for (const manifest of live) {
    const sought = (manifest.content === 'deletes' ? wanted.deletes : wanted.data).size > 0
    if (staged.replacesAll !== true && staged.forgets !== true && !sought) {
      kept.push(manifest)
      continue
    }
    const all = await readManifest(catalog, base, manifest)
    const entries = all.filter(isLive)
    for (const { file } of entries) (file.content === 'data' ? wanted.data : wanted.deletes).delete(file.location)
    const leaving = entries.filter(leaves)
    for (const { file } of leaving) gone.push(file)
    if (staged.forgets === true) {
      const staying = entries.filter((entry) => !leaves(entry))
      if (staying.length === all.length) kept.push(manifest)
      else if (staying.length > 0) changed.push(staying.map(carried))
    } else if (leaving.length === 0) kept.push(manifest)
    else changed.push(withoutFiles(entries, leaves, header))
  }
  const [missing] = [...wanted.data, ...wanted.deletes]
  if (missing !== undefined) throw conflict(staged.table, `\`${missing}\` is no longer one of its files`)
  const removedDataFiles = gone.filter((file) => file.content === 'data')
  await refuseLaterDeletes(catalog, base, live, staged, removedDataFiles)
  return {
    kept,
    // Written only now that nothing can refuse the commit any more.
    rewritten: changed.map((entries) => writer.writeManifest(base, entries, header)),
    removedDataFiles,
    removedDeleteFiles: gone.filter((file) => file.content === 'position-deletes'),
  }
}

/** Rows that were deleted after `readAt` stand in the files that replace the removed ones, and would be back. */
async function refuseLaterDeletes(
  catalog: Catalog,
  base: Table,
  manifests: readonly ManifestFile[],
  { table, readAt }: StagedCommit,
  removed: readonly DataFile[],
): Promise<void> {
  if (readAt === undefined || readAt === base.metadata.currentSnapshotId) return
  const since = snapshotOf(base.metadata, readAt)?.sequenceNumber
  if (since === undefined) throw conflict(table, `snapshot ${readAt}, which the change was made from, is gone`)
  for (const manifest of manifests) {
    if (manifest.content !== 'deletes' || manifest.sequenceNumber <= since) continue
    for (const { file, status, sequenceNumber = 0 } of await readManifest(catalog, base, manifest)) {
      if (status === 'deleted' || sequenceNumber <= since || file.content === 'data') continue
      const hit = removed.find((each) => mayDeleteFrom(file, each))
      if (hit !== undefined) throw conflict(table, `rows of \`${hit.location}\` were deleted meanwhile`)
    }
  }
}

function withoutFiles(
  entries: readonly ManifestEntry[],
  leaves: (entry: ManifestEntry) => boolean,
  header: ManifestListHeader,
): ManifestEntry[] {
  return entries.map((entry) =>
    leaves(entry) ? { ...entry, status: 'deleted', snapshotId: header.snapshotId } : carried(entry),
  )
}

/** Locations that must be live: what is removed, and what deletes point at unless this commit adds it. */
function wantedFiles(staged: StagedCommit): { readonly data: Set<string>; readonly deletes: Set<string> } {
  const data = new Set(staged.removedDataFiles)
  for (const file of staged.addedDeleteFiles) for (const location of file.referencedDataFiles) data.add(location)
  for (const file of staged.addedDataFiles) data.delete(file.location)
  return { data, deletes: new Set(staged.removedDeleteFiles) }
}
