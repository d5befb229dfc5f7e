import { grouped } from './grouped.ts'
import { readManifest, type ManifestWriter } from './manifest-io.ts'
import type { Catalog } from './catalog.ts'
import type { ManifestEntry } from './manifest.ts'
import type { ManifestFile, ManifestListHeader } from './manifest-list.ts'
import type { Table } from './table.ts'

const MIN_COUNT = { property: 'commit.manifest.min-count-to-merge', default: 100 }
const TARGET_BYTES = { property: 'commit.manifest.target-size-bytes', default: 8 * 1024 * 1024 }

/**
 * Writes many small manifests of one spec and content together, so that their number stays bounded however many
 * commits there are. Their entries are carried with the sequence numbers that they have.
 */
export async function mergeManifests(
  catalog: Catalog,
  table: Table,
  manifests: readonly ManifestFile[],
  writer: ManifestWriter,
  header: ManifestListHeader,
): Promise<readonly ManifestFile[]> {
  const target = setting(table, TARGET_BYTES)
  const small = manifests.filter((manifest) => manifest.length < target)
  const replaced = new Map<ManifestFile, ManifestFile | undefined>()
  for (const group of grouped(small, (manifest) => `${manifest.content} ${manifest.specId}`)) {
    if (group.length < setting(table, MIN_COUNT)) continue
    for (const bin of bins(group, target).filter((each) => each.length > 1)) {
      const merged = writer.writeManifest(table, await carriedEntries(catalog, table, bin), header)
      bin.forEach((manifest, index) => replaced.set(manifest, index === 0 ? merged : undefined))
    }
  }
  return manifests.flatMap((manifest) => {
    if (!replaced.has(manifest)) return [manifest]
    const merged = replaced.get(manifest)
    return merged === undefined ? [] : [merged]
  })
}

/** The live entries of manifests, as entries that a later snapshot carries on. */
async function carriedEntries(catalog: Catalog, table: Table, bin: readonly ManifestFile[]): Promise<ManifestEntry[]> {
  const entries = await Promise.all(bin.map((manifest) => readManifest(catalog, table, manifest)))
  return entries.flat().filter(isLive).map(carried)
}

export function isLive(entry: ManifestEntry): boolean {
  return entry.status !== 'deleted'
}

export function carried(entry: ManifestEntry): ManifestEntry {
  return { ...entry, status: 'existing' }
}

function bins(manifests: readonly ManifestFile[], target: number): ManifestFile[][] {
  const made: ManifestFile[][] = []
  let bytes = Infinity
  for (const manifest of manifests) {
    if (bytes + manifest.length > target) {
      made.push([])
      bytes = 0
    }
    made.at(-1)?.push(manifest)
    bytes += manifest.length
  }
  return made
}

function setting(table: Table, { property, default: usual }: { property: string; default: number }): number {
  const value = Number(table.metadata.properties[property])
  return Number.isFinite(value) && value > 0 ? value : usual
}
