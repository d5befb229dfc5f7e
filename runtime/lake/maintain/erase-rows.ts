import { newestTable, type Catalog } from '../catalog.ts'
import { commitTable } from '../commit.ts'
import { conflict, unlessConflict } from '../commit-conflict.ts'
import { readManifest, readManifestList } from '../manifest-io.ts'
import { isLive } from '../merge-manifests.ts'
import { planScan, type ScanPlan, type ScanTask } from '../scan.ts'
import { scanSql } from '../scan-sql.ts'
import { stageData } from '../stage-data.ts'
import { currentSnapshot, type Table } from '../table.ts'
import { groupOf } from './plan-compaction.ts'
import type { Clock } from '../clock.ts'
import type { Identifier } from '../identifier.ts'
import type { Localizer } from '../localizer.ts'
import type { Snapshot, SnapshotId } from '../snapshot.ts'
import type { SqlSession } from '../sql-session.ts'
import type { StagedCommit } from '../staged-commit.ts'

const MAX_ATTEMPTS = 20

/** Says which rows are meant: SQL of a query over `rows`, which has the columns of the table, `_file_path` and `_pos`. */
export type FindRows = (rows: string) => Promise<string>

export interface FindOptions {
  readonly session: SqlSession
  readonly localizer: Localizer
  readonly find: FindRows
}

export interface EraseOptions extends FindOptions {
  /** A local folder for files on their way to S3. */
  readonly scratch: string
  readonly clock: Clock
  /** The whole summary of the new snapshot, from a relation of the rows that readers lose and the snapshot before. */
  readonly account: (rows: string, before: Snapshot) => Promise<Readonly<Record<string, string>>>
  /** Told before the commit what it replaces by what; it may still be lost, and is then told anew. */
  readonly onReplace: (replaced: Replaced) => Promise<void>
}

/** Locations of data files, and rows that readers lose. */
export interface Replaced {
  readonly removed: readonly string[]
  readonly added: readonly string[]
  readonly rows: number
}

/** A table in the session with the places of the rows that are meant. */
const FOUND = 'found_rows'

/** Which of the snapshots hold a row that is meant, rows that deletes hide included. */
export async function snapshotsWith(
  catalog: Catalog,
  identifier: Identifier,
  snapshots: readonly SnapshotId[],
  options: FindOptions,
): Promise<Set<SnapshotId>> {
  const table = await newestTable(catalog, identifier)
  const found = new Set<SnapshotId>()
  for (const id of snapshots) {
    const scan = await planScan(catalog, table, { snapshot: { id } })
    if ((await filesWith(scan, options)).size > 0) found.add(id)
  }
  return found
}

/**
 * Writes the files that hold rows that are meant anew, without them and without rows that are deleted, and swaps them in one
 * commit, after which no manifest of the current snapshot says anything of them. The former files go when the snapshots
 * before are expired. Repeating it does nothing. Resolves to whether there was anything to do.
 */
export async function eraseRows(catalog: Catalog, identifier: Identifier, options: EraseOptions): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const table = await newestTable(catalog, identifier)
    const before = currentSnapshot(table)
    if (before === undefined) return false
    const scan = await planScan(catalog, table)
    const files = await filesWith(scan, options)
    if (files.size === 0 && !(await remembersFiles(catalog, table, before))) return false
    const tasks = scan.tasks.filter(({ file }) => files.has(file.location))
    if (await replace(catalog, { table, before, scan, tasks }, options)) return true
  }
  throw conflict(identifier, `${MAX_ATTEMPTS} attempts lost against other writers`)
}

interface Replacing {
  readonly table: Table
  readonly before: Snapshot
  readonly scan: ScanPlan
  readonly tasks: readonly ScanTask[]
}

/** False when another writer came between. */
async function replace(catalog: Catalog, replacing: Replacing, options: EraseOptions): Promise<boolean> {
  const { table, before, scan, tasks } = replacing
  const { session, scratch, clock } = options
  const group = groupOf(scan, tasks)
  const plan: ScanPlan = { ...scan, tasks }
  const local = await options.localizer.fetch(plan)
  try {
    const live = `(${scanSql(plan, local.paths, { positions: true })})`
    const meant = `from ${live} live {} join ${FOUND} using (_file_path, _pos)`
    const kept = `(select * exclude (_file_path, _pos) ${meant.replace('{}', 'anti')})`
    const lost = `(select live.* ${meant.replace('{}', 'semi')})`
    const staged = await stageData({ session, relation: kept, table, store: catalog.store, scratch })
    await staged.release()
    const [row] = await session.rows(`select count(*)::integer as rows from ${lost}`)
    const removed = tasks.map(({ file }) => file.location)
    const added = staged.files.map(({ location }) => location)
    await options.onReplace({ removed, added, rows: Number(row?.rows ?? 0) })
    const commit: StagedCommit = {
      table: table.identifier,
      operation: tasks.length === 0 ? 'replace' : 'overwrite',
      addedDataFiles: staged.files,
      addedDeleteFiles: [],
      removedDataFiles: removed,
      removedDeleteFiles: group.removedDeleteFiles,
      onto: before.snapshotId,
      forgets: true,
      summary: await options.account(lost, before),
    }
    return (await unlessConflict(commitTable(catalog, commit, { clock }))) !== undefined
  } finally {
    local.release()
  }
}

/** The data files with rows that are meant, whose places are then in the session. */
async function filesWith(scan: ScanPlan, { session, localizer, find }: FindOptions): Promise<Set<string>> {
  // Rows that deletes hide are in the bytes all the same.
  const whole: ScanPlan = { ...scan, tasks: scan.tasks.map(({ file }) => ({ file, deletes: [] })) }
  const local = await localizer.fetch(whole)
  try {
    const rows = `(${scanSql(whole, local.paths, { positions: true })})`
    const found = `select _file_path, _pos from (${await find(rows)})`
    await session.run(`create or replace temp table ${FOUND} as ${found}`)
  } finally {
    local.release()
  }
  const files = await session.rows(`select distinct _file_path as file from ${FOUND}`)
  return new Set(files.map(({ file }) => String(file)))
}

async function remembersFiles(catalog: Catalog, table: Table, snapshot: Snapshot): Promise<boolean> {
  for (const manifest of await readManifestList(catalog, snapshot))
    if (!(await readManifest(catalog, table, manifest)).every(isLive)) return true
  return false
}
