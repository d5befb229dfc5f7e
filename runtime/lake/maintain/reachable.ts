import { readManifest, readManifestList } from '../manifest-io.ts'
import type { Catalog } from '../catalog.ts'
import type { DataFile, DeleteFile } from '../data-file.ts'
import type { ManifestFile } from '../manifest-list.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Table } from '../table.ts'

/** The manifests of all of the snapshots, each once, by location. */
export async function manifestsOf(
  catalog: Catalog,
  snapshots: readonly Snapshot[],
): Promise<Map<string, ManifestFile>> {
  const found = new Map<string, ManifestFile>()
  for (const snapshot of snapshots) {
    for (const manifest of await readManifestList(catalog, snapshot)) found.set(manifest.location, manifest)
  }
  return found
}

/**
 * The locations of data and delete files that the manifests name; `live` leaves out those that they mark deleted, and `only`
 * those for which it is false.
 */
export async function filesOf(
  catalog: Catalog,
  table: Table,
  manifests: Iterable<ManifestFile>,
  { live, only = () => true }: { readonly live: boolean; readonly only?: (file: DataFile | DeleteFile) => boolean },
): Promise<Set<string>> {
  const found = new Set<string>()
  for (const manifest of manifests) {
    for (const { status, file } of await readManifest(catalog, table, manifest)) {
      if ((!live || status !== 'deleted') && only(file)) found.add(file.location)
    }
  }
  return found
}
