import { quoteText, windowChanges, windowReplaced, type CurrentProgram, type SilverNode } from '#dialect/duckdb'
import { openLocalizer, scanSql, type DataFile, type ScanPlan, type Staged } from '#lake'
import { fillSliced } from './fill-sliced.ts'
import { addFiles, type Instance } from './instance.ts'
import { CACHE_BYTES, deleteRows, liveFiles, noteWritten, restoreIndex, wornScan } from './kept-rows.ts'
import { isWritten, stageTable } from './write-table.ts'

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
  await noteWritten(instance, name, { ...table.sql, staged, more: changed - replaced })
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
  const staged = await stageTable(instance, key, `(${relation})`, rows)
  if (replaced === 0) return staged
  const kept = gone.length === 0 ? '' : ` where _live_path not in (${gone.map(quoteText).join(', ')})`
  const dead = `(select _live_path as file_path, _live_pos as pos from ${windowReplaced(name)}${kept})`
  if (gone.length > 0 && (await instance.session.count(`select count(*) from ${dead}`)) === 0) return staged
  await deleteRows(instance, name, dead)
  return staged
}

/** The data files with deleted rows, once they are worn: rows of closed windows in other files stay put. */
async function wornFiles(instance: Instance, { key }: Current): Promise<ScanPlan | undefined> {
  const worn = await wornScan(instance, key)
  return worn && { ...worn, tasks: worn.tasks.filter((task) => task.deletes.length > 0) }
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

/** Fills the index of a table that is kept current; does nothing for a table whose rows are written once. */
export async function restoreCurrent(instance: Instance, { plan, sql }: WindowNode): Promise<void> {
  if (sql.current !== undefined) await restoreIndex(instance, plan.table.name, sql.current.restore)
}
