import type { Catalog } from './catalog.ts'
import type { Clock } from './clock.ts'
import type { DataFile, DeleteFile } from './data-file.ts'
import type { Identifier } from './identifier.ts'
import type { ObjectStore, StoreConfig } from './object-store.ts'
import type { NewField, Schema, Type } from './schema.ts'
import type { Operation, Snapshot, SnapshotId } from './snapshot.ts'
import type { SqlSession } from './sql-session.ts'
import type { Table } from './table.ts'

export type { Catalog, CatalogConfig } from './catalog.ts'
export type { Clock } from './clock.ts'
export type { ColumnMetrics, DataFile, DeleteFile } from './data-file.ts'
export type { Identifier, Layer } from './identifier.ts'
export type { ObjectInfo, ObjectStore, StoreConfig, FolderStoreConfig, S3StoreConfig } from './object-store.ts'
export type { NewPartitionField, PartitionField, PartitionSpec } from './partition-spec.ts'
export type { Field, ListType, MapType, NewField, NewType, PrimitiveType, Schema, StructType, Type } from './schema.ts'
export type { Operation, Snapshot, SnapshotId, SnapshotRef } from './snapshot.ts'
export type { SqlSession } from './sql-session.ts'
export type { TableCache } from './table-cache.ts'
export type { NewTable, TableMetadata } from './table-metadata.ts'
export type { Transform } from './transform.ts'
export type { PartitionTuple, PartitionValue } from './value.ts'
export { openCatalog } from './open-catalog.ts'
export { currentSchema, currentSnapshot, type Table } from './table.ts'
export { duckdbType } from './duckdb-type.ts'

export declare function openStore(config: StoreConfig): Promise<ObjectStore>
export declare function probeStore(store: ObjectStore): Promise<void>

export interface StageOptions {
  readonly session: SqlSession
  /** A table, view or parenthesised query with at least the schema's columns, by name. */
  readonly relation: string
  readonly table: Table
  readonly store: ObjectStore
  /** A local folder for files on their way to S3. */
  readonly scratch: string
  /** zstd level, 1 by default. */
  readonly compressionLevel?: number
}

export interface Staged<F> {
  readonly files: readonly F[]
  /** Where each file can be read on this machine, by location, until `release`. */
  readonly localPaths: ReadonlyMap<string, string>
  /** Removes the scratch copies. */
  release(): Promise<void>
}

/** Writes the relation's rows as data files of the table, one partition per file. Nothing is visible until committed. */
export declare function stageData(options: StageOptions): Promise<Staged<DataFile>>

/**
 * Writes position deletes. The relation has the columns `file_path` (location) and `pos`; `dataFiles` gives the spec
 * and partition of each location it names.
 */
export declare function stageDeletes(
  options: StageOptions & { readonly dataFiles: ReadonlyMap<string, Pick<DataFile, 'specId' | 'partition'>> },
): Promise<Staged<DeleteFile>>

/** SQL text that gives `columns`, `file_path` (location) and `pos` of every row of staged data files. */
export declare function positionsSql(staged: Staged<DataFile>, columns: readonly string[]): string

/** A commit as plain JSON, so that it can be written in a checkpoint and applied by another process after a crash. */
export interface StagedCommit {
  readonly table: Identifier
  readonly operation: Operation
  readonly addedDataFiles: readonly DataFile[]
  readonly addedDeleteFiles: readonly DeleteFile[]
  /** Locations. Each must still be live: `lake/commit-conflict` otherwise. */
  readonly removedDataFiles: readonly string[]
  /** Extra snapshot summary. */
  readonly summary: Readonly<Record<string, string>>
  /** The commit is skipped when the history of `main` has a snapshot whose `summary[property]` is `value` or more. */
  readonly commitKey?: { readonly property: string; readonly value: number }
}

export interface CommitResult {
  readonly outcome: 'committed' | 'already-there'
  readonly snapshot: Snapshot
  readonly table: Table
}

export declare function commitTable(
  catalog: Catalog,
  staged: StagedCommit,
  options: { readonly clock: Clock },
): Promise<CommitResult>

/** Columns are named by their current name; ids stay. Everything that a reader of old files could not follow is refused. */
export type SchemaChange =
  | { readonly kind: 'add'; readonly column: NewField }
  | { readonly kind: 'drop'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'widen'; readonly name: string; readonly type: Type }
  | { readonly kind: 'make-optional'; readonly name: string }
  | { readonly kind: 'reorder'; readonly names: readonly string[] }

export declare function evolveSchema(
  catalog: Catalog,
  identifier: Identifier,
  changes: readonly SchemaChange[],
  options: { readonly clock: Clock },
): Promise<Table>
export declare function tag(
  catalog: Catalog,
  identifier: Identifier,
  name: string,
  snapshotId: SnapshotId,
  options: { readonly clock: Clock },
): Promise<Table>
export declare function removeTag(
  catalog: Catalog,
  identifier: Identifier,
  name: string,
  options: { readonly clock: Clock },
): Promise<Table>
/** Moves `main` to an older snapshot of the table. */
export declare function rollbackTo(
  catalog: Catalog,
  identifier: Identifier,
  snapshotId: SnapshotId,
  options: { readonly clock: Clock },
): Promise<Table>
export declare function setProperties(
  catalog: Catalog,
  identifier: Identifier,
  properties: Readonly<Record<string, string | null>>,
  options: { readonly clock: Clock },
): Promise<Table>

/** A literal in text form where JSON has no exact one: RFC 3339 times, `YYYY-MM-DD`, decimal digits, hex bytes. */
export type Literal = string | number | boolean

export type Predicate =
  | { readonly op: '=' | '<' | '<=' | '>' | '>='; readonly column: string; readonly value: Literal }
  | { readonly op: 'in'; readonly column: string; readonly values: readonly Literal[] }
  | { readonly op: 'is-null' | 'not-null'; readonly column: string }

export interface ScanTask {
  readonly file: DataFile
  readonly deletes: readonly DeleteFile[]
}

/** The files to read for a snapshot. Plain JSON. */
export interface ScanPlan {
  readonly table: Identifier
  readonly schema: Schema
  readonly snapshotId?: SnapshotId
  readonly tasks: readonly ScanTask[]
}

/**
 * Plans a read of the current snapshot, or of one named by id or tag. `where` (all must hold) leaves out files that
 * cannot have a matching row; the reader still filters.
 */
export declare function planScan(
  catalog: Catalog,
  table: Table,
  options?: {
    readonly snapshot?: { readonly id: SnapshotId } | { readonly tag: string }
    readonly where?: readonly Predicate[]
  },
): Promise<ScanPlan>

/** SQL text of a query that gives the plan's rows with the plan's schema, through schema evolution and deletes. */
export declare function scanSql(plan: ScanPlan, localPaths: ReadonlyMap<string, string>): string

/** Files of a plan on this machine; kept there until `release`. */
export interface LocalFiles {
  readonly paths: ReadonlyMap<string, string>
  release(): void
}

/** Keeps fetched files in a folder of at most about `maxBytes`. A folder store's files are read where they lie. */
export interface Localizer {
  fetch(plan: ScanPlan): Promise<LocalFiles>
}
export declare function openLocalizer(options: {
  readonly store: ObjectStore
  readonly folder: string
  readonly maxBytes: number
}): Promise<Localizer>
