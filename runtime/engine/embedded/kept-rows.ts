import {
  currentSnapshot,
  openLocalizer,
  planScan,
  positionsSql,
  scanSql,
  stageDeletes,
  type DataFile,
  type ScanPlan,
  type Staged,
  type Table,
} from '#lake'
import { addAccounting } from '../accounting.ts'
import { addFiles, type Instance } from './instance.ts'
import { tableOf } from './write-table.ts'

// What gold tables have in common of which rows are replaced: latest tables, and windows that are kept current. An index in
// the session says where in the table the live row of each key lies.

/** Delete files that such a table may gather before data files with deleted rows are written anew. */
const MOST_DELETE_FILES = 20
/** Local copies of files that are written anew, or that an index is filled from. */
export const CACHE_BYTES = 1 << 30

/** The live data files of the table `gold.name`, by location. */
export function liveFiles({ liveFiles: all }: Instance, name: string): Map<string, DataFile> {
  const known = all.get(name) ?? new Map<string, DataFile>()
  all.set(name, known)
  return known
}

/** Has the next checkpoint delete rows of `gold.name`; `dead` is a relation of their places: file_path, pos. */
export async function deleteRows(instance: Instance, name: string, dead: string): Promise<void> {
  const { session, store, scratch } = instance
  const key = `gold.${name}`
  const dataFiles = liveFiles(instance, name)
  const table = tableOf(instance, key)
  const deletes = await stageDeletes({ session, relation: dead, table, store, scratch, dataFiles })
  addFiles(instance.epoch, key, { deletes: deletes.files })
  instance.epoch.releases.push(() => deletes.release())
}

/** What a reader of a table has to read, once it is worn: so many delete files that data files are worth writing anew. */
export async function wornScan(instance: Instance, key: string): Promise<ScanPlan | undefined> {
  const table = tableOf(instance, key)
  if (mostDeleteFiles(table) < MOST_DELETE_FILES) return undefined
  const plan = await planScan(instance.catalog, table)
  const deletes = new Set(plan.tasks.flatMap((task) => task.deletes.map((each) => each.location)))
  return deletes.size < MOST_DELETE_FILES ? undefined : plan
}

/** At most so many delete files a table has, as its newest snapshot tells; without end where it does not. */
function mostDeleteFiles(table: Table): number {
  const snapshot = currentSnapshot(table)
  return snapshot === undefined ? 0 : Number(snapshot.summary['total-delete-files'] ?? Infinity)
}

interface Written {
  readonly staged: Staged<DataFile>
  /** The columns by which a written row is found again. */
  readonly key: readonly string[]
  /** How many rows the table has more than before. */
  readonly more: number
  /** Takes the rows over into the index, their place unknown yet. */
  readonly take: readonly string[]
  /** Fills places in from the relation `placed`(key, file_path, pos). */
  readonly place: string
}

/** Notes in the index where rows were written, and counts them. */
export async function noteWritten(instance: Instance, name: string, written: Written): Promise<void> {
  const { staged, key, more, take, place } = written
  await instance.session.runAll([...take, `create or replace temp table placed as ${positionsSql(staged, key)}`, place])
  const files = liveFiles(instance, name)
  for (const file of staged.files) files.set(file.location, file)
  const gold = { [name]: { rows: more, quarantined: {} } }
  instance.epoch.change = addAccounting(instance.epoch.change, { sources: {}, gold })
}

/** Fills the index of a table from the table itself: the lake is its state. `restore` adds rows, with their places. */
export async function restoreIndex(instance: Instance, name: string, restore: (rows: string) => string): Promise<void> {
  const { catalog, session, store, scratch } = instance
  const scan = await planScan(catalog, tableOf(instance, `gold.${name}`))
  const files = liveFiles(instance, name)
  for (const { file } of scan.tasks) files.set(file.location, file)
  if (scan.tasks.length === 0) return
  const localizer = openLocalizer({ store, folder: `${scratch}/restore`, maxBytes: CACHE_BYTES })
  const local = await localizer.fetch(scan)
  try {
    await session.run(restore(scanSql(scan, local.paths, { positions: true })))
  } finally {
    local.release()
  }
}
