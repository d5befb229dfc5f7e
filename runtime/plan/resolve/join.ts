import type { Field } from '#contract'
import type { GoldNode, JoinNode, Located, LocatedText, Named, PipelineNode } from '#spec'
import { columnsRead, type Scope } from '../expression/index.ts'
import type { AsOfJoin, ColumnExpr, Expr, JoinedPlan, PartitionField, SourcePlan } from '../types.ts'
import {
  booleanExpression,
  columnsOf,
  expressionColumn,
  recordLineage,
  resolveEach,
  withoutPlace,
  type TableColumns,
} from './columns.ts'
import { unreadIn } from './broken.ts'
import { isReserved, type Problems } from './context.ts'
import { dayOf, resolvePartitions } from './partition.ts'
import { checkRenames } from './rename.ts'
import { columnScope, fieldCalled, type Columns } from './scope.ts'
import type { GoldInput } from './silver.ts'

/** What a table that joins is resolved with. */
export interface JoinContext {
  readonly pipeline: PipelineNode
  readonly sources: readonly SourcePlan[]
  readonly problems: Problems
}

/** The columns that tell which version or row a row was put beside; null where a left join found none. */
export function partnerLineage({ join }: { readonly join: Pick<JoinedPlan['join'], 'name' | 'kind'> }): Field[] {
  return ['kafka_partition', 'kafka_offset'].map((name) => ({
    name: `${join.name}_${name}`,
    type: { kind: 'long' },
    nullable: join.kind === 'left',
  }))
}

/** Both sides of a join as expressions see them. */
export interface JoinScopes {
  /** The columns of the silver table. */
  readonly own: Columns
  /** The columns of both, as a condition reads them. */
  readonly conditions: Scope
  /** The same where a left join may have found nothing. */
  readonly values: Scope
}

/** The scopes of a join with the columns `other` on its other side; a problem when its name is a column already. */
export function joinScopes(
  table: string,
  entry: Named<JoinNode>,
  { input, other }: { readonly input: GoldInput; readonly other: Columns },
  problems: Problems,
): JoinScopes {
  const own = columnsOf(input)
  if (input.columns.some(({ name }) => name === entry.name))
    badJoin(entry.key, table, `\`${entry.name}\` is a column of \`${input.plan.table.name}\` too`, problems)
  const left = entry.node.kind.value === 'left'
  const found = other.fields.map((field) => (left ? { ...field, nullable: true } : field))
  return {
    own,
    conditions: joinScope(own, entry.name, other),
    values: joinScope(own, entry.name, { ...other, fields: found }),
  }
}

/** What the plan of every table that joins has beside its join. */
type JoinedRows = Pick<JoinedPlan, 'table' | 'from' | 'where' | 'columns' | 'partitionBy'>

/** How the sides of a join meet, and the rows that come of it; undefined when they cannot meet. */
export function resolveJoined(
  table: Named<GoldNode>,
  entry: Named<JoinNode>,
  { input, scopes }: { readonly input: GoldInput; readonly scopes: JoinScopes },
  context: Pick<JoinContext, 'pipeline' | 'problems'>,
): { readonly on: Pick<JoinedPlan['join'], 'on' | 'also'>; readonly rows: JoinedRows } | undefined {
  const { problems } = context
  const on = resolveOn(table.name, entry, scopes.conditions, problems)
  const columns = resolveJoinColumns(table, entry.name, scopes.values, context)
  const where = table.node.where && booleanExpression(table.node.where, scopes.values, '`where`', problems)
  const lineage = [...recordLineage(), ...partnerLineage({ join: { name: entry.name, kind: entry.node.kind.value } })]
  const own = columnsOf(columns)
  const day = eventTimeDay(columns, input)
  const partitionable = { ...own, fields: [...own.fields, ...lineage] }
  const partitionBy = resolvePartitions(table.node.partitionBy, partitionable, day, problems)
  if (on === undefined) return undefined
  const rows = {
    table: { layer: 'gold', name: table.name } as const,
    from: input.plan.table.name,
    ...(where ? { where } : {}),
    columns: columns.columns.map(withoutPlace),
    partitionBy,
  }
  return { on, rows }
}

