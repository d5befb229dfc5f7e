import { randomUUID } from 'node:crypto'
import { tableKey, type Identifier } from '../identifier.ts'
import { isObject } from '../json-value.ts'
import { newestTable, type Catalog } from '../catalog.ts'
import { snapshotOf } from '../table-metadata.ts'
import type { Clock } from '../clock.ts'
import type { ObjectStore } from '../object-store.ts'
import type { SnapshotId } from '../snapshot.ts'
import type { Table } from '../table.ts'

/** A reader's word that it reads a snapshot: maintenance leaves the files of it alone until the lease ends. */
export interface Lease {
  readonly snapshotId: SnapshotId
  /** Puts the end of the lease off by its length. */
  renew(): Promise<void>
  /** Ends it. Best effort: a lease that is not ended runs out. */
  release(): Promise<void>
}

/**
 * Takes a lease for `ttlMs`. The snapshot may have gone just before: look again that the table still has it, after the
 * promise is fulfilled, and only then read.
 */
export async function holdSnapshot(
  store: ObjectStore,
  identifier: Identifier,
  snapshotId: SnapshotId,
  { clock, ttlMs }: { readonly clock: Clock; readonly ttlMs: number },
): Promise<Lease> {
  const key = `${leaseFolder(identifier)}${randomUUID()}.json`
  const renew = (): Promise<void> =>
    store.write(key, Buffer.from(JSON.stringify({ snapshotId, untilMs: clock() + ttlMs })))
  await renew()
  return { snapshotId, renew, release: () => store.delete([key]).catch(() => undefined) }
}

/**
 * A table as it is now, with a lease on its current snapshot. Without the right to write there is no lease: the reader
 * then has as long as snapshots are kept. Undefined when there is no such table.
 */
export async function leaseTable(
  catalog: Catalog,
  identifier: Identifier,
  options: { readonly clock: Clock; readonly ttlMs: number },
): Promise<{ readonly table: Table; readonly lease?: Lease } | undefined> {
  for (;;) {
    const table = await catalog.load(identifier)
    const snapshotId = table?.metadata.currentSnapshotId
    if (table === undefined) return undefined
    if (snapshotId === undefined) return { table }
    const lease = await holdSnapshot(catalog.store, identifier, snapshotId, options).catch(() => undefined)
    if (lease === undefined) return { table }
    if (snapshotOf((await newestTable(catalog, identifier)).metadata, snapshotId) !== undefined) return { table, lease }
    await lease.release()
  }
}

/** The snapshots that readers hold at `nowMs`. Leases that ran out are removed, and so is what is no lease. */
export async function activeLeases(
  store: ObjectStore,
  identifier: Identifier,
  nowMs: number,
): Promise<ReadonlySet<SnapshotId>> {
  const held = new Set<SnapshotId>()
  const over: string[] = []
  for await (const { key } of store.list(leaseFolder(identifier))) {
    const lease = parseLease(await store.read(key))
    if (lease !== undefined && lease.untilMs > nowMs) held.add(lease.snapshotId)
    else over.push(key)
  }
  if (over.length > 0) await store.delete(over)
  return held
}

function parseLease(bytes: Buffer | undefined): { snapshotId: SnapshotId; untilMs: number } | undefined {
  try {
    const value: unknown = JSON.parse(bytes?.toString() ?? '')
    if (!isObject(value)) return undefined
    const { snapshotId, untilMs } = value
    return typeof snapshotId === 'string' && typeof untilMs === 'number' ? { snapshotId, untilMs } : undefined
  } catch {
    return undefined
  }
}

/** Beside data and metadata, where no reader of the table looks. */
function leaseFolder(identifier: Identifier): string {
  return `${tableKey(identifier)}/leases/`
}
