import {
  closedRelation,
  closedVariable,
  latestChanges,
  latestIndex,
  quoteText,
  type SilverNode,
  type SourceNode,
} from '#dialect/duckdb'
import {
  openLocalizer,
  planScan,
  positionsSql,
  scanSql,
  stageData,
  stageDeletes,
  type DataFile,
  type Staged,
} from '#lake'
import { addAccounting } from '../accounting.ts'
import { collectAlerts } from './collect-alerts.ts'
import { fillSliced } from './fill-sliced.ts'
import { addFiles, type Instance } from './instance.ts'
import { isWritten, mostDeleteFiles, stageTable, tableOf, writeTable } from './write-table.ts'

/** Delete files a latest table may gather before it is rewritten, once most of its rows are dead. */
const MOST_DELETE_FILES = 20
/** Local copies of a table that is rewritten. */
const REWRITE_CACHE_BYTES = 1 << 30

type WindowNode = SilverNode['windows'][number]
type LatestNode = SilverNode['latest'][number]

/** Up to which times of the watermark the open windows of a table are open, in microseconds. */
export interface WindowEnds {
  readonly first: bigint
  readonly last: bigint
}

/** When the open windows of tables close, by table; one without open windows is not in it. */
export async function windowEnds(
  { session }: Instance,
  windows: readonly WindowNode[],
): Promise<ReadonlyMap<string, WindowEnds>> {
  if (windows.length === 0) return new Map()
  const ends = windows.map(({ plan, sql }) => `select ${quoteText(plan.table.name)} as name, * from (${sql.ends})`)
  const rows = await session.rows(ends.join(' union all '))
  return new Map(
    rows.flatMap(({ name, first, last }) =>
      typeof first === 'bigint' && typeof last === 'bigint' ? [[String(name), { first, last }]] : [],
    ),
  )
}

/**
 * Closes the windows of tables that end at or before a table's `watermark` (microseconds), all of them, or none, and writes
 * their rows, unless those are kept current and `written`. What is closed stays closed: records for it are late from now on.
 */
export async function closeWindows(
  instance: Instance,
  windows: readonly WindowNode[],
  watermark: (table: string) => bigint | 'all' | undefined,
  { written = false }: { readonly written?: boolean } = {},
): Promise<void> {
  const ends = await windowEnds(instance, windows)
  const moved = windows.flatMap((window) => {
    const { name } = window.plan.table
    const known = instance.closed.get(name)
    const wanted = watermark(name)
    const through = wanted === 'all' ? ends.get(name)?.last : wanted
    return through === undefined || (known !== undefined && through <= known) ? [] : [{ window, name, through }]
  })
  for (const { name, through } of moved) instance.closed.set(name, through)
  setClosed(
    instance,
    moved.map(({ name }) => name),
  )
  for (const { window, name, through } of moved) {
    const first = ends.get(name)?.first
    if (first !== undefined && first <= through) await close(instance, window, written)
  }
}

async function close(instance: Instance, { plan, sql }: WindowNode, written: boolean): Promise<void> {
  const { session } = instance
  const { name } = plan.table
  await fillSliced(session, sql.close, sql.slices?.close)
  const rows = await session.count(`select count(*) from ${closedRelation(name)}`)
  if (rows === 0) return
  if (!written || sql.current === undefined) await writeClosed(instance, name, rows)
  session.later([...sql.drop, ...(sql.current === undefined ? [] : [sql.current.expire])])
}

async function writeClosed(instance: Instance, name: string, rows: number): Promise<void> {
  await writeTable(instance, `gold.${name}`, closedRelation(name), rows)
  await collectAlerts(instance, name, closedRelation(name))
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: {},
    gold: { [name]: { rows, quarantined: {} } },
  })
}

/** Tells the SQL of window tables what is closed. */
export function setClosed({ session, closed }: Instance, names: readonly string[]): void {
  session.later(
    names.map((name) => {
      const through = closed.get(name)
      return `set variable ${closedVariable(name)} = ${through === undefined ? 'null::timestamp' : `make_timestamp(${through})`}`
    }),
  )
}

