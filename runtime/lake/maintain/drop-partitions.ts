import { newestTable, type Catalog } from '../catalog.ts'
import { commitTable } from '../commit.ts'
import { conflict, unlessConflict } from '../commit-conflict.ts'
import { partitionKey, type PartitionField } from '../partition-spec.ts'
import { planScan, type ScanPlan, type ScanTask } from '../scan.ts'
import { leavesOf, type Schema } from '../schema.ts'
import { specOf } from '../table-metadata.ts'
import { currentSnapshot, type Table } from '../table.ts'
import { filesOf } from './reachable.ts'
import { readManifestList } from '../manifest-io.ts'
import type { Clock } from '../clock.ts'
import type { DataFile } from '../data-file.ts'
import type { Identifier } from '../identifier.ts'
import type { Snapshot } from '../snapshot.ts'

/** Losing so many races in a row means that something else is wrong. */
const MAX_ATTEMPTS = 20

export interface DropOptions {
  /** The column that partitions the table by a time. */
  readonly column: string
  /** Partitions of which all rows are before this time go; Unix milliseconds. */
  readonly beforeMs: number
  readonly clock: Clock
  /** The whole summary of the new snapshot, from what goes, when the newest of it ends, and the snapshot before. */
  readonly account: (gone: ScanPlan, endMs: number, before: Snapshot) => Promise<Readonly<Record<string, string>>>
  /** Tells what would go, and does nothing. */
  readonly dryRun?: boolean
}

/** What went, or would. */
export interface Dropped {
  readonly partitions: number
  readonly files: number
  /** Rows of the files, deleted ones included. */
  readonly rows: number
}

/**
 * Takes whole partitions that are older than a time out of a table, in one commit of which every other writer is either
 * before or after. Repeating it does nothing. Files of a partition without that time (null, or of another spec) stay. The
 * files themselves go when the snapshots before are expired. Errors: those of the store, and of `account`.
 */
export async function dropPartitions(catalog: Catalog, identifier: Identifier, options: DropOptions): Promise<Dropped> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const table = await newestTable(catalog, identifier)
    const scan = await planScan(catalog, table)
    const ends = new Map(scan.tasks.map((task) => [task, fileEndMs(table, scan.schema, task.file, options.column)]))
    const isOld = (task: ScanTask): boolean => (ends.get(task) ?? Infinity) <= options.beforeMs
    const gone: ScanPlan = { ...scan, tasks: scan.tasks.filter(isOld) }
    const dropped = droppedOf(gone)
    if (dropped.files === 0 || options.dryRun === true) return dropped
    if (
      await commitDrop(
        catalog,
        table,
        { gone, endMs: Math.max(...gone.tasks.map((task) => ends.get(task) ?? 0)) },
        options,
      )
    )
      return dropped
  }
  throw conflict(identifier, `${MAX_ATTEMPTS} attempts lost against other writers`)
}

/** False when another writer came between. */
async function commitDrop(
  catalog: Catalog,
  table: Table,
  { gone, endMs }: { readonly gone: ScanPlan; readonly endMs: number },
  options: DropOptions,
): Promise<boolean> {
  const before = currentSnapshot(table)
  if (before === undefined) return true
  const partitions = new Set(gone.tasks.map(({ file }) => partitionKey(file.specId, file.partition)))
  const staged = {
    table: table.identifier,
    operation: 'delete' as const,
    addedDataFiles: [],
    addedDeleteFiles: [],
    removedDataFiles: gone.tasks.map(({ file }) => file.location),
    removedDeleteFiles: await deletesOf(catalog, table, before, partitions),
    onto: before.snapshotId,
    summary: await options.account(gone, endMs, before),
  }
  return (await unlessConflict(commitTable(catalog, staged, options))) !== undefined
}

/** Delete files reach data files of their own partition alone, so they go with it. */
async function deletesOf(
  catalog: Catalog,
  table: Table,
  snapshot: Snapshot,
  partitions: ReadonlySet<string>,
): Promise<string[]> {
  const manifests = (await readManifestList(catalog, snapshot)).filter(({ content }) => content === 'deletes')
  const found = await filesOf(catalog, table, manifests, {
    live: true,
    only: ({ specId, partition }) => partitions.has(partitionKey(specId, partition)),
  })
  return [...found]
}

function droppedOf({ tasks }: ScanPlan): Dropped {
  return {
    partitions: new Set(tasks.map(({ file }) => partitionKey(file.specId, file.partition))).size,
    files: tasks.length,
    rows: tasks.reduce((sum, { file }) => sum + file.recordCount, 0),
  }
}

/** When the partition of a file ends, by the least of the transforms of the column; undefined when it has none. */
function fileEndMs({ metadata }: Table, schema: Schema, file: DataFile, column: string): number | undefined {
  const id = leavesOf(schema.fields).find(({ path }) => path.length === 1 && path[0] === column)?.id
  const ends = specOf(metadata, file.specId).fields.flatMap((field, index) =>
    field.sourceId === id ? (valueEndMs(field, file.partition[index]) ?? []) : [],
  )
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** When the time of a partition value ends, in Unix milliseconds; undefined for what is no time. */
function valueEndMs({ transform }: PartitionField, value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined
  switch (transform) {
    case 'hour':
      return (value + 1) * 3_600_000
    case 'day':
      return (value + 1) * 86_400_000
    case 'month':
      return Date.UTC(1970, value + 1)
    case 'year':
      return Date.UTC(1971 + value, 0)
    default:
      return undefined
  }
}
