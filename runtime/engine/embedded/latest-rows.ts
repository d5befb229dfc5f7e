import { latestChanges, latestIndex, type SilverNode } from '#dialect/duckdb'
import { openLocalizer, scanSql, stageData, type DataFile, type ScanPlan, type Staged } from '#lake'
import { addFiles, type Instance } from './instance.ts'
import { CACHE_BYTES, deleteRows, liveFiles, noteWritten, restoreIndex, wornScan } from './kept-rows.ts'
import { isWritten, stageTable, tableOf } from './write-table.ts'

/** The record that a row came of tells it from all others. */
const LINEAGE = ['kafka_partition', 'kafka_offset'] as const

type LatestNode = SilverNode['latest'][number]

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
  const worn = await worthRewriting(instance, latest)
  const staged =
    worn === undefined ? await append(instance, latest, { changed, dead }) : await rewrite(instance, latest, worn)
  await noteWritten(instance, name, { ...latest.sql, staged, key: LINEAGE, more: changed - dead })
}

async function append(
  instance: Instance,
  latest: LatestNode,
  { changed, dead }: { readonly changed: number; readonly dead: number },
): Promise<Staged<DataFile>> {
  const name = latest.plan.table.name
  const staged = await stageTable(instance, `gold.${name}`, `(${latest.sql.written})`, changed)
  const places = `(select _live_path as file_path, _live_pos as pos from ${latestChanges(name)} where _live_path is not null)`
  if (dead > 0) await deleteRows(instance, name, places)
  return staged
}

/** The files of the table, once they are worn and most of their rows are dead. */
async function worthRewriting(instance: Instance, latest: LatestNode): Promise<ScanPlan | undefined> {
  const name = latest.plan.table.name
  const worn = await wornScan(instance, `gold.${name}`)
  if (worn === undefined) return undefined
  const rows = worn.tasks.reduce((sum, task) => sum + task.file.recordCount, 0)
  return rows > 2 * (await instance.session.count(`select count(*) from ${latestIndex(name)}`)) ? worn : undefined
}

async function rewrite(instance: Instance, latest: LatestNode, worn: ScanPlan): Promise<Staged<DataFile>> {
  const { session, store, scratch } = instance
  const name = latest.plan.table.name
  const key = `gold.${name}`
  const table = tableOf(instance, key)
  const localizer = openLocalizer({ store, folder: `${scratch}/rewrite`, maxBytes: CACHE_BYTES })
  const files = await localizer.fetch(worn)
  try {
    const relation = `(select ${latest.sql.columns} from (${scanSql(worn, files.paths)}) old anti join (
        select _live_partition as kafka_partition, _live_offset as kafka_offset from ${latestChanges(name)}
      ) replaced using (kafka_partition, kafka_offset) union all by name ${latest.sql.written})`
    const staged = await stageData({ session, relation, table, store, scratch })
    const removed = worn.tasks.map((task) => task.file.location)
    addFiles(instance.epoch, key, { data: staged.files, removed })
    instance.epoch.releases.push(() => staged.release())
    for (const location of removed) liveFiles(instance, name).delete(location)
    return staged
  } finally {
    files.release()
  }
}

/** Fills the index of a latest table. */
export async function restoreLatest(instance: Instance, { plan, sql }: LatestNode): Promise<void> {
  await restoreIndex(instance, plan.table.name, sql.restore)
}
