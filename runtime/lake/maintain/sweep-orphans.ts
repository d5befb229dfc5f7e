import { tableKey, type Identifier } from '../identifier.ts'
import { newestTable, type Catalog } from '../catalog.ts'
import { filesOf, manifestsOf } from './reachable.ts'
import { isObject } from '../json-value.ts'
import type { ObjectInfo } from '../object-store.ts'
import type { Table } from '../table.ts'

export interface SweepOptions {
  /** Files written from this time on are left alone: they may be of a commit that is on its way. Unix milliseconds. */
  readonly olderThanMs: number
  /** Locations that are needed though no snapshot names them yet, such as those of a checkpoint not finished. */
  readonly keep?: ReadonlySet<string>
  /** Finds and tells, and removes nothing. */
  readonly dryRun?: boolean
}

export interface Swept {
  readonly files: number
  readonly bytes: number
}

/** Only what Iceberg writers put there is ever taken for an orphan. */
const OURS = /^(?:data\/.*\.parquet|metadata\/(?:.*\.avro|v\d+\.metadata\.json))$/

/**
 * Removes files in a table's folder that nothing names: left by a crash between writing and committing, or by an expiry
 * that was interrupted. What is named is read after the listing, so that a file committed meanwhile is never taken.
 */
export async function sweepOrphans(catalog: Catalog, identifier: Identifier, options: SweepOptions): Promise<Swept> {
  const folder = `${tableKey(identifier)}/`
  const old: ObjectInfo[] = []
  for await (const object of catalog.store.list(folder)) {
    if (object.modifiedMs < options.olderThanMs && OURS.test(object.key.slice(folder.length))) old.push(object)
  }
  if (old.length === 0) return { files: 0, bytes: 0 }
  const table = await newestTable(catalog, identifier)
  const named = await namedBy(catalog, table)
  const orphans = old.filter(({ key }) => {
    const location = catalog.store.location(key)
    return !named.has(location) && options.keep?.has(location) !== true && !isNewer(key, table, catalog)
  })
  if (options.dryRun !== true) await catalog.store.delete(orphans.map(({ key }) => key))
  return { files: orphans.length, bytes: orphans.reduce((sum, { size }) => sum + size, 0) }
}

/** Every location that the metadata names, directly or through manifests. */
async function namedBy(catalog: Catalog, table: Table): Promise<Set<string>> {
  const { metadata } = table
  const manifests = await manifestsOf(catalog, metadata.snapshots)
  return new Set([
    table.metadataLocation,
    ...metadata.metadataLog.map(({ metadataFile }) => metadataFile),
    ...metadata.snapshots.map(({ manifestList }) => manifestList),
    ...manifests.keys(),
    ...(await filesOf(catalog, table, manifests.values(), { live: true })),
    ...statisticsOf(metadata.rest),
  ])
}

/** Statistics that other writers added. */
function statisticsOf(rest: Readonly<Record<string, unknown>>): string[] {
  return ['statistics', 'partition-statistics'].flatMap((name) => {
    const entries = rest[name]
    return Array.isArray(entries) ? entries.filter(isObject).map((each) => String(each['statistics-path'])) : []
  })
}

/** A version that another writer committed after the table was read. */
function isNewer(key: string, { metadataLocation }: Table, { store }: Catalog): boolean {
  const version = (each: string): number => Number(/\/v(\d+)\.metadata\.json$/.exec(each)?.[1] ?? -1)
  return version(key) > version(store.keyOf(metadataLocation))
}
