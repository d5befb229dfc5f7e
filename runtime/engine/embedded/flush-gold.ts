import {
  closedRelation,
  closedVariable,
  latestChanges,
  latestIndex,
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
import { addFiles, type Instance } from './instance.ts'
import { isWritten, stageTable, tableOf, writeTable } from './write-table.ts'

/** Delete files a latest table may gather before it is rewritten, once most of its rows are dead. */
const MOST_DELETE_FILES = 20
/** Local copies of a table that is rewritten. */
const REWRITE_CACHE_BYTES = 1 << 30

type WindowNode = SilverNode['windows'][number]
type LatestNode = SilverNode['latest'][number]

/**
 * Closes the windows that end at or before `watermark` (microseconds), or all of them, and writes their rows, unless they
 * are `written`. What is closed stays closed: records for it are late from now on.
 */
export async function closeWindows(
  instance: Instance,
  window: WindowNode,
  watermark: bigint | 'all',
  { written = false }: { readonly written?: boolean } = {},
): Promise<void> {
  const { session } = instance
  const name = window.plan.table.name
  const known = instance.closed.get(name)
  const through = watermark === 'all' ? await lastWindowEnd(instance, window) : watermark
  if (through === undefined || (known !== undefined && through <= known)) return
  instance.closed.set(name, through)
  await setClosed(instance, name)
  await session.run(window.sql.close)
  const rows = await session.count(`select count(*) from ${closedRelation(name)}`)
  if (rows === 0) return
  if (!written) await writeClosed(instance, name, rows)
  const { current } = window.sql
  await session.runAll([...window.sql.drop, ...(current === undefined ? [] : [current.expire])])
}

async function writeClosed(instance: Instance, name: string, rows: number): Promise<void> {
  await writeTable(instance, `gold.${name}`, closedRelation(name))
  await collectAlerts(instance, name, closedRelation(name))
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: {},
    gold: { [name]: { rows, quarantined: {} } },
  })
}

/** Tells the SQL of a window table what is closed. */
export async function setClosed(instance: Instance, name: string): Promise<void> {
  const through = instance.closed.get(name)
  await instance.session.run(
    `set variable ${closedVariable(name)} = ${through === undefined ? 'null::timestamp' : `make_timestamp(${through})`}`,
  )
}

async function lastWindowEnd(instance: Instance, window: WindowNode): Promise<bigint | undefined> {
  const [row] = await instance.session.rows(window.sql.lastEnd)
  return typeof row?.last === 'bigint' ? row.last : undefined
}

/** Writes the rows of a latest table that changed since the newest checkpoint, and deletes those they replace. */
export async function flushLatest(instance: Instance, latest: LatestNode): Promise<void> {
  const { session } = instance
  const name = latest.plan.table.name
  if (!isWritten(instance, `gold.${name}`)) return session.run(latest.sql.forget)
  await session.run(latest.sql.settle)
  const changed = await session.count(`select count(*) from ${latestChanges(name)}`)
  if (changed === 0) {
    await session.run(latest.sql.forget)
    return
  }
  const dead = await session.count(`select count(_live_path) from ${latestChanges(name)}`)
  const staged = (await worthRewriting(instance, latest))
    ? await rewrite(instance, latest)
    : await append(instance, latest)
  await session.runAll(latest.sql.take)
  await session.run(
    `create or replace temp table placed as ${positionsSql(staged, ['kafka_partition', 'kafka_offset'])}`,
  )
  await session.run(latest.sql.place)
  const files = latestFiles(instance, name)
  for (const file of staged.files) files.set(file.location, file)
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: {},
    gold: { [name]: { rows: changed - dead, quarantined: {} } },
  })
}

async function append(instance: Instance, latest: LatestNode): Promise<Staged<DataFile>> {
  const { session, store, scratch } = instance
  const name = latest.plan.table.name
  const key = `gold.${name}`
  const replaced = `(select _live_path as file_path, _live_pos as pos from ${latestChanges(name)} where _live_path is not null)`
  const staged = await stageTable(instance, key, `(${latest.sql.written})`)
  if ((await session.count(`select count(*) from ${replaced}`)) > 0) {
    const dataFiles = latestFiles(instance, name)
    const deletes = await stageDeletes({
      session,
      relation: replaced,
      table: tableOf(instance, key),
      store,
      scratch,
      dataFiles,
    })
    addFiles(instance.epoch, key, { deletes: deletes.files })
    instance.epoch.releases.push(() => deletes.release())
  }
  return staged
}

async function worthRewriting(instance: Instance, latest: LatestNode): Promise<boolean> {
  const name = latest.plan.table.name
  const plan = await planScan(instance.catalog, tableOf(instance, `gold.${name}`))
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
  const localizer = await openLocalizer({ store, folder: `${scratch}/rewrite`, maxBytes: REWRITE_CACHE_BYTES })
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
  const localizer = await openLocalizer({ store, folder: `${scratch}/restore`, maxBytes: REWRITE_CACHE_BYTES })
  for (const { file } of plan.tasks) files.set(file.location, file)
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
