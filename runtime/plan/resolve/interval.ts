import type { GoldNode, JoinNode, Located, Named } from '#spec'
import type { IntervalPlan } from '../types.ts'
import { badJoin, joinScopes, resolveJoined, type JoinContext } from './join.ts'
import { findDeclared, mayBeBroken } from './broken.ts'
import { columnsOf } from './columns.ts'
import { UNKNOWN_COLUMNS } from './scope.ts'
import type { GoldInput } from './silver.ts'

/** The silver tables of a pipeline, as far as they could be resolved. */
export type SilverTables = readonly {
  readonly name: string
  readonly key: Named<unknown>['key']
  readonly node: GoldInput
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
  const columns = other === undefined ? UNKNOWN_COLUMNS : columnsOf(other)
  const scopes = joinScopes(table.name, entry, { input, other: columns }, problems)
  const joined = resolveJoined(table, entry, { input, scopes }, context)
  if (other === undefined || joined === undefined) return undefined
  const kind = entry.node.kind.value
  const join = { name: entry.name, table: other.plan.table.name, kind, withinMs: within.value, ...joined.on }
  return { kind: 'interval', ...joined.rows, join }
}

/** The silver table on the other side; undefined when there is none, which was told. */
function joinedTable(
  table: string,
  name: Located<string>,
  silver: SilverTables,
  context: JoinContext,
): GoldInput | undefined {
  const { pipeline, problems } = context
  const isOther = [...pipeline.sources, ...pipeline.gold].some((each) => each.name === name.value)
  const isSilver = silver.some((each) => each.name === name.value) || mayBeBroken(pipeline, 'silver', name.value)
  if (isOther && !isSilver) {
    const because = `\`${name.value}\` is no silver table, and only their rows are joined by \`within\``
    badJoin(name, table, because, problems)
    return undefined
  }
  return findDeclared('silver', name, silver, context)?.node
}
