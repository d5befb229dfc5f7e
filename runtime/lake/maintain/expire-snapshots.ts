import { changeTable, type ChangeOptions } from '../change-table.ts'
import { activeLeases } from './lease.ts'
import { filesOf, manifestsOf } from './reachable.ts'
import { newestTable, type Catalog } from '../catalog.ts'
import type { Identifier } from '../identifier.ts'
import type { Snapshot, SnapshotId } from '../snapshot.ts'
import type { Table } from '../table.ts'
import type { TableMetadata } from '../table-metadata.ts'

export interface ExpireOptions extends ChangeOptions {
  /** Snapshots from this time on are kept; milliseconds since the Unix epoch. */
  readonly olderThanMs: number
  /** So many of the newest snapshots of each branch are kept, whatever their age. At least 1. */
  readonly keepLast: number
  /** The most snapshots that one call expires: the oldest. */
  readonly atMost?: number
}

export interface Expired {
  readonly snapshots: number
  /** Files that nothing names any more and that were removed: data, deletes, manifests and lists. */
  readonly files: number
}

/**
 * Forgets old snapshots of a table and removes the files that only they needed. Kept are tagged snapshots, those a reader
 * has leased, the newest of each branch, and whatever is younger. The commit comes first: a crash after it leaves files
 * that no snapshot names, which the orphan sweep takes.
 */
export async function expireSnapshots(
  catalog: Catalog,
  identifier: Identifier,
  options: ExpireOptions,
): Promise<Expired> {
  const leased = await activeLeases(catalog.store, identifier, options.clock())
  let expired: readonly Snapshot[] = []
  const table = await changeTable(catalog, identifier, options, (metadata) => {
    expired = expirable(metadata, leased, options)
    return expired.length === 0 ? metadata : withoutSnapshots(metadata, new Set(expired.map((each) => each.snapshotId)))
  })
  if (expired.length === 0) return { snapshots: 0, files: 0 }
  // A reader that took its lease before the commit, and not before the leases were read, may still hold what is gone.
  const late = await activeLeases(catalog.store, identifier, options.clock())
  const free = expired.filter(({ snapshotId }) => !late.has(snapshotId))
  const kept = [...table.metadata.snapshots, ...expired.filter(({ snapshotId }) => late.has(snapshotId))]
  const unused = await onlyReachableFrom(catalog, table, free, kept)
  await catalog.store.delete(unused.map((location) => catalog.store.keyOf(location)))
  return { snapshots: expired.length, files: unused.length }
}

/** How many snapshots an expiry would forget now. */
export async function expirableSnapshots(
  catalog: Catalog,
  identifier: Identifier,
  options: ExpireOptions,
): Promise<number> {
  const leased = await activeLeases(catalog.store, identifier, options.clock())
  return expirable((await newestTable(catalog, identifier)).metadata, leased, options).length
}

/** What may go, oldest first. */
function expirable(
  metadata: TableMetadata,
  leased: ReadonlySet<SnapshotId>,
  { olderThanMs, keepLast, atMost = Infinity }: ExpireOptions,
): Snapshot[] {
  const kept = new Set(leased)
  for (const ref of Object.values(metadata.refs)) {
    const newest = ref.type === 'tag' ? 1 : Math.max(1, keepLast)
    for (const id of ancestors(metadata, ref.snapshotId, newest)) kept.add(id)
  }
  if (metadata.currentSnapshotId !== undefined) kept.add(metadata.currentSnapshotId)
  return metadata.snapshots
    .filter(({ snapshotId, timestampMs }) => !kept.has(snapshotId) && timestampMs < olderThanMs)
    .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
    .slice(0, atMost)
}

function ancestors(metadata: TableMetadata, from: SnapshotId, count: number): SnapshotId[] {
  const byId = new Map(metadata.snapshots.map((each) => [each.snapshotId, each]))
  const found: SnapshotId[] = []
  for (let at: SnapshotId | undefined = from; at !== undefined && found.length < count;) {
    found.push(at)
    at = byId.get(at)?.parentSnapshotId
  }
  return found
}

/** The log of `main` begins anew after the last entry whose snapshot is gone (spec, "Table Metadata Fields"). */
function withoutSnapshots(metadata: TableMetadata, gone: ReadonlySet<SnapshotId>): TableMetadata {
  const last = metadata.snapshotLog.findLastIndex(({ snapshotId }) => gone.has(snapshotId))
  return {
    ...metadata,
    snapshots: metadata.snapshots.filter(({ snapshotId }) => !gone.has(snapshotId)),
    snapshotLog: metadata.snapshotLog.slice(last + 1),
  }
}

/** Locations that `gone` snapshots need and no `kept` one does. */
async function onlyReachableFrom(
  catalog: Catalog,
  table: Table,
  gone: readonly Snapshot[],
  kept: readonly Snapshot[],
): Promise<string[]> {
  const keptManifests = await manifestsOf(catalog, kept)
  const goneManifests = [...(await manifestsOf(catalog, gone)).values()].filter(
    ({ location }) => !keptManifests.has(location),
  )
  const lists = new Set(kept.map((each) => each.manifestList))
  const unusedLists = gone.map((each) => each.manifestList).filter((each) => !lists.has(each))
  const candidates = await filesOf(catalog, table, goneManifests, { live: false })
  const used =
    candidates.size === 0 ? candidates : await filesOf(catalog, table, keptManifests.values(), { live: true })
  const files = [...candidates].filter((location) => !used.has(location))
  return [...files, ...goneManifests.map(({ location }) => location), ...unusedLists]
}
