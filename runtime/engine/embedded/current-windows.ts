import { quoteText, windowChanges, windowReplaced, type CurrentProgram, type SilverNode } from '#dialect/duckdb'
import {
  openLocalizer,
  planScan,
  positionsSql,
  scanSql,
  stageDeletes,
  type DataFile,
  type ScanPlan,
  type Staged,
} from '#lake'
import { addAccounting } from '../accounting.ts'
import { fillSliced } from './fill-sliced.ts'
import { addFiles, type Instance } from './instance.ts'
import { isWritten, mostDeleteFiles, stageTable, tableOf } from './write-table.ts'

/** Delete files a table may gather before the data files they are about are written anew. */
const MOST_DELETE_FILES = 20
/** Local copies of files that are written anew. */
const CACHE_BYTES = 1 << 30

type WindowNode = SilverNode['windows'][number]
/** A window table whose rows are kept current. */
type Current = { readonly name: string; readonly key: string; readonly sql: CurrentProgram }

/**
 * Writes the rows of the windows of a table that is kept current for which rows came since the newest checkpoint, and
 * deletes those they replace. Does nothing for a table whose rows are written once.
 */
export async function flushCurrent(instance: Instance, { plan, sql }: WindowNode): Promise<void> {
  const { session } = instance
  const { name } = plan.table
  if (sql.current === undefined || !isWritten(instance, `gold.${name}`)) return
  const table: Current = { name, key: `gold.${name}`, sql: sql.current }
  await fillSliced(session, table.sql.change, sql.slices?.changes)
  const [found] = await session.rows([
    table.sql.replace,
    `select (select count(*) from ${windowChanges(name)}) as changed, (select count(*) from ${windowReplaced(name)}) as replaced`,
  ])
  const [changed, replaced] = [Number(found?.changed), Number(found?.replaced)]
  if (changed === 0) return
  const worn = await wornFiles(instance, table)
  const staged =
    worn === undefined
      ? await append(instance, table, { relation: table.sql.written, rows: changed, replaced })
      : await rewrite(instance, table, worn, replaced)
  await session.runAll([
    ...table.sql.take,
    `create or replace temp table placed as ${positionsSql(staged, table.sql.key)}`,
    table.sql.place,
  ])
  const files = liveFiles(instance, name)
  for (const file of staged.files) files.set(file.location, file)
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: {},
    gold: { [name]: { rows: changed - replaced, quarantined: {} } },
  })
}

interface Appended {
  /** The rows to write, and how many there are, where that is known. */
  readonly relation: string
  readonly rows?: number
  /** How many rows of the table they replace. */
  readonly replaced: number
  /** Files that go as a whole, with the rows in them. */
  readonly gone?: readonly string[]
}

/** Writes rows, and deletes by position those they replace. */
async function append(
  instance: Instance,
  { name, key }: Current,
  { relation, rows, replaced, gone = [] }: Appended,
): Promise<Staged<DataFile>> {
  const { session, store, scratch } = instance
  const staged = await stageTable(instance, key, `(${relation})`, rows)
  if (replaced === 0) return staged
  const kept = gone.length === 0 ? '' : ` where _live_path not in (${gone.map(quoteText).join(', ')})`
  const dead = `(select _live_path as file_path, _live_pos as pos from ${windowReplaced(name)}${kept})`
  if (gone.length > 0 && (await session.count(`select count(*) from ${dead}`)) === 0) return staged
  const table = tableOf(instance, key)
  const dataFiles = liveFiles(instance, name)
  const deletes = await stageDeletes({ session, relation: dead, table, store, scratch, dataFiles })
  addFiles(instance.epoch, key, { deletes: deletes.files })
  instance.epoch.releases.push(() => deletes.release())
  return staged
}

/** The data files with deleted rows, once their delete files are many: rows of closed windows in other files stay put. */
async function wornFiles(instance: Instance, { key }: Current): Promise<ScanPlan | undefined> {
  if (mostDeleteFiles(tableOf(instance, key)) < MOST_DELETE_FILES) return undefined
  const plan = await planScan(instance.catalog, tableOf(instance, key))
  const tasks = plan.tasks.filter((task) => task.deletes.length > 0)
  const deletes = new Set(tasks.flatMap((task) => task.deletes.map((each) => each.location)))
  return deletes.size < MOST_DELETE_FILES ? undefined : { ...plan, tasks }
}

/** Writes what is left of worn files together with the changed rows. */
async function rewrite(
  instance: Instance,
  table: Current,
  worn: ScanPlan,
  replaced: number,
): Promise<Staged<DataFile>> {
  const { store, scratch } = instance
  const localizer = openLocalizer({ store, folder: `${scratch}/rewrite`, maxBytes: CACHE_BYTES })
  const files = await localizer.fetch(worn)
  try {
    const removed = worn.tasks.map((task) => task.file.location)
    const left = `select ${table.sql.columns} from (${scanSql(worn, files.paths, { positions: true })}) old
      anti join ${windowReplaced(table.name)} on _file_path = _live_path and _pos = _live_pos`
    const relation = `${left} union all by name ${table.sql.written}`
    const staged = await append(instance, table, { relation, replaced, gone: removed })
    addFiles(instance.epoch, table.key, { removed })
    for (const location of removed) liveFiles(instance, table.name).delete(location)
    return staged
  } finally {
    files.release()
  }
}

/** Fills the index of a table that is kept current from the table itself: the lake is its state. */
export async function restoreCurrent(instance: Instance, { plan, sql }: WindowNode): Promise<void> {
  const { catalog, session, store, scratch } = instance
  const { name } = plan.table
  if (sql.current === undefined) return
  const scan = await planScan(catalog, tableOf(instance, `gold.${name}`))
  const files = liveFiles(instance, name)
  for (const { file } of scan.tasks) files.set(file.location, file)
  if (scan.tasks.length === 0) return
  const localizer = openLocalizer({ store, folder: `${scratch}/restore`, maxBytes: CACHE_BYTES })
  const local = await localizer.fetch(scan)
  try {
    await session.run(sql.current.restore(scanSql(scan, local.paths, { positions: true })))
  } finally {
    local.release()
  }
}

function liveFiles(instance: Instance, name: string): Map<string, DataFile> {
  const known = instance.liveFiles.get(name) ?? new Map<string, DataFile>()
  instance.liveFiles.set(name, known)
  return known
}