/** Reports a join that cannot be made. */
export function badJoin(at: Located<unknown>, table: string, because: string, problems: Problems): void {
  problems.add('plan/bad-join', { table, because }, at)
}

/** The columns of the silver table under their names, and the fields of the other side behind the name of the join. */
function joinScope(silver: Columns, name: string, other: Columns): Scope {
  const plain = columnScope([{ scope: 'table', ...silver }])
  return {
    lookup(path) {
      const field = path[0] === name ? fieldCalled(path[1], other) : undefined
      if (field === 'broken') return field
      if (field === undefined) return plain.lookup(path)
      const { type, nullable } = field
      return { column: { kind: 'column', scope: 'joined', path: [name, field.name], type, nullable }, used: 2 }
    },
    *names() {
      yield* plain.names()
      for (const field of other.fields) yield { name: `${name}.${field.name}` }
      for (const { value } of other.broken ?? []) yield { name: `${name}.${value}` }
    },
  }
}

/** The condition of a join, taken apart: at least one equality of both sides, and what else must be true. */
function resolveOn(
  table: string,
  { name, node }: { readonly name: string; readonly node: { readonly on: LocatedText } },
  conditions: Scope,
  problems: Problems,
): Pick<AsOfJoin, 'on' | 'also'> | undefined {
  const condition = booleanExpression(node.on, conditions, '`on`', problems)
  if (condition === undefined) return undefined
  const parts = conjuncts(condition)
  const on = parts.flatMap((part) => equality(part) ?? [])
  const rest = parts.filter((part) => equality(part) === undefined)
  if (on.length === 0)
    badJoin(
      node.on,
      table,
      `no part of \`on\` says that something of \`${name}\` equals something of the row`,
      problems,
    )
  const [first, ...more] = rest
  const also = first && more.reduce(both, first)
  return { on, ...(also ? { also } : {}) }
}

function both(a: Expr, b: Expr): Expr {
  return { kind: 'call', fn: 'and', args: [a, b], type: { kind: 'boolean' }, nullable: a.nullable || b.nullable }
}

function conjuncts(expr: Expr): readonly Expr[] {
  return expr.kind === 'call' && expr.fn === 'and' ? expr.args.flatMap(conjuncts) : [expr]
}

/** The two sides, when the expression says that something of the row equals something of the version. */
function equality(expr: Expr): AsOfJoin['on'][number] | undefined {
  if (expr.kind !== 'call' || expr.fn !== 'equal') return undefined
  const [a, b] = expr.args
  if (a === undefined || b === undefined) return undefined
  if (isOf(a, 'table') && isOf(b, 'joined')) return { left: a, right: b }
  return isOf(a, 'joined') && isOf(b, 'table') ? { left: b, right: a } : undefined
}

function isOf(expr: Expr, scope: ColumnExpr['scope']): boolean {
  const read = columnsRead(expr)
  return read.length > 0 && read.every((column) => column.scope === scope)
}

/** The columns of a table that joins; the lineage columns of the other side are named after the join. */
function resolveJoinColumns(
  table: Named<GoldNode>,
  join: string,
  scope: Scope,
  { pipeline, problems }: Pick<JoinContext, 'pipeline' | 'problems'>,
): TableColumns {
  const nodes = table.node.columns ?? []
  const ours = ['kafka_partition', 'kafka_offset'].map((name) => `${join}_${name}`)
  for (const { name, key } of nodes)
    if (isReserved(name, 'gold') || ours.includes(name.toLowerCase())) problems.add('plan/reserved-name', { name }, key)
  checkRenames(
    nodes.map((each) => ({ name: each.name, ...each.node })),
    'gold',
    problems,
  )
  const unread = unreadIn(pipeline, table.key, 'columns')
  return resolveEach(nodes, unread, (column) => expressionColumn(column, column.node.expr, scope, problems))
}

/** The day of the column that passes the event time on, where one does. */
function eventTimeDay({ columns, broken }: TableColumns, { plan, timed }: GoldInput): PartitionField[] {
  const time = columns.find(({ value }) => {
    const expr = value.kind === 'expression' ? value.expr : undefined
    return expr?.kind === 'column' && expr.scope === 'table' && expr.path[0] === plan.eventTimeColumn
  })
  return dayOf(time, timed && broken.length === 0)
}
