import { tableName, type Identifier } from './identifier.ts'
import type { Table } from './table.ts'
import type { ManifestEntry } from './manifest.ts'
import type { ManifestFile } from './manifest-list.ts'

/** How many manifest entries one process keeps; about 1 kB each. */
const MAX_ENTRIES = 50_000
const MAX_LISTS = 64

/** What a process knows of tables it loaded or committed. Files never change, so what was read once stays right. */
export interface TableCache {
  table(identifier: Identifier): Table | undefined
  remember(table: Table): void
  forget(identifier: Identifier): void
  /** Manifest lists by location. */
  readonly lists: BoundedMap<readonly ManifestFile[]>
  /** Manifests by location. */
  readonly manifests: BoundedMap<readonly ManifestEntry[]>
}

/** A map that lets go of what was used longest ago once the weights add up to more than its bound. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

export function newTableCache(): TableCache {
  const tables = new Map<string, Table>()
  return {
    table: (identifier) => tables.get(tableName(identifier)),
    remember: (table) => void tables.set(tableName(table.identifier), table),
    forget: (identifier) => void tables.delete(tableName(identifier)),
    lists: boundedMap(MAX_LISTS, () => 1),
    manifests: boundedMap(MAX_ENTRIES, (entries) => entries.length),
  }
}

export function boundedMap<V>(bound: number, weight: (value: V) => number): BoundedMap<V> {
  const entries = new Map<string, V>()
  let total = 0
  const take = (key: string): V | undefined => {
    const value = entries.get(key)
    if (value === undefined) return undefined
    entries.delete(key)
    total -= weight(value)
    return value
  }
  const put = (key: string, value: V): void => {
    entries.set(key, value)
    total += weight(value)
  }
  return {
    get(key) {
      const value = take(key)
      if (value !== undefined) put(key, value)
      return value
    },
    set(key, value) {
      take(key)
      put(key, value)
      for (const oldest of entries.keys()) {
        if (total <= bound) break
        take(oldest)
      }
    },
  }
}
