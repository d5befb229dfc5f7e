import { smeltError } from '#diagnostics'
import { checkIdentifier, tableKey, tableName, type Identifier, type Layer } from './identifier.ts'
import { newTableCache, type TableCache } from './table-cache.ts'
import { newTableMetadata, snapshotOf, type NewTable, type TableMetadata } from './table-metadata.ts'
import { parseTableMetadata, printTableMetadata } from './table-metadata-json.ts'
import type { Catalog } from './catalog.ts'
import type { Clock } from './clock.ts'
import type { ObjectStore } from './object-store.ts'
import type { Table } from './table.ts'

const PREVIOUS_VERSIONS = 'write.metadata.previous-versions-max'
const PREVIOUS_VERSIONS_DEFAULT = 100

/**
 * A catalog without a server: tables in Hadoop's layout, `metadata/v<N>.metadata.json`. Creating the next version's
 * file if it is absent is the commit; `version-hint.text` only saves readers a search and may lag behind.
 */
export function openFilesystemCatalog(store: ObjectStore): Catalog {
  const cache = newTableCache()
  return {
    store,
    cache,
    load: (identifier) => loadNewest(store, cache, checkIdentifier(identifier)),
    create: (identifier, table, { clock }) => createTable(store, cache, checkIdentifier(identifier), table, clock),
    commit: (base, metadata) => commitMetadata(store, cache, base, metadata),
    list: (layer) => listTables(store, layer),
  }
}

async function loadNewest(store: ObjectStore, cache: TableCache, identifier: Identifier): Promise<Table | undefined> {
  const hint = await readHint(store, identifier)
  const hinted = hint === undefined ? undefined : await loadVersion(store, identifier, hint)
  const start = hinted ?? (await loadListed(store, identifier))
  if (start === undefined) return undefined
  let newest = start
  for (;;) {
    const next = await loadVersion(store, identifier, versionOf(newest) + 1)
    if (next === undefined) break
    newest = next
  }
  cache.remember(newest)
  return newest
}

async function loadVersion(store: ObjectStore, identifier: Identifier, version: number): Promise<Table | undefined> {
  const key = versionKey(identifier, version)
  const bytes = await store.read(key)
  if (bytes === undefined) return undefined
  const metadataLocation = store.location(key)
  const metadata = parseTableMetadata(bytes.toString(), metadataLocation)
  return { identifier, location: store.location(tableKey(identifier)), metadataLocation, metadata }
}

/** The newest version by listing: for a table whose hint is missing, torn, or points at a version long deleted. */
async function loadListed(store: ObjectStore, identifier: Identifier): Promise<Table | undefined> {
  let newest = 0
  for await (const { key } of store.list(`${tableKey(identifier)}/metadata/v`)) {
    newest = Math.max(newest, Number(/\/v(\d+)\.metadata\.json$/.exec(key)?.[1] ?? 0))
  }
  return newest === 0 ? undefined : await loadVersion(store, identifier, newest)
}

async function createTable(
  store: ObjectStore,
  cache: TableCache,
  identifier: Identifier,
  table: NewTable,
  clock: Clock,
): Promise<Table> {
  const location = store.location(tableKey(identifier))
  const metadata = newTableMetadata(location, table, clock())
  // A table whose first versions were deleted after a hundred commits is still there.
  const exists = (await loadNewest(store, cache, identifier)) !== undefined
  const key = versionKey(identifier, 1)
  if (exists || (await store.create(key, Buffer.from(printTableMetadata(metadata)))) === 'exists') {
    throw smeltError('catalog/table-exists', { table: tableName(identifier) })
  }
  const created = { identifier, location, metadataLocation: store.location(key), metadata }
  cache.remember(created)
  await writeHint(store, identifier, 1)
  return created
}

