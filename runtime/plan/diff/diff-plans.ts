import { planHash } from '../plan-hash.ts'
import type { GoldPlan, Plan, SilverPlan, TableName } from '../types.ts'
import { diffAlerts } from './diff-alerts.ts'
import { diffVersions, droppedVersions } from './diff-as-of.ts'
import { diffGold, diffGoldState, droppedGoldState, type Below } from './diff-gold.ts'
import { diffQuarantine } from './diff-quarantine.ts'
import { diffReferences } from './diff-references.ts'
import { diffRetention } from './diff-retention.ts'
import { diffDedupe, diffSilver } from './diff-silver.ts'
import { diffSource, loneSource, type SourceEffect } from './diff-source.ts'
import { silverColumnsRead } from './expr-facts.ts'
import { createdTable, droppedTable, type TableEffect } from './effects.ts'
import type { OperatorDiff, PlanDiff, ReferenceDiff, TableDiff } from './types.ts'

/**
 * Compares the plan that ran with the one that is to run: what becomes of tables, state, contracts and references, and
 * whether it needs an approval. `before` is undefined when the pipeline never ran. Pure; both plans are of one pipeline.
 */
export function diffPlans(before: Plan | undefined, after: Plan): PlanDiff {
  const references = diffReferences(before?.references ?? [], after.references)
  const sources = diffSources(before, after)
  const { silver, gold } = diffTables(before, after, { sources, references })
  const made = [...silver.effects.values(), ...gold.effects.values()]
  const dropped = [...silver.dropped, ...gold.dropped]
  const retention = diffRetention(before, after, [
    ...[...sources.values()].map(({ bronze }) => bronze),
    ...[...silver.effects.values()].map(({ diff }) => diff),
    diffQuarantine(before, after, { made, dropped }),
    ...[...gold.effects.values()].map(({ diff }) => diff),
    ...dropped,
  ])
  const approvals = [
    ...[...sources.values()].flatMap((source) => source.approvals),
    ...made.flatMap((effect) => effect.approvals),
    ...dropped.map(({ layer, table }) => `\`${layer}.${table}\` is no longer written`),
    ...retention.approvals,
  ]
  const refusals = [...sources.values()].flatMap((source) => source.refusals)
  const same = before !== undefined && planHash(before) === planHash(after)
  return {
    verdict: refusals.length > 0 ? 'refused' : approvals.length > 0 ? 'needs-approval' : same ? 'unchanged' : 'safe',
    approvals,
    refusals,
    sources: [...sources.values()].map(({ diff }) => diff),
    contracts: [...sources.values()].flatMap(({ contract }) => contract ?? []),
    references,
    tables: retention.tables,
    operators: [...versionOperators(before, after, sources), ...silver.operators, ...gold.operators],
    alerts: diffAlerts(before, after),
  }
}

function versionOperators(before: Plan | undefined, after: Plan, sources: Sources): OperatorDiff[] {
  const known = new Map(before?.sources.map((source) => [source.name, source]))
  const operators = after.sources.flatMap((source) =>
    diffVersions(known.get(source.name), source, sources.get(source.name)),
  )
  for (const { name } of after.sources) known.delete(name)
  return [...operators, ...[...known.values()].flatMap(droppedVersions)]
}

interface Context {
  readonly sources: Sources
  readonly references: readonly ReferenceDiff[]
}

/**
 * A replay judges records anew. So where it gives a silver table rows or values that the table was to do without, the
 * table is rebuilt too: otherwise tables would disagree about what was refused.
 */
function diffTables(before: Plan | undefined, after: Plan, context: Context): { silver: Tables; gold: Tables } {
  const forced = new Map<string, string>()
  for (;;) {
    const silver = diffSilverTables(before, after, { ...context, forced })
    const gold = diffGoldTables(before, after, { sources: context.sources, silver: silver.effects })
    const more = forcedTables(after, { sources: context.sources, silver: silver.effects, gold: gold.effects })
    const known = forced.size
    for (const [table, why] of more) if (!forced.has(table)) forced.set(table, why)
    if (forced.size === known) return { silver, gold }
  }
}

/** Silver tables that a replay for another table takes along, with the reason. */
function forcedTables(
  after: Plan,
  { sources, silver, gold }: { sources: Sources; silver: Tables['effects']; gold: Tables['effects'] },
): [string, string][] {
  const replays = (effect: TableEffect): boolean => effect.diff.replays !== undefined
  const named = ({ diff }: TableEffect): string => `\`${diff.layer}.${diff.table}\``
  return after.silver.flatMap((table): [string, string][] => {
    const effect = silver.get(table.table.name)
    if (effect === undefined || replays(effect)) return []
    const above = after.gold.flatMap((each) => {
      const found = each.from === table.table.name ? gold.get(each.table.name) : undefined
      return found !== undefined && replays(found) ? [{ each, found }] : []
    })
    const beside = [...silver.values(), ...gold.values()].find(
      (each) => replays(each) && each.diff.replays === table.source,
    )
    const accepts = sources.get(table.source)?.silver.some((finding) => finding.effect === 'kept') === true
    const reader = above.find(
      ({ each }) => effect.widened || [...silverColumnsRead(each)].some((name) => effect.nulls.has(name)),
    )
    const because = accepts && beside !== undefined ? beside : reader?.found
    if (because === undefined) return []
    return [[table.table.name, `its source is replayed for ${named(because)}, which must agree with it`]]
  })
}

