import { metRelation, type IntervalNode, type SourceNode } from '#dialect/duckdb'
import { collectAlerts } from './collect-alerts.ts'
import { setClosed } from './flush-gold.ts'
import type { Instance } from './instance.ts'
import { addGold, refuseRows } from './process-silver.ts'
import { isWritten, writeTable } from './write-table.ts'

/**
 * Puts the batch of a source beside the rows of the other side that wait, and lets its own wait in turn. A join that this
 * instance does not write keeps the state it has.
 */
export async function meetInterval(instance: Instance, { node, step }: SourceNode['intervals'][number]): Promise<void> {
  const { session } = instance
  const { name } = node.plan.table
  if (!isWritten(instance, `gold.${name}`)) return
  await session.run(instance.rebuild ? step.refuseDeclared : step.refuse)
  addGold(instance, name, { rows: 0, quarantined: await refuseRows(instance, name, node.sql.verdicts) })
  for (const side of step.sides) {
    await session.runAll(side.meet)
    await writePairs(instance, node)
    await session.run(side.remember)
  }
}

/** Writes the pairs that were put together; those that overflow go to quarantine. */
async function writePairs(instance: Instance, { plan, sql }: IntervalNode): Promise<void> {
  const { session } = instance
  const { name } = plan.table
  await session.run(sql.accepted)
  const overflowed = sql.overflow === undefined ? 0 : await session.count(sql.overflow.rows)
  if (sql.overflow !== undefined && overflowed > 0) await session.run(sql.overflow.refuse)
  const rows = await session.count(`select count(*) from ${metRelation(name)}`)
  if (rows > 0) {
    await writeTable(instance, `gold.${name}`, metRelation(name))
    await collectAlerts(instance, name, metRelation(name))
  }
  addGold(instance, name, { rows, quarantined: overflowed === 0 ? {} : { 'record/overflow': overflowed } })
}

/**
 * Lets rows go that no row in time can meet, by `watermark` (microseconds), or all that wait for the end of a bounded
 * input to be told that they met nothing; a left join writes those. What is let go stays gone: records that could have met
 * it are late from now on. An audit goes as far as the live tables did.
 */
export async function closeInterval(
  instance: Instance,
  node: IntervalNode,
  watermark: bigint | 'all' | undefined,
): Promise<void> {
  const { name } = node.plan.table
  if (watermark === undefined || !isWritten(instance, `gold.${name}`)) return
  const known = instance.closed.get(name)
  const through = await reach(instance, node, watermark)
  if (through === undefined || (known !== undefined && through <= known)) return
  instance.closed.set(name, through)
  await setClosed(instance, name)
  if (node.sql.unmet === undefined) return
  await instance.session.runAll(node.sql.unmet)
  await writePairs(instance, node)
}

async function reach(
  { rebuild, closedLive, session }: Instance,
  { plan, sql }: IntervalNode,
  watermark: bigint | 'all',
): Promise<bigint | undefined> {
  const live = closedLive.get(plan.table.name)
  if (rebuild) return live === undefined || watermark === 'all' || watermark > live ? live : watermark
  if (watermark !== 'all') return watermark
  // Pairs are written as they are met, so an inner join has nothing to say at the end.
  if (sql.unmet === undefined) return undefined
  const [row] = await session.rows(sql.lastEnd)
  return typeof row?.last === 'bigint' ? row.last : undefined
}
