import { quoteText } from '#dialect/duckdb'
import { openLocalizer, planScan, scanSql, type Table } from '#lake'
import type { Instance } from '../embedded/instance.ts'
import { writeTable } from '../embedded/write-table.ts'
import { quarantineName, tableKey } from '../tables.ts'
import type { ChangeScope } from './change-scope.ts'

/** Local copies of an S3 lake's quarantine while it is read. */
const CACHE_BYTES = 1 << 30

/**
 * Takes out of quarantine what the replay judged anew and what belonged to tables that are gone: the rows that stay are
 * written again beside those of the replay. True when the table's files are to be replaced; false when no row goes.
 */
export async function keepQuarantine(
  instance: Instance,
  live: Table | undefined,
  scope: ChangeScope,
): Promise<boolean> {
  if (live?.metadata.currentSnapshotId === undefined) return false
  const { session } = instance
  const plan = await planScan(instance.catalog, live)
  const folder = `${instance.scratch}/quarantine`
  const localizer = await openLocalizer({ store: instance.store, folder, maxBytes: CACHE_BYTES })
  const files = await localizer.fetch(plan)
  try {
    const rows = `(${scanSql(plan, files.paths)})`
    const stays = staysSql(instance, scope)
    if ((await session.count(`select count(*) from ${rows} where ${judgedAnew(instance, scope)}`)) === 0) return false
    const kept = `(select * from ${rows} where ${stays})`
    const left = await session.count(`select count(*) from ${kept}`)
    if (left > 0) await writeTable(instance, tableKey(quarantineName(instance.plan)), kept, left)
    return true
  } finally {
    files.release()
  }
}

/** SQL that is true for a row that the replay judges anew, or whose table is gone. */
export function judgedAnew(instance: Instance, scope: ChangeScope): string {
  return `not (${staysSql(instance, scope)})`
}

/** True for a row whose judge is still there and was not asked again. */
function staysSql({ plan }: Instance, { rebuilt, judged }: ChangeScope): string {
  const below = new Map(plan.silver.map((table) => [table.table.name, table.source]))
  const tables = [
    ...plan.silver.map(({ table, source }) => [source, tableKey(table)] as const),
    ...plan.gold.map(({ table, from }) => [below.get(from) ?? '', tableKey(table)] as const),
  ].filter(([, table]) => !rebuilt.has(table))
  const named = tables.map(([source, table]) => `(source = ${quoteText(source)} and table_name = ${quoteText(table)})`)
  const unnamed = plan.sources
    .filter(({ name }) => !judged.has(name))
    .map(({ name }) => `(source = ${quoteText(name)} and table_name is null)`)
  return `coalesce(${[...named, ...unnamed].join(' or ') || 'false'}, false)`
}