async function commitMetadata(
  store: ObjectStore,
  cache: TableCache,
  base: Table,
  changed: TableMetadata,
): Promise<Table | undefined> {
  const version = versionOf(base) + 1
  const key = versionKey(base.identifier, version)
  const { metadata, dropped } = withMetadataLog(changed, base)
  const outcome = await store.create(key, Buffer.from(printTableMetadata(metadata)))
  if (outcome === 'exists') return undefined
  const committed: Table = { ...base, metadataLocation: store.location(key), metadata }
  const hint = (await readHint(store, base.identifier)) ?? 0
  if (hint > version && !(await isInHistory(store, cache, base, committed))) {
    await store.delete([key]).catch(() => undefined)
    return undefined
  }
  cache.remember(committed)
  // The commit point lies behind: what follows only helps readers and may fail.
  if (hint < version) await writeHint(store, base.identifier, version).catch(() => undefined)
  if (dropped.length > 0) await store.delete(dropped.map((each) => store.keyOf(each))).catch(() => undefined)
  return committed
}

/**
 * A writer that slept while others made so many commits that the file it was going to create was deleted again as an
 * old version creates it anew, and must not believe that it committed.
 */
async function isInHistory(store: ObjectStore, cache: TableCache, base: Table, committed: Table): Promise<boolean> {
  const newest = (await loadNewest(store, cache, committed.identifier))?.metadata
  const { currentSnapshotId } = committed.metadata
  const isNew = currentSnapshotId !== base.metadata.currentSnapshotId
  if (isNew && snapshotOf(newest ?? base.metadata, currentSnapshotId) !== undefined) return true
  return newest?.metadataLog.some((entry) => entry.metadataFile === committed.metadataLocation) ?? false
}

function withMetadataLog(changed: TableMetadata, base: Table): { metadata: TableMetadata; dropped: string[] } {
  const entry = { timestampMs: base.metadata.lastUpdatedMs, metadataFile: base.metadataLocation }
  const log = [...base.metadata.metadataLog, entry]
  const kept = Math.max(1, Number(changed.properties[PREVIOUS_VERSIONS] ?? PREVIOUS_VERSIONS_DEFAULT) || 1)
  const dropped = log.slice(0, -kept).map((each) => each.metadataFile)
  return { metadata: { ...changed, metadataLog: log.slice(-kept) }, dropped }
}

/** Tables by skipping from folder to folder, so that a layer's data files are not all listed. */
async function listTables(store: ObjectStore, layer: Layer): Promise<Identifier[]> {
  const found: Identifier[] = []
  let after: string | undefined
  for (;;) {
    const key = await firstKey(store, `${layer}/`, after)
    if (key === undefined) return found
    const name = key.split('/')[1] ?? ''
    const identifier = { layer, name }
    const first = await firstKey(store, `${layer}/${name}/metadata/v`)
    if (first !== undefined) found.push(identifier)
    // `0` is the byte after `/`, so this sorts after every key of the table.
    after = `${layer}/${name}0`
  }
}

async function firstKey(store: ObjectStore, prefix: string, after?: string): Promise<string | undefined> {
  for await (const { key } of store.list(prefix, after === undefined ? {} : { after })) return key
  return undefined
}

async function readHint(store: ObjectStore, identifier: Identifier): Promise<number | undefined> {
  const text = (await store.read(hintKey(identifier)))?.toString().trim() ?? ''
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined
}

async function writeHint(store: ObjectStore, identifier: Identifier, version: number): Promise<void> {
  await store.write(hintKey(identifier), Buffer.from(String(version)))
  // Hadoop's local file system checks the hint against this file, if a Hadoop client ever left one.
  const checksum = `${tableKey(identifier)}/metadata/.version-hint.text.crc`
  if (store.localPath(checksum) !== undefined) await store.delete([checksum])
}

function hintKey(identifier: Identifier): string {
  return `${tableKey(identifier)}/metadata/version-hint.text`
}

function versionKey(identifier: Identifier, version: number): string {
  return `${tableKey(identifier)}/metadata/v${version}.metadata.json`
}

function versionOf(table: Table): number {
  return Number(/\/v(\d+)\.metadata\.json$/.exec(table.metadataLocation)?.[1] ?? 0)
}