/** Writes the rows of a latest table that changed since the newest checkpoint, and deletes those they replace. */
export async function flushLatest(instance: Instance, latest: LatestNode): Promise<void> {
  const { session } = instance
  const name = latest.plan.table.name
  if (!isWritten(instance, `gold.${name}`)) {
    session.later([latest.sql.forget])
    return
  }
  const [found] = await session.rows([
    latest.sql.settle,
    `select count(*) as changed, count(_live_path) as dead from ${latestChanges(name)}`,
  ])
  const [changed, dead] = [Number(found?.changed), Number(found?.dead)]
  if (changed === 0) {
    session.later([latest.sql.forget])
    return
  }
  const staged = (await worthRewriting(instance, latest))
    ? await rewrite(instance, latest)
    : await append(instance, latest, { changed, dead })
  await session.runAll([
    ...latest.sql.take,
    `create or replace temp table placed as ${positionsSql(staged, ['kafka_partition', 'kafka_offset'])}`,
    latest.sql.place,
  ])
  const files = latestFiles(instance, name)
  for (const file of staged.files) files.set(file.location, file)
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: {},
    gold: { [name]: { rows: changed - dead, quarantined: {} } },
  })
}

async function append(
  instance: Instance,
  latest: LatestNode,
  { changed, dead }: { readonly changed: number; readonly dead: number },
): Promise<Staged<DataFile>> {
  const { session, store, scratch } = instance
  const name = latest.plan.table.name
  const key = `gold.${name}`
  const staged = await stageTable(instance, key, `(${latest.sql.written})`, changed)
  if (dead === 0) return staged
  const relation = `(select _live_path as file_path, _live_pos as pos from ${latestChanges(name)} where _live_path is not null)`
  const table = tableOf(instance, key)
  const deletes = await stageDeletes({
    session,
    relation,
    table,
    store,
    scratch,
    dataFiles: latestFiles(instance, name),
  })
  addFiles(instance.epoch, key, { deletes: deletes.files })
  instance.epoch.releases.push(() => deletes.release())
  return staged
}

async function worthRewriting(instance: Instance, latest: LatestNode): Promise<boolean> {
  const name = latest.plan.table.name
  const table = tableOf(instance, `gold.${name}`)
  if (mostDeleteFiles(table) < MOST_DELETE_FILES) return false
  const plan = await planScan(instance.catalog, table)
  const deleteFiles = new Set(plan.tasks.flatMap((task) => task.deletes.map((each) => each.location)))
  if (deleteFiles.size < MOST_DELETE_FILES) return false
  const rows = plan.tasks.reduce((sum, task) => sum + task.file.recordCount, 0)
  return rows > 2 * (await instance.session.count(`select count(*) from ${latestIndex(name)}`))
}

async function rewrite(instance: Instance, latest: LatestNode): Promise<Staged<DataFile>> {
  const { session, store, scratch, catalog } = instance
  const name = latest.plan.table.name
  const key = `gold.${name}`
  const table = tableOf(instance, key)
  const plan = await planScan(catalog, table)
  const localizer = openLocalizer({ store, folder: `${scratch}/rewrite`, maxBytes: REWRITE_CACHE_BYTES })
  const files = await localizer.fetch(plan)
  try {
    const relation = `(select ${latest.sql.columns} from (${scanSql(plan, files.paths)}) old anti join (
        select _live_partition as kafka_partition, _live_offset as kafka_offset from ${latestChanges(name)}
      ) replaced using (kafka_partition, kafka_offset) union all by name ${latest.sql.written})`
    const staged = await stageData({ session, relation, table, store, scratch })
    const removed = plan.tasks.map((task) => task.file.location)
    addFiles(instance.epoch, key, { data: staged.files, removed })
    instance.epoch.releases.push(() => staged.release())
    for (const location of removed) latestFiles(instance, name).delete(location)
    return staged
  } finally {
    files.release()
  }
}

/** Fills the index of a latest table from the table itself: the lake is its state. */
export async function restoreLatest(instance: Instance, latest: LatestNode): Promise<void> {
  const { catalog, session, store, scratch } = instance
  const name = latest.plan.table.name
  const plan = await planScan(catalog, tableOf(instance, `gold.${name}`))
  const files = latestFiles(instance, name)
  const localizer = openLocalizer({ store, folder: `${scratch}/restore`, maxBytes: REWRITE_CACHE_BYTES })
  for (const { file } of plan.tasks) files.set(file.location, file)
  if (plan.tasks.length === 0) return
  const local = await localizer.fetch(plan)
  try {
    await session.run(latest.sql.restore(scanSql(plan, local.paths, { positions: true })))
  } finally {
    local.release()
  }
}

function latestFiles(instance: Instance, name: string): Map<string, DataFile> {
  const known = instance.liveFiles.get(name) ?? new Map<string, DataFile>()
  instance.liveFiles.set(name, known)
  return known
}

/** Every window and latest table with the source that feeds it. */
export function goldNodes(instance: Instance): { source: SourceNode; windows: WindowNode[]; latest: LatestNode[] }[] {
  return instance.program.sources.map((source) => ({
    source,
    windows: source.silver.flatMap((table) => table.windows),
    latest: source.silver.flatMap((table) => table.latest),
  }))
}
