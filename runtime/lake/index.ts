export { currentSchema, currentSnapshot, snapshotWithId, type Table } from './table.ts'
export { avroText } from './avro-file.ts'
export { commitTable, type CommitResult } from './commit.ts'
export { duckdbType, quoteName, quoteText } from './duckdb-type.ts'
export { removeTag, tag, type ChangeOptions } from './change-table.ts'
export { dropPartitions, type Dropped, type DropOptions } from './maintain/drop-partitions.ts'
export {
  eraseRows,
  snapshotsWith,
  type EraseOptions,
  type FindOptions,
  type FindRows,
  type Replaced,
} from './maintain/erase-rows.ts'
export { expireSnapshots, type Expired, type ExpireOptions } from './maintain/expire-snapshots.ts'
export { holdSnapshot, leaseTable, type Lease } from './maintain/lease.ts'
export { maintainTable, type Maintained, type MaintainOptions } from './maintain/maintain-table.ts'
export { planCompaction, type CompactionOptions } from './maintain/plan-compaction.ts'
export { rewriteFiles, type RewriteOptions } from './maintain/rewrite-files.ts'
export { sweepOrphans, type Swept, type SweepOptions } from './maintain/sweep-orphans.ts'
export { openCatalog } from './open-catalog.ts'
export { openLocalizer, type LocalFiles, type Localizer } from './localizer.ts'
export { openMemoryStore } from './memory-store.ts'
export { openStore } from './open-store.ts'
export { planScan, type ScanOptions, type ScanPlan, type ScanTask } from './scan.ts'
export { positionsSql } from './positions-sql.ts'
export { probeStore } from './probe-store.ts'
export { scanSql, type ScanSqlOptions } from './scan-sql.ts'
export { stageData } from './stage-data.ts'
export { stageDeletes, type DataFilePartitions } from './stage-deletes.ts'
export {
  currentShape,
  newShape,
  shapeFor,
  shapeTable,
  withShape,
  type TableShape,
  type WantedShape,
} from './table-shape.ts'
export { tableName, type Identifier, type Layer } from './identifier.ts'
export type { BoundedMap, TableCache } from './table-cache.ts'
export type { Catalog, CatalogConfig } from './catalog.ts'
export type { Clock } from './clock.ts'
export type { ColumnMetrics, DataFile, DeleteFile } from './data-file.ts'
export type { Field, ListType, MapType, NewField, NewType, PrimitiveType, Schema, StructType, Type } from './schema.ts'
export type { FolderStoreConfig, ObjectInfo, ObjectStore, S3StoreConfig, StoreConfig } from './object-store.ts'
export type { Literal, Predicate } from './prune.ts'
export type { NewPartitionField, PartitionField, PartitionSpec } from './partition-spec.ts'
export type { NewTable, TableMetadata } from './table-metadata.ts'
export type { Operation, Snapshot, SnapshotId, SnapshotRef } from './snapshot.ts'
export type { PartitionTuple, PartitionValue } from './value.ts'
export type { SqlSession } from './sql-session.ts'
export type { Staged, StageOptions } from './staged.ts'
export type { StagedCommit } from './staged-commit.ts'
export type { Transform } from './transform.ts'