type Sources = ReadonlyMap<string, SourceEffect>

interface Tables {
  /** By table name. */
  readonly effects: ReadonlyMap<string, TableEffect>
  readonly dropped: readonly TableDiff[]
  readonly operators: readonly OperatorDiff[]
}

function diffSources(before: Plan | undefined, after: Plan): Sources {
  const known = new Map(before?.sources.map((source) => [source.name, source]))
  const found = new Map<string, SourceEffect>()
  for (const source of after.sources) {
    const former = known.get(source.name)
    known.delete(source.name)
    const effect =
      former === undefined || before === undefined ? loneSource(source, 'added') : diffSource(former, source, before)
    found.set(source.name, effect)
  }
  for (const source of known.values()) found.set(source.name, loneSource(source, 'removed'))
  return found
}

function diffSilverTables(
  before: Plan | undefined,
  after: Plan,
  context: Context & { readonly forced: ReadonlyMap<string, string> },
): Tables {
  const changed = context.references.filter(({ change }) => change === 'changed').map(({ reference }) => reference)
  const references = new Set(changed)
  const { pairs, dropped } = pairTables(before?.silver ?? [], after.silver)
  const effects = new Map(
    pairs.map(([former, table]) => {
      const source = context.sources.get(table.source)
      const effect =
        former === undefined
          ? created(table.table, filledFrom(table.source, source))
          : diffSilver(former, table, { source, references, ...forcedBy(context.forced.get(table.table.name)) })
      return [table.table.name, effect]
    }),
  )
  const operators = pairs.flatMap(([former, table]) => {
    const effect = effects.get(table.table.name)
    return (effect && diffDedupe(former, table, effect)) ?? []
  })
  const gone = dropped.map(({ table }) => droppedTable(table))
  const ended = dropped.flatMap(
    (table) => diffDedupe(table, undefined, { diff: droppedTable(table.table), renames: new Map() }) ?? [],
  )
  return { effects, dropped: gone, operators: [...operators, ...ended] }
}

function diffGoldTables(
  before: Plan | undefined,
  after: Plan,
  context: { readonly sources: Sources; readonly silver: Tables['effects'] },
): Tables {
  const { pairs, dropped } = pairTables(before?.gold ?? [], after.gold)
  const effects = new Map(
    pairs.map(([former, table]) => {
      const sourceName = sourceOf(table, after)
      const source = context.sources.get(sourceName)
      const joined = table.kind === 'as-of' ? context.sources.get(table.join.source) : undefined
      const below = {
        silver: context.silver.get(table.from),
        sourceName,
        source,
        joined,
        ...otherSide(table, after, context),
      }
      const effect =
        former === undefined ? created(table.table, filledFrom(sourceName, source)) : diffGold(former, table, below)
      return [table.table.name, effect]
    }),
  )
  const operators = pairs.flatMap(([former, table]) => {
    const effect = effects.get(table.table.name)
    if (effect === undefined) return []
    // Another kind of table has another kind of state.
    const ended = former === undefined || former.kind === table.kind ? [] : [droppedGoldState(former)]
    return [...ended, diffGoldState(former, table, effect)]
  })
  return {
    effects,
    dropped: dropped.map(({ table }) => droppedTable(table)),
    operators: [...operators, ...dropped.map(droppedGoldState)],
  }
}

/** The other silver table of a table of pairs. */
function otherSide(
  table: GoldPlan,
  { silver }: Plan,
  context: { readonly sources: Sources; readonly silver: Tables['effects'] },
): Pick<Below, 'other'> {
  if (table.kind !== 'interval') return {}
  const other = silver.find((each) => each.table.name === table.join.table)
  const source = other && context.sources.get(other.source)
  return { other: { silver: context.silver.get(table.join.table), source } }
}

function forcedBy(reason: string | undefined): { readonly forced?: string } {
  return reason === undefined ? {} : { forced: reason }
}

function pairTables<T extends SilverPlan | GoldPlan>(
  before: readonly T[],
  after: readonly T[],
): { readonly pairs: (readonly [T | undefined, T])[]; readonly dropped: T[] } {
  const known = new Map(before.map((table) => [table.table.name, table]))
  const pairs = after.map((table) => [known.get(table.table.name), table] as const)
  for (const table of after) known.delete(table.table.name)
  return { pairs, dropped: [...known.values()] }
}

function sourceOf({ from }: GoldPlan, { silver }: Plan): string {
  return silver.find(({ table }) => table.name === from)?.source ?? ''
}

/** A source that was read before has bronze rows to fill a new table from. */
function filledFrom(name: string, source: SourceEffect | undefined): string | undefined {
  return source?.diff.change === 'added' ? undefined : name
}

function created(table: TableName, source: string | undefined): TableEffect {
  return {
    diff: createdTable(table, source),
    rows: false,
    values: new Set(),
    widened: false,
    nulls: new Set(),
    renames: new Map(),
    approvals: [],
  }
}
