import type { SourceNode } from '#dialect/duckdb'
import { quoteText } from '#dialect/duckdb'
import { openLocalizer, planScan, scanSql, type DataFile } from '#lake'
import type { Instance } from '../embedded/instance.ts'
import { quarantineName } from '../tables.ts'

/** Local copies of an S3 lake's quarantine while it is read. */
const CACHE_BYTES = 1 << 30

/** The rows of quarantine that are worked on, with `_file_path` and `_pos`. */
export const SELECTED = 'refused_selected'
/** The records of one source among them, numbered in the order of their offsets: _n, kafka_partition, kafka_offset. */
export const RECORDS = 'refused_records'

/** What was selected. */
export interface Selection {
  readonly rows: number
  /** The data files that the rows stand in, by location. */
  readonly dataFiles: ReadonlyMap<string, DataFile>
}

/** Reads the rows of quarantine for which `where` is true, as it is in the lake now. */
export async function selectRefused(instance: Instance, where: string): Promise<Selection> {
  const { session, catalog, store, scratch } = instance
  const table = await catalog.load(quarantineName(instance.plan))
  if (table === undefined) return { rows: 0, dataFiles: new Map() }
  const plan = await planScan(catalog, table)
  const localizer = openLocalizer({ store, folder: `${scratch}/refused`, maxBytes: CACHE_BYTES })
  const files = await localizer.fetch(plan)
  try {
    const rows = scanSql(plan, files.paths, { positions: true })
    await session.run(`create or replace temp table ${SELECTED} as select * from (${rows}) refused where ${where}`)
  } finally {
    files.release()
  }
  return {
    rows: await session.count(`select count(*) from ${SELECTED}`),
    dataFiles: new Map(plan.tasks.map(({ file }) => [file.location, file])),
  }
}

/** Numbers the selected records of a source. Resolves to how many there are. */
export async function numberRecords({ session }: Instance, { plan }: SourceNode): Promise<number> {
  await session.run(`create or replace temp table ${RECORDS} as
    select row_number() over (order by kafka_partition, kafka_offset) - 1 as _n, * from (
      select distinct kafka_partition, kafka_offset from ${SELECTED} where source = ${quoteText(plan.name)})`)
  return session.count(`select count(*) from ${RECORDS}`)
}
