import { smeltError } from '#diagnostics'
import { tableName, type Identifier, type Layer } from './identifier.ts'
import type { Clock } from './clock.ts'
import type { ObjectStore } from './object-store.ts'
import type { Table } from './table.ts'
import type { TableCache } from './table-cache.ts'
import type { NewTable, TableMetadata } from './table-metadata.ts'

/** Finds tables and swaps their metadata atomically. */
export interface Catalog {
  readonly store: ObjectStore
  /** What this process already knows of the tables, so that a commit need not read it again. */
  readonly cache: TableCache
  /** The table as it is now; undefined when there is none. */
  load(identifier: Identifier): Promise<Table | undefined>
  /** Creates the table; `catalog/table-exists` when there is one. */
  create(identifier: Identifier, table: NewTable, options: { readonly clock: Clock }): Promise<Table>
  /** Replaces `base` by `metadata` if `base` is still the newest; undefined when it is not. */
  commit(base: Table, metadata: TableMetadata): Promise<Table | undefined>
  /** The layer's tables, by name. */
  list(layer: Layer): Promise<Identifier[]>
}

/** Which catalog keeps the tables. */
export type CatalogConfig = { readonly kind: 'filesystem' }

/** The table, from memory where this process knows it; `catalog/no-such-table` when there is none. */
export async function knownTable(catalog: Catalog, identifier: Identifier): Promise<Table> {
  return catalog.cache.table(identifier) ?? (await newestTable(catalog, identifier))
}

/** The table as it is now; `catalog/no-such-table` when there is none. */
export async function newestTable(catalog: Catalog, identifier: Identifier): Promise<Table> {
  const table = await catalog.load(identifier)
  if (table !== undefined) return table
  throw smeltError('catalog/no-such-table', { table: tableName(identifier), root: catalog.store.root })
}
