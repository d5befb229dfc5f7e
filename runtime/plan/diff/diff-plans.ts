import { planHash } from '../plan-hash.ts'
import type { GoldPlan, Plan, SilverPlan, TableName } from '../types.ts'
import { diffGold, diffGoldState, droppedGoldState } from './diff-gold.ts'
import { diffReferences } from './diff-references.ts'
import { diffDedupe, diffSilver } from './diff-silver.ts'
import { diffSource, loneSource, type SourceEffect } from './diff-source.ts'
import { createdTable, droppedTable, type TableEffect } from './effects.ts'
import type { OperatorDiff, PlanDiff, ReferenceDiff, TableDiff } from './types.ts'

/**
 * Compares the plan that ran with the one that is to run: what becomes of tables, state, contracts and references, and
 * whether it needs an approval. `before` is undefined when the pipeline never ran. Pure; both plans are of one pipeline.
 */
export function diffPlans(before: Plan | undefined, after: Plan): PlanDiff {
  const references = diffReferences(before?.references ?? [], after.references)
  const sources = diffSources(before, after)
  const silver = diffSilverTables(before, after, { sources, references })
  const gold = diffGoldTables(before, after, { sources, silver: silver.effects })
  const made = [...silver.effects.values(), ...gold.effects.values()]
  const dropped = [...silver.dropped, ...gold.dropped]
  const approvals = [
    ...[...sources.values()].flatMap((source) => source.approvals),
    ...made.flatMap((effect) => effect.approvals),
    ...dropped.map(({ layer, table }) => `\`${layer}.${table}\` is no longer written`),
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
    tables: [
      ...[...sources.values()].map(({ bronze }) => bronze),
      ...[...silver.effects.values()].map(({ diff }) => diff),
      quarantineDiff(before, after, made),
      ...[...gold.effects.values()].map(({ diff }) => diff),
      ...dropped,
    ],
    operators: [...silver.operators, ...gold.operators],
  }
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
  context: { readonly sources: Sources; readonly references: readonly ReferenceDiff[] },
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
          : diffSilver(former, table, { source, references })
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
      const below = { silver: context.silver.get(table.from), sourceName, source }
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
  return { diff: createdTable(table, source), rows: false, values: new Set(), renames: new Map(), approvals: [] }
}

/** The pipeline's one quarantine table: what is replayed is judged again. */
function quarantineDiff(before: Plan | undefined, after: Plan, made: readonly TableEffect[]): TableDiff {
  const table: TableName = { layer: 'quarantine', name: after.pipeline }
  if (before === undefined) return createdTable(table)
  const base = { layer: table.layer, table: table.name, columns: [] } as const
  const rewritten = made
    .filter(({ diff }) => diff.change === 'rewritten')
    .map(({ diff }) => `${diff.layer}.${diff.table}`)
  if (rewritten.length > 0) {
    const reasons = [`what ${rewritten.map((name) => `\`${name}\``).join(', ')} refused is judged again`]
    return { ...base, change: 'rewritten', history: 'rebuilt', reasons }
  }
  const filled = made.filter(({ diff }) => diff.replays !== undefined)
  const reasons = filled.length > 0 ? ['it also takes what the new tables refuse'] : []
  return { ...base, change: 'unchanged', history: 'same', reasons }
}
