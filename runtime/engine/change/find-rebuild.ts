import { nearestMatch, smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import { diffPlans, planHash, type Plan } from '#plan'
import { openCheckpoints } from '../checkpoint-store.ts'
import { tableKey } from '../tables.ts'
import { tableSources } from './change-scope.ts'
import { findChange, withGoneRecords, type PlanChange } from './find-change.ts'

/**
 * The change that works tables out anew from bronze by the plan of today, whether that ran already or takes over with it.
 * `tables` names them, as `devices` or `silver.devices`; all silver and gold tables when it is empty. Some take others along,
 * see `widened`. It needs an approval where records have left the bronze below them, even when the plan is the same. Reads only.
 * checkpoint/none, checkpoint/unknown-table, and what `findChange` throws.
 */
export async function findRebuild(store: ObjectStore, plan: Plan, tables: readonly string[]): Promise<PlanChange> {
  const checkpoint = await openCheckpoints(store, plan.pipeline).newest()
  if (checkpoint === undefined) throw smeltError('checkpoint/none', { pipeline: `${plan.tenant}/${plan.pipeline}` })
  const change = (await findChange(store, plan)) ?? {
    checkpoint,
    before: plan,
    after: plan,
    planHash: planHash(plan),
    diff: diffPlans(plan, plan),
    approved: false,
  }
  const mixed = change.checkpoint.past !== undefined || change.before !== plan
  return withGoneRecords(store, { ...change, rebuild: widened(plan, namedTables(plan, tables), mixed) })
}

function namedTables(plan: Plan, names: readonly string[]): string[] {
  const known = [...plan.silver, ...plan.gold].map(({ table }) => tableKey(table))
  if (names.length === 0) return known
  return names.map((name) => {
    const found = known.find((key) => key === name || key.endsWith(`.${name}`))
    if (found !== undefined) return found
    const short = known.map((key) => key.slice(key.indexOf('.') + 1))
    throw smeltError('checkpoint/unknown-table', {
      pipeline: `${plan.tenant}/${plan.pipeline}`,
      table: name,
      nearest: nearestMatch(name, [...known, ...short]),
      known,
    })
  })
}

/**
 * The tables with those that cannot be rebuilt without them. Silver tables of a source share one judgement of each record,
 * and gold tables hold what silver holds: so a silver table takes along all tables of its source. A gold table stands alone
 * unless rows stand (`mixed`) that another plan or a replay of quarantine wrote: those bronze alone does not give.
 */
function widened(plan: Plan, wanted: readonly string[], mixed: boolean): string[] {
  const sources = tableSources(plan)
  const taken = wanted.filter((key) => mixed || key.startsWith('silver.'))
  const whole = new Set(taken.flatMap((key) => sources.get(key) ?? []))
  const isTaken = (key: string): boolean => sources.get(key)?.some((source) => whole.has(source)) === true
  return [...sources.keys()].filter((key) => wanted.includes(key) || isTaken(key))
}
