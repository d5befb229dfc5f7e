import { randomUUID } from 'node:crypto'
import { smeltError } from '#diagnostics'
import { tableKey } from './identifier.ts'
import { decodeManifest, encodeManifest, type ManifestEntry } from './manifest.ts'
import { decodeManifestList, encodeManifestList, type ManifestFile, type ManifestListHeader } from './manifest-list.ts'
import { manifestFile } from './manifest-file.ts'
import { schemaOfSpec, specOf } from './table-metadata.ts'
import type { Catalog } from './catalog.ts'
import type { Snapshot } from './snapshot.ts'
import type { Table } from './table.ts'

/** The manifests of a snapshot; `lake/missing-file` when its list is gone. */
export async function readManifestList(
  catalog: Catalog,
  snapshot: Snapshot | undefined,
): Promise<readonly ManifestFile[]> {
  if (snapshot === undefined) return []
  const { manifestList: location } = snapshot
  const known = catalog.cache.lists.get(location)
  if (known !== undefined) return known
  const manifests = decodeManifestList(await readLocation(catalog, location), location)
  catalog.cache.lists.set(location, manifests)
  return manifests
}

/** The entries of a manifest, deleted ones included; `lake/missing-file` when it is gone. */
export async function readManifest(
  catalog: Catalog,
  table: Table,
  manifest: ManifestFile,
): Promise<readonly ManifestEntry[]> {
  const { location, specId, addedSnapshotId: snapshotId, sequenceNumber } = manifest
  const known = catalog.cache.manifests.get(location)
  if (known !== undefined) return known
  const bytes = await readLocation(catalog, location)
  const spec = specOf(table.metadata, specId)
  const inherited = { location, specId, snapshotId, sequenceNumber }
  const entries = decodeManifest(bytes, spec, schemaOfSpec(table.metadata, spec), inherited)
  catalog.cache.manifests.set(location, entries)
  return entries
}

async function readLocation(catalog: Catalog, location: string): Promise<Buffer> {
  const bytes = await catalog.store.read(catalog.store.keyOf(location))
  if (bytes === undefined) throw smeltError('lake/missing-file', { location })
  return bytes
}

/**
 * Writes the metadata files of one commit: all at once, because they name each other by location and length and need
 * not wait for each other. Nothing may refer to them before `settle`.
 */
export interface ManifestWriter {
  /** Starts to store entries of one spec and content; the sequence number is that of `header`. */
  writeManifest(table: Table, entries: readonly ManifestEntry[], header: ManifestListHeader): ManifestFile
  /** Starts to store the list and gives its location. */
  writeList(table: Table, manifests: readonly ManifestFile[], header: ManifestListHeader): string
  /** Fulfilled once everything started is durable. */
  settle(): Promise<void>
  /** Removes, as far as it can, every written file that is not in `used`. */
  removeUnused(used: ReadonlySet<string>): Promise<void>
}

export function manifestWriter({ store, cache }: Catalog): ManifestWriter {
  const writes = new Map<string, Promise<void>>()
  const write = (table: Table, name: string, bytes: Buffer): string => {
    const key = `${tableKey(table.identifier)}/metadata/${name}`
    const stored = store.write(key, bytes)
    // A fault is reported by `settle`; until then it must not count as unhandled.
    stored.catch(() => undefined)
    writes.set(store.location(key), stored)
    return store.location(key)
  }
  return {
    writeManifest(table, entries, header) {
      const spec = specOf(table.metadata, entries[0]?.file.specId)
      const schema = schemaOfSpec(table.metadata, spec)
      const bytes = encodeManifest(entries, spec, schema)
      const location = write(table, `${randomUUID()}-m0.avro`, bytes)
      return manifestFile(entries, { location, length: bytes.length, spec, schema, header })
    },
    writeList(table, manifests, header) {
      const name = `snap-${header.snapshotId}-${randomUUID()}.avro`
      const location = write(table, name, encodeManifestList(manifests, header))
      cache.lists.set(location, manifests)
      return location
    },
    async settle() {
      const started = [...writes]
      const outcomes = await Promise.allSettled(started.map(([, stored]) => stored))
      started.forEach(([location], index) => outcomes[index]?.status === 'rejected' && writes.delete(location))
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    },
    async removeUnused(used) {
      const unused = [...writes.keys()].filter((location) => !used.has(location))
      if (unused.length > 0) await store.delete(unused.map((location) => store.keyOf(location))).catch(() => undefined)
    },
  }
}
