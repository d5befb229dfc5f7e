import type { GoldPlan, Plan, SourcePlan } from '#plan'
import type { PlanChange } from '../change/find-change.ts'
import type { ChangeScope } from '../change/change-scope.ts'
import { totalRemoved, type Removed } from '../removed.ts'
import { tableKey } from '../tables.ts'

/**
 * Why tables cannot be rebuilt since a time, one phrase each: because nobody can tell any more what was remembered then, or
 * because what was remembered is of no use to the plan of today. Empty when they can.
 */
export function sinceRefusals(
  { before, after, checkpoint }: Pick<PlanChange, 'before' | 'after' | 'checkpoint'>,
  { rebuilt, replayed }: ChangeScope,
  removed: ReadonlyMap<string, Removed>,
): string[] {
  const gone = replayed.flatMap((source) => {
    const found = removed.get(`bronze.${source}`)
    const records = found === undefined ? 0 : totalRemoved(found)
    return records === 0
      ? []
      : [`${records} records have left \`bronze.${source}\`, on which what came after may depend`]
  })
  const moved = (checkpoint.past ?? []).some((past) => past.moved !== undefined)
  const changed = [
    ...replayed
      .filter((name) => differs(sourceOf(before, name), sourceOf(after, name)))
      .map((name) => `source \`${name}\``),
    ...changedTables(before, after)
      .filter((key) => rebuilt.has(key))
      .map((key) => `table \`${key}\``),
  ]
  return [
    ...gone,
    ...(moved ? ['rows were moved out of quarantine by hand, which bronze does not tell'] : []),
    ...changed.map((what) => `the ${what} itself keeps its state in another way now`),
  ]
}

function differs(before: unknown, after: unknown): boolean {
  return before !== undefined && JSON.stringify(before) !== JSON.stringify(after)
}

function sourceOf({ sources }: Plan, name: string): Partial<SourcePlan> | undefined {
  const found = sources.find((source) => source.name === name)
  if (found === undefined) return undefined
  const { eventTime, watermarkMs, horizonMs, maxSkewMs, versionedBy } = found
  return { eventTime, watermarkMs, horizonMs, maxSkewMs, ...(versionedBy === undefined ? {} : { versionedBy }) }
}

/** Tables with a state that both plans have, in another form. A new table with versions has none of when they were known. */
function changedTables(before: Plan, after: Plan): string[] {
  const dedupe = (plan: Plan, name: string): unknown => {
    const silver = plan.silver.find(({ table }) => table.name === name)
    return silver && [silver.dedupe, silver.source]
  }
  const gold = ({ gold: tables }: Plan, name: string): GoldPlan | undefined =>
    tables.find(({ table }) => table.name === name)
  return [
    ...after.silver.filter(({ table }) => differs(dedupe(before, table.name), dedupe(after, table.name))),
    ...after.gold.filter((each) => {
      const was = gold(before, each.table.name)
      return was === undefined ? each.kind === 'as-of' : differs(stateOf(was), stateOf(each))
    }),
  ].map(({ table }) => tableKey(table))
}

/** What a gold table remembers by: a joined table remembers which versions a record knew, whatever it makes of them. */
function stateOf(gold: GoldPlan): unknown {
  return gold.kind === 'as-of' ? [gold.kind, gold.from, gold.join] : gold
}
