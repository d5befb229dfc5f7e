import type { GoldNode, JoinNode, Located, Named } from '#spec'
import type { IntervalPlan } from '../types.ts'
import { badJoin, joinScopes, resolveJoined, type JoinContext } from './join.ts'
import { columnField, type GoldInput } from './silver.ts'

/** The silver tables of a pipeline, those that could not be resolved without their node. */
export type SilverTables = readonly {
  readonly name: string
  readonly key: Named<unknown>['key']
  readonly node: GoldInput | undefined
}[]

/** Resolves a gold table of pairs of rows that are near in event time. Undefined when the join cannot be made. */
export function resolveInterval(
  table: Named<GoldNode>,
  { entry, within, silver }: { entry: Named<JoinNode>; within: Located<number>; silver: SilverTables },
  input: GoldInput,
  context: JoinContext,
): IntervalPlan | undefined {
  const { problems } = context
  const other = joinedTable(table.name, entry.node.table, silver, context)
  if (other === undefined) return undefined
  const fields = other.columns.map((column) => columnField(column))
  const scopes = joinScopes(table.name, entry, { input, fields }, problems)
  const joined = resolveJoined(table, entry, { input, scopes }, problems)
  if (joined === undefined) return undefined
  const kind = entry.node.kind.value
  const join = { name: entry.name, table: other.plan.table.name, kind, withinMs: within.value, ...joined.on }
  return { kind: 'interval', ...joined.rows, join }
}

/** The silver table on the other side; undefined when there is none, or when what is wrong with it was told. */
function joinedTable(
  table: string,
  name: Located<string>,
  silver: SilverTables,
  { pipeline, problems }: JoinContext,
): GoldInput | undefined {
  const isOther = [...pipeline.sources, ...pipeline.gold].some((each) => each.name === name.value)
  if (isOther && !silver.some((each) => each.name === name.value)) {
    const because = `\`${name.value}\` is no silver table, and only their rows are joined by \`within\``
    badJoin(name, table, because, problems)
    return undefined
  }
  return problems.find('silver table', name, silver)?.node
}
