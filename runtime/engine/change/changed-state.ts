import {
  compileProgram,
  JOIN_SIDES,
  type IntervalNode,
  type JoinSide,
  type Program,
  type SilverNode,
} from '#dialect/duckdb'
import type { Plan, WindowPlan } from '#plan'
import type { Checkpoint, StateFiles } from '../checkpoint.ts'
import type { Instance } from '../embedded/instance.ts'
import { migrateState, writeState } from '../embedded/state-files.ts'
import { tableKey } from '../tables.ts'
import type { ChangeScope } from './change-scope.ts'

/**
 * The state files after a change of plan: of tables that stay, what the checkpoint names, migrated where its columns have
 * other names or places; of rebuilt ones, what the replay left in the session.
 */
export async function changedState(
  instance: Instance,
  { checkpoint, before }: { readonly checkpoint: Checkpoint; readonly before: Plan },
  { rebuilt, versions }: ChangeScope,
): Promise<Record<string, StateFiles>> {
  const tables = stateOwners(instance.program)
  const replayed = new Set([
    ...[...tables].filter(([, table]) => rebuilt.has(table)).map(([name]) => name),
    ...[...versions].map((source) => `versions.${source}`),
  ])
  const state = new Map(await writeState(instance, replayed))
  const former = compileProgram(before)
  for (const name of tables.keys()) {
    const files = replayed.has(name) ? undefined : checkpoint.state[name]
    if (files !== undefined)
      state.set(name, await migrateState(instance, name, files, storedNames(name, former, instance.program)))
  }
  for (const { plan, versions: kept } of instance.program.sources) {
    const name = `versions.${plan.name}`
    const files = kept === undefined || replayed.has(name) ? undefined : instance.state.get(name)
    if (files !== undefined) state.set(name, files)
  }
  return Object.fromEntries(state)
}

type WindowNode = SilverNode['windows'][number]

/** Every state table of a table, with the table as `layer.name`. */
function stateOwners(program: Program): Map<string, string> {
  const tables = program.sources.flatMap(({ silver }) => silver)
  return new Map([
    ...tables.flatMap(({ plan, dedupe }) =>
      dedupe === undefined ? [] : [[`dedupe.${plan.table.name}`, tableKey(plan.table)] as const],
    ),
    ...[...windowsOf(program)].map(([name, { plan }]) => [name, tableKey(plan.table)] as const),
    ...program.intervals.flatMap(({ plan }) =>
      JOIN_SIDES.map((side) => [`interval.${side}.${plan.table.name}`, tableKey(plan.table)] as const),
    ),
    ...tables.flatMap(({ asOf }) =>
      asOf.map(({ plan }) => [`as-of.${plan.table.name}`, tableKey(plan.table)] as const),
    ),
  ])
}

function windowsOf(program: Program): ReadonlyMap<string, WindowNode> {
  const windows = program.sources.flatMap(({ silver }) => silver.flatMap((table) => table.windows))
  return new Map(windows.map((window) => [`window.${window.plan.table.name}`, window]))
}

/** The columns of a state table's files in the order of those it has now; undefined where they are the same. */
function storedNames(name: string, former: Program, today: Program): string[] | undefined {
  const [windows, windowsNow] = [windowsOf(former), windowsOf(today)]
  return storedColumns(windows.get(name), windowsNow.get(name)) ?? storedRows(name, former, today)
}

/** The same of rows that wait for others: they are kept with columns of a silver table, under their names there. */
function storedRows(name: string, former: Program, today: Program): string[] | undefined {
  for (const side of JOIN_SIDES) {
    const stateOf = ({ plan }: IntervalNode): boolean => `interval.${side}.${plan.table.name}` === name
    const [was, now] = [former.intervals.find(stateOf), today.intervals.find(stateOf)]
    if (was === undefined || now === undefined) continue
    const held = new Set(was.sql.held(side))
    const silver = today.sources
      .flatMap((source) => source.silver)
      .find(({ plan }) => plan.table.name === tableOf(now, side))
    const named = (column: string): string =>
      held.has(column) ? column : (silver?.plan.columns.find((each) => each.name === column)?.was ?? column)
    const others = now.plan.join.on.map((_, index) => `_on${index}`)
    const bytes = now.sql.overflow !== undefined && side === 'left' ? ['_raw'] : []
    return ['kafka_partition', 'kafka_offset', '_time', ...others, ...now.sql.held(side).map(named), ...bytes]
  }
  return undefined
}

function tableOf({ plan }: IntervalNode, side: JoinSide): string {
  return side === 'left' ? plan.from : plan.join.table
}

/** The columns of a window table's state files in the order of those it has now: windows, groups and measures by name. */
function storedColumns(former: WindowNode | undefined, today: WindowNode | undefined): string[] | undefined {
  if (former === undefined || today === undefined) return undefined
  const known = new Map(former.sql.stateColumns.map(({ of, part, column }) => [`${part} ${of}`, column]))
  return today.sql.stateColumns.flatMap(({ of, part }) => known.get(`${part} ${formerName(of, former, today)}`) ?? [])
}

function formerName(name: string, former: WindowNode, today: WindowNode): string {
  const named = (plan: WindowPlan): readonly { readonly name: string; readonly was?: string }[] => [
    ...plan.groupBy,
    ...plan.measures,
  ]
  if (named(former.plan).some((each) => each.name === name)) return name
  return named(today.plan).find((each) => each.name === name)?.was ?? name
}
