import type { NewPartitionField } from './partition-spec.ts'
import type { NewField } from './schema.ts'
import type { ObjectStore } from './object-store.ts'
import type { TableCache } from './table-cache.ts'
import type { TableMetadata } from './table-metadata.ts'

export type Layer = 'bronze' | 'silver' | 'gold' | 'quarantine'

/** A table of the tenant whose root the catalog was opened on. */
export interface Identifier {
  readonly layer: Layer
  readonly name: string
}

/** A table as it was when it was loaded or committed. */
export interface Table {
  readonly identifier: Identifier
  /** The table's folder, as readers see it. */
  readonly location: string
  readonly metadataLocation: string
  readonly metadata: TableMetadata
}

/** What a new table is made of. */
export interface NewTable {
  readonly columns: readonly NewField[]
  readonly partitionBy?: readonly NewPartitionField[]
  readonly properties?: Readonly<Record<string, string>>
}

/** Milliseconds since the Unix epoch. */
export type Clock = () => number

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

/** The current table of an open catalog config. */
export type CatalogConfig = { readonly kind: 'filesystem' }
