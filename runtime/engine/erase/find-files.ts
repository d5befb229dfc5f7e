import { planScan, scanSql, type Catalog, type FindRows, type Identifier, type Localizer } from '#lake'
import type { Session } from '../embedded/session.ts'
import type { TableErasure } from './erasure.ts'

/** The data files of a table with rows that are meant, and how many of these readers see. */
export async function findFiles(
  {
    session,
    catalog,
    localizer,
  }: { readonly session: Session; readonly catalog: Catalog; readonly localizer: Localizer },
  identifier: Identifier,
  find: FindRows,
): Promise<Omit<TableErasure, 'table'>> {
  const table = await catalog.load(identifier)
  if (table === undefined) return { rows: 0, removed: [], added: [] }
  const scan = await planScan(catalog, table)
  const whole = { ...scan, tasks: scan.tasks.map(({ file }) => ({ file, deletes: [] })) }
  const local = await localizer.fetch(scan)
  try {
    const all = await find(`(${scanSql(whole, local.paths, { positions: true })})`)
    const live = await find(`(${scanSql(scan, local.paths, { positions: true })})`)
    const files = await session.rows(`select distinct _file_path as file from (${all}) order by all`)
    const rows = await session.count(`select count(*) from (${live})`)
    return { rows, removed: files.map(({ file }) => file as string), added: [] }
  } finally {
    local.release()
  }
}
