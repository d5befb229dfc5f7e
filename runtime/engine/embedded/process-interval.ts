import { metRelation, refusedRelation, type IntervalNode, type SourceNode } from '#dialect/duckdb'
import type { Batch } from './batch.ts'
import { collectAlerts } from './collect-alerts.ts'
import { setClosed } from './close-windows.ts'
import { viewSql, type Instance } from './instance.ts'
import { addGold, listRefused } from './process-silver.ts'
import { isWritten, writeTable } from './write-table.ts'

/**
 * Puts the batch of a source beside the rows of the other side that wait, and lets its own wait in turn. A join that this
 * instance does not write keeps the state it has.
 */
export async function meetInterval(
  instance: Instance,
  { node, step }: SourceNode['intervals'][number],
  batch: Batch,
): Promise<void> {
  const { session } = instance
  const { name } = node.plan.table
  if (!isWritten(instance, `gold.${name}`)) return
  const rows = await session.rows([
    instance.rebuild ? step.refuseDeclared : step.refuse,
    `select verdict, count(*) as rows from ${refusedRelation(name)} group by all`,
  ])
  const refused = rows.map((row) => ({ verdict: Number(row.verdict), rows: Number(row.rows) }))
  addGold(instance, name, { rows: 0, quarantined: listRefused(name, node.sql.verdicts, refused, batch) })
  for (const side of step.sides) {
    await session.runAll(side.meet)
    await writePairs(instance, node)
    session.later([side.remember])
  }
}

/** Writes the pairs that were put together; those that overflow go to quarantine. Resolves to how many do. */
async function writePairs(instance: Instance, { plan, sql }: IntervalNode): Promise<number> {
  const { session } = instance
  const { name } = plan.table
  const met = metRelation(name)
  const rows = await session.count([...viewSql(instance, met, sql.accepted), `select count(*) from ${met}`])
  const overflowed = sql.overflow === undefined ? 0 : await session.count(sql.overflow.rows)
  if (sql.overflow !== undefined && overflowed > 0) await session.run(sql.overflow.refuse)
  if (rows > 0) {
    await writeTable(instance, `gold.${name}`, met, rows)
    await collectAlerts(instance, name, met)
  }
  addGold(instance, name, { rows, quarantined: overflowed === 0 ? {} : { 'record/overflow': overflowed } })
  return overflowed
}

/**
 * Lets rows go that no row in time can meet, by `watermark` (microseconds). At the end of a bounded input all that wait are
 * told that they met nothing; a left join writes those. What is let go stays gone: records that could have met it are late
 * from now on. An audit goes as far as the live tables did. Resolves to how many rows went to quarantine.
 */
export async function closeInterval(
  instance: Instance,
  node: IntervalNode,
  watermark: bigint | undefined,
  { ended = false }: { readonly ended?: boolean } = {},
): Promise<number> {
  const { name } = node.plan.table
  if ((watermark === undefined && !ended) || !isWritten(instance, `gold.${name}`)) return 0
  const known = instance.closed.get(name)
  const through = await reach(instance, node, watermark, ended)
  if (through === undefined || (known !== undefined && through <= known)) return 0
  instance.closed.set(name, through)
  setClosed(instance, [name])
  const refused = await writeUnmet(instance, node)
  instance.session.later([...node.sql.drop('left'), ...node.sql.drop('right')])
  return refused
}

async function writeUnmet(instance: Instance, node: IntervalNode): Promise<number> {
  if (node.sql.unmet === undefined) return 0
  await instance.session.runAll(node.sql.unmet)
  return writePairs(instance, node)
}

async function reach(
  { rebuild, closedLive, session }: Instance,
  { plan, sql }: IntervalNode,
  watermark: bigint | undefined,
  ended: boolean,
): Promise<bigint | undefined> {
  const live = closedLive.get(plan.table.name)
  if (rebuild) return ended || watermark === undefined ? live : least(live, watermark)
  // Pairs are written as they are met, so an inner join has nothing to say at the end. The watermark counts there too: how
  // far it came must not depend on how many checkpoints went before.
  if (!ended || sql.unmet === undefined) return watermark
  const [row] = await session.rows(sql.lastEnd)
  const last = typeof row?.last === 'bigint' ? row.last : undefined
  return last !== undefined && (watermark === undefined || last > watermark) ? last : watermark
}

function least(live: bigint | undefined, watermark: bigint): bigint | undefined {
  return live !== undefined && watermark < live ? watermark : live
}
