import type { GoldPlan, Plan, SourcePlan } from '#plan'
import type { PlanChange } from '../change/find-change.ts'
import type { ChangeScope } from '../change/change-scope.ts'
import { goneText } from '../change/gone-records.ts'
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
  // What a row met in a versioned source hangs on all of its versions too.
  const joined = after.gold.flatMap((gold) =>
    gold.kind === 'as-of' && rebuilt.has(tableKey(gold.table)) ? [gold.join.source] : [],
  )
  const gone = [...new Set([...replayed, ...joined])].flatMap((source) => {
    const found = removed.get(`bronze.${source}`)
    const records = found === undefined ? 0 : totalRemoved(found)
    return records === 0 ? [] : [`${goneText(source, records)}, on which what came after may depend`]
  })
  const unread = after.sources.filter(({ name }) => checkpoint.sources[name] === undefined)
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
    ...unread.map(({ name }) => `the source \`${name}\` was never read, so run the pipeline first`),
    ...requiredColumns(before, after)
      .filter(({ key }) => rebuilt.has(key))
      .map(({ why }) => why),
    ...(moved ? ['rows were moved out of quarantine by hand, which bronze does not tell'] : []),
    ...changed.map((what) => `the ${what} itself keeps its state in another way now`),
  ]
}

/** Columns that rows have by now, and rows before have no value for. */
function requiredColumns(before: Plan, after: Plan): { readonly key: string; readonly why: string }[] {
  return after.silver.flatMap(({ table, columns }) => {
    const known = before.silver.find((each) => each.table.name === table.name)?.columns
    const key = tableKey(table)
    return columns
      .filter(({ name, was, nullable }) => !nullable && known?.every((each) => each.name !== name && each.name !== was))
      .map(({ name }) => ({
        key,
        why: `the column \`${name}\` of \`${key}\` is new and cannot be null, and rows before have no value`,
      }))
  })
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

/**
 * What a gold table remembers by: a joined table remembers which versions a record knew, and one of latest rows has them in
 * itself, whatever columns they have.
 */
function stateOf(gold: GoldPlan): unknown {
  if (gold.kind === 'as-of') return [gold.kind, gold.from, gold.join]
  if (gold.kind !== 'latest') return gold
  return Object.entries(gold).filter(([name]) => name !== 'columns')
}
