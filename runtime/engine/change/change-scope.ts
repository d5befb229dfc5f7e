import type { Plan, PlanDiff, TableDiff } from '#plan'
import type { Checkpoint } from '../checkpoint.ts'
import { joinedSources, tableKey } from '../tables.ts'

/** What a change of plan, or a rebuild, does to the tables and sources of one instance. */
export interface ChangeScope {
  /** Silver and gold tables, as `layer.name`, whose rows are worked out anew from bronze. */
  readonly rebuilt: ReadonlySet<string>
  /** The sources whose bronze rows are replayed for them. */
  readonly replayed: readonly string[]
  /** Of the replayed sources, those whose versions are worked out anew. */
  readonly versions: ReadonlySet<string>
  /** Of the replayed sources, those of which every silver table is rebuilt: what no table saw is judged anew too. */
  readonly judged: ReadonlySet<string>
}

/**
 * Which tables are rebuilt, and from which sources: those that the diff replays, and new ones over a source that was read
 * before, so that a table never depends on when it was declared (DESIGN section 4, promise 2). Where a source itself
 * changed and is replayed, all its tables are: their books must agree on what it refused. `rebuild` tables are rebuilt
 * whatever the diff says; with `keep`, only those that are new.
 */
export function changeScope(
  diff: PlanDiff,
  plan: Plan,
  checkpoint: Pick<Checkpoint, 'sources'>,
  { rebuild = [], keep }: { readonly rebuild?: readonly string[]; readonly keep?: true } = {},
): ChangeScope {
  const sourceOf = tableSources(plan)
  const wasRead = (source: string): boolean => checkpoint.sources[source] !== undefined
  const below = (table: string): string[] => (sourceOf.get(table) ?? []).filter(wasRead)
  const key = ({ layer, table }: TableDiff): string => tableKey({ layer, name: table })
  const named = diff.tables
    .filter(({ change, replays }) => change === 'created' || (!keep && change !== 'dropped' && replays !== undefined))
    .map(key)
    .concat(rebuild)
    .filter((table) => below(table).length > 0)
  const changed = new Set(
    keep
      ? []
      : [
          ...diff.sources.filter(({ change }) => change === 'changed').map(({ source }) => source),
          ...diff.contracts.filter(({ verdict }) => verdict !== 'unchanged').map(({ source }) => source),
        ],
  )
  const versions = new Set(
    diff.operators
      .filter(
        ({ kind, verdict }) => !keep && kind === 'versions' && (verdict === 'needs-replay' || verdict === 'created'),
      )
      .map(({ table }) => table.slice('bronze.'.length))
      .filter(wasRead),
  )
  const rebuilt = new Set(named)
  const replayed = new Set(versions)
  const size = (): number => rebuilt.size + replayed.size
  for (let before = -1; before !== size();) {
    before = size()
    // Pairs of rows of two sources need both of them again.
    for (const table of rebuilt) for (const source of below(table)) replayed.add(source)
    for (const [table, sources] of sourceOf)
      if (sources.some((source) => replayed.has(source) && changed.has(source))) rebuilt.add(table)
  }
  const whole = (source: string): boolean =>
    plan.silver.every((table) => table.source !== source || rebuilt.has(tableKey(table.table)))
  const names = plan.sources.map(({ name }) => name).filter((name) => replayed.has(name))
  return { rebuilt, replayed: names, versions, judged: new Set(names.filter(whole)) }
}

/** The sources below every silver and gold table of a plan, by `layer.name`: two for a table of pairs from two. */
export function tableSources(plan: Plan): ReadonlyMap<string, readonly string[]> {
  const silver = plan.silver.map(({ table, source }): [string, string[]] => [tableKey(table), [source]])
  const gold = plan.gold.map((table): [string, string[]] => [tableKey(table.table), joinedSources(plan, table)])
  return new Map([...silver, ...gold])
}
