import type { AsOfPlan, IntervalPlan, LatestPlan, Plan, SilverPlan, SourcePlan, WindowPlan } from '#plan'
import { compileAsOf, type AsOfProgram } from './as-of.ts'
import { compileDedupe, type DedupeProgram } from './dedupe.ts'
import { compileInterval, type IntervalProgram, type IntervalStep } from './interval.ts'
import { compileLatest, type LatestProgram } from './latest.ts'
import {
  dedupeDelta,
  dedupeState,
  knownDelta,
  knownState,
  latestIndex,
  latestPending,
  newestRelation,
  QUARANTINE_PENDING,
  versionDelta,
  versionState,
  windowDelta,
  windowIndex,
  windowState,
} from './names.ts'
import { QUARANTINE_SETUP } from './quarantine.ts'
import { compileSilver, type SilverProgram } from './silver.ts'
import { compileSource, type SourceProgram } from './source.ts'
import { compileVersions, type VersionsProgram } from './versions.ts'
import { compileWindow, type WindowProgram } from './window.ts'

/** All SQL of a plan, generated once (DESIGN section 7), in the order in which a batch meets it. */
export interface Program {
  /** Run once per session, before state is restored. */
  readonly setup: readonly string[]
  /** The tables among them that hold rows from one batch to the next: without those, a session is as if it were new. */
  readonly state: readonly string[]
  readonly sources: readonly SourceNode[]
  readonly intervals: readonly IntervalNode[]
}

/** A gold table of pairs, with the sources that its rows come from: one or two. */
export interface IntervalNode {
  readonly plan: IntervalPlan
  readonly sql: IntervalProgram
  readonly sources: readonly SourcePlan[]
}

export interface SourceNode {
  readonly plan: SourcePlan
  readonly sql: SourceProgram
  /** Of a changelog. */
  readonly versions: VersionsProgram | undefined
  /** Whether a table joins its versions: then it is read to its end before other sources. */
  readonly joined: boolean
  readonly silver: readonly SilverNode[]
  /** The joins that rows of the source take part in. */
  readonly intervals: readonly { readonly node: IntervalNode; readonly step: IntervalStep }[]
}

export interface SilverNode {
  readonly plan: SilverPlan
  readonly sql: SilverProgram
  readonly dedupe: DedupeProgram | undefined
  readonly windows: readonly { readonly plan: WindowPlan; readonly sql: WindowProgram }[]
  readonly latest: readonly { readonly plan: LatestPlan; readonly sql: LatestProgram }[]
  readonly asOf: readonly { readonly plan: AsOfPlan; readonly sql: AsOfProgram }[]
}

/** Compiles a plan for the embedded engine. Pure and total: a plan that was resolved compiles. */
export function compileProgram(plan: Plan): Program {
  const intervals = plan.gold.flatMap((gold) => (gold.kind === 'interval' ? compileIntervalNode(plan, gold) : []))
  const sources = plan.sources.map((source) => ({
    plan: source,
    sql: compileSource(source),
    versions: compileVersions(source),
    joined: plan.gold.some((table) => table.kind === 'as-of' && table.join.source === source.name),
    silver: plan.silver
      .filter((table) => table.source === source.name)
      .map((table) => compileSilverNode(plan, table, source)),
    intervals: intervals.flatMap((node) => {
      const step = node.sql.steps.get(source.name)
      return step === undefined ? [] : [{ node, step }]
    }),
  }))
  return {
    setup: [QUARANTINE_SETUP, ...sources.flatMap(setupSource), ...intervals.flatMap(({ sql }) => sql.setup)],
    state: [QUARANTINE_PENDING, ...sources.flatMap(stateRelations), ...intervals.flatMap(({ sql }) => sql.state)],
    sources,
    intervals,
  }
}

function stateRelations({ plan, versions, silver }: SourceNode): string[] {
  return [
    newestRelation(plan.name),
    ...(versions === undefined ? [] : [versionState(plan.name), versionDelta(plan.name)]),
    ...silver.flatMap(({ plan: { table }, dedupe, windows, latest, asOf }) => [
      ...(dedupe === undefined ? [] : [dedupeState(table.name), dedupeDelta(table.name)]),
      ...windows.flatMap(({ plan: { table: gold }, sql }) => [
        windowState(gold.name),
        windowDelta(gold.name),
        ...(sql.current === undefined ? [] : [windowIndex(gold.name)]),
      ]),
      ...latest.flatMap(({ plan: { table: gold } }) => [latestPending(gold.name), latestIndex(gold.name)]),
      ...asOf.flatMap(({ plan: { table: gold } }) => [knownState(gold.name), knownDelta(gold.name)]),
    ]),
  ]
}

/** State tables take their columns from a batch without rows, so that no type is said twice. */
function setupSource({ sql, versions, silver }: SourceNode): string[] {
  const tables = silver.flatMap((table) => [
    table.sql.shape,
    ...(table.dedupe?.setup ?? []),
    ...table.windows.flatMap(({ sql: { setup, current } }) => [...setup, ...(current?.setup ?? [])]),
    ...table.latest.flatMap((latest) => latest.sql.setup),
    ...table.asOf.flatMap((asOf) => asOf.sql.setup),
  ])
  return [...sql.setup, sql.check, sql.records.accepted, sql.timely.all, ...(versions?.setup ?? []), ...tables]
}

function compileSilverNode(plan: Plan, table: SilverPlan, source: SourcePlan): SilverNode {
  const sql = compileSilver(plan, table)
  const readers = plan.gold.filter((gold) => gold.from === table.table.name)
  const duplicate = sql.verdicts.findIndex((verdict) => verdict.kind === 'deduplicated')
  return {
    plan: table,
    sql,
    dedupe: compileDedupe(table, duplicate, source.horizonMs),
    windows: readers.flatMap((gold) =>
      gold.kind === 'window' ? [{ plan: gold, sql: compileWindow(gold, table, source) }] : [],
    ),
    latest: readers.flatMap((gold) =>
      gold.kind === 'latest' ? [{ plan: gold, sql: compileLatest(gold, table) }] : [],
    ),
    asOf: readers.flatMap((gold) => (gold.kind === 'as-of' ? compileJoin(plan, gold, table) : [])),
  }
}

function compileJoin(plan: Plan, gold: AsOfPlan, table: SilverPlan): SilverNode['asOf'] {
  const source = plan.sources.find((each) => each.name === gold.join.source)
  return source === undefined ? [] : [{ plan: gold, sql: compileAsOf(gold, table, source) }]
}

function compileIntervalNode(plan: Plan, gold: IntervalPlan): IntervalNode[] {
  const side = (name: string): { silver: SilverPlan; source: SourcePlan } | undefined => {
    const silver = plan.silver.find(({ table }) => table.name === name)
    const source = plan.sources.find((each) => each.name === silver?.source)
    return silver && source && { silver, source }
  }
  const [left, right] = [side(gold.from), side(gold.join.table)]
  if (left === undefined || right === undefined) return []
  const sources = [...new Set([left.source, right.source])]
  return [{ plan: gold, sql: compileInterval(gold, { left, right }), sources }]
}
