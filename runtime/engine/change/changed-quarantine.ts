import { quoteText } from '#dialect/duckdb'
import { currentSnapshot, openLocalizer, planScan, scanSql, type Table } from '#lake'
import type { Plan } from '#plan'
import type { Instance } from '../embedded/instance.ts'
import { writeTable } from '../embedded/write-table.ts'
import { partOf, removedBy, totalRemoved, type Removed } from '../removed.ts'
import { joinedSources, quarantineName, tableKey } from '../tables.ts'
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
  const localizer = openLocalizer({ store: instance.store, folder, maxBytes: CACHE_BYTES })
  const files = await localizer.fetch(plan)
  try {
    const rows = `(${scanSql(plan, files.paths)})`
    const stays = staysSql(instance.plan, scope)
    const before = removedBy(currentSnapshot(live))
    const same = totalRemoved(keptRemoved(instance.plan, live, scope)) === totalRemoved(before)
    const judged = judgedAnew(instance, scope)
    if (same && (await session.count(`select count(*) from ${rows} where ${judged}`)) === 0) return false
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
  return `not (${staysSql(instance.plan, scope)})`
}

/** What has left quarantine of that which the books still count. */
export function keptRemoved(plan: Plan, live: Table | undefined, scope: ChangeScope): Removed {
  const { expired, erased, expiredBeforeMs } = removedBy(live && currentSnapshot(live))
  const { named, unnamed } = staying(plan, scope)
  const stays = (part: string): boolean => {
    const { source, table } = partOf(part)
    if (table === null) return unnamed.includes(source)
    return named.some(([from, name]) => from === source && name === table)
  }
  const kept = (counts: Removed['expired']): Removed['expired'] =>
    Object.fromEntries(Object.entries(counts).filter(([part]) => stays(part)))
  return { expired: kept(expired), erased: kept(erased), expiredBeforeMs }
}

/** True for a row whose judge is still there and was not asked again. */
function staysSql(plan: Plan, scope: ChangeScope): string {
  const { named, unnamed } = staying(plan, scope)
  const any = [
    ...named.map(([source, table]) => `(source = ${quoteText(source)} and table_name = ${quoteText(table)})`),
    ...unnamed.map((source) => `(source = ${quoteText(source)} and table_name is null)`),
  ]
  return `coalesce(${any.join(' or ') || 'false'}, false)`
}

interface Staying {
  /** Source, and the table that refused. */
  readonly named: readonly (readonly [string, string])[]
  /** Sources whose records were refused before any table saw them. */
  readonly unnamed: readonly string[]
}

/** Judges that are still there and were not asked again. */
function staying(plan: Plan, { rebuilt, judged }: ChangeScope): Staying {
  const tables = [
    ...plan.silver.map(({ table, source }) => [source, tableKey(table)] as const),
    ...plan.gold.flatMap((gold) => joinedSources(plan, gold).map((source) => [source, tableKey(gold.table)] as const)),
  ].filter(([, table]) => !rebuilt.has(table))
  return { named: tables, unnamed: plan.sources.map(({ name }) => name).filter((name) => !judged.has(name)) }
}
