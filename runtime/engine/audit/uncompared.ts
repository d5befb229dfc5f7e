import { smeltError } from '#diagnostics'
import type { GoldPlan, Plan } from '#plan'
import type { Checkpoint } from '../checkpoint.ts'
import { removedBy, totalRemoved, type Removed } from '../removed.ts'
import { joinedSources, tableKey } from '../tables.ts'
import type { Uncompared } from './audit-report.ts'

/**
 * The tables of a plan whose sources have lost records of bronze: what those decided about others is not known any more, so
 * that a rebuild of what is left proves nothing. checkpoint/bronze-incomplete when no other table is left.
 */
export function uncomparedTables(
  plan: Plan,
  { accounting, removed }: Pick<Checkpoint, 'accounting'> & { readonly removed: ReadonlyMap<string, Removed> },
): Uncompared[] {
  const tables = [
    ...plan.silver.map(({ table, source }) => ({ table: tableKey(table), sources: [source] })),
    ...plan.gold.map((gold) => ({ table: tableKey(gold.table), sources: madeOf(plan, gold) })),
  ]
  const found = tables.flatMap(({ table, sources }): Uncompared[] =>
    sources.flatMap((source) => {
      const left = removed.get(`bronze.${source}`) ?? removedBy(undefined)
      const gone = totalRemoved(left)
      const { expiredBeforeMs: ms } = left
      return gone === 0
        ? []
        : [{ table, source, gone, expired_before: ms === null ? null : new Date(ms).toISOString() }]
    }),
  )
  const [first] = found
  if (first === undefined || tables.some(({ table }) => !found.some((each) => each.table === table))) return found
  const expected = accounting.sources[first.source]?.consumed ?? 0
  throw smeltError('checkpoint/bronze-incomplete', {
    source: first.source,
    expected,
    found: expected - first.gone,
    ...(first.expired_before === null ? {} : { expiredBefore: first.expired_before }),
  })
}

/** The sources whose records decide about a gold table's rows: of both sides, and of the versions that it looks up. */
function madeOf(plan: Plan, gold: GoldPlan): string[] {
  return [...new Set([...joinedSources(plan, gold), ...(gold.kind === 'as-of' ? [gold.join.source] : [])])]
}
