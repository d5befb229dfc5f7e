import type { Field } from '#contract'
import type { GoldNode, JoinNode, Located, Named, PipelineNode } from '#spec'
import { columnsRead, compileExpression, type Scope, typeText } from '../expression/index.ts'
import type { AsOfJoin, AsOfPlan, ColumnExpr, ColumnPlan, Expr, PartitionField, SourcePlan } from '../types.ts'
import { isReserved, type Problems } from './context.ts'
import { resolvePartitions } from './partition.ts'
import { checkRenames, formerName } from './rename.ts'
import { columnScope } from './scope.ts'
import { booleanExpression, columnField, expressionColumn, type GoldInput } from './silver.ts'

export interface AsOfContext {
  readonly pipeline: PipelineNode
  readonly sources: readonly SourcePlan[]
  readonly problems: Problems
}

/** The columns that tell which version a row was made with; null where a left join found none. */
export function versionLineage({ join }: Pick<AsOfPlan, 'join'>): Field[] {
  return ['kafka_partition', 'kafka_offset'].map((name) => ({
    name: `${join.name}_${name}`,
    type: { kind: 'long' },
    nullable: join.kind === 'left',
  }))
}

/** Resolves a gold table that joins the versions of a source. Undefined when the join cannot be made. */
export function resolveAsOf(table: Named<GoldNode>, input: GoldInput, context: AsOfContext): AsOfPlan | undefined {
  const { problems } = context
  const { node } = table
  const [entry, second] = node.join ?? []
  if (second !== undefined) badJoin(second.key, table.name, 'a gold table joins one source', problems)
  const source = entry && joinedSource(table, entry, input, context)
  if (entry === undefined || source === undefined) return undefined
  const silver = input.columns.map(columnField)
  if (silver.some(({ name }) => name === entry.name))
    badJoin(entry.key, table.name, `\`${entry.name}\` is a column of \`${input.plan.table.name}\` too`, problems)
  const conditions = joinScope(silver, entry.name, source.contract.fields)
  const join = resolveJoin(table.name, entry, { source: source.name, silver, conditions }, problems)
  const left = entry.node.kind.value === 'left'
  const fields = source.contract.fields.map((field) => (left ? { ...field, nullable: true } : field))
  const scope = joinScope(silver, entry.name, fields)
  const columns = resolveColumns(table, entry.name, scope, problems)
  const where = node.where && booleanExpression(node.where, scope, '`where`', problems)
  if (join === undefined) return undefined
  const lineage = [...recordLineage(), ...versionLineage({ join })]
  const fallback = eventTimeDay(columns, input)
  return {
    kind: 'as-of',
    table: { layer: 'gold', name: table.name },
    from: input.plan.table.name,
    join,
    ...(where ? { where } : {}),
    columns,
    partitionBy: resolvePartitions(node.partitionBy, [...columns, ...lineage], fallback, problems),
  }
}

function badJoin(at: Located<unknown>, table: string, because: string, problems: Problems): void {
  problems.add('plan/bad-join', { table, because }, at)
}

/** The source of the versions; a problem when it has none, or when it is read after what would meet them. */
function joinedSource(
  { name, node: { from } }: Named<GoldNode>,
  { node: { table } }: Named<JoinNode>,
  input: GoldInput,
  { pipeline, sources, problems }: AsOfContext,
): SourcePlan | undefined {
  const known = [...pipeline.silver, ...pipeline.gold].some((each) => each.name === table.value)
  const found = pipeline.sources.find((each) => each.name === table.value)
  if (found === undefined) {
    if (known) badJoin(table, name, `\`${table.value}\` is a table, and only sources have versions`, problems)
    else problems.find('source', table, pipeline.sources)
    return undefined
  }
  if (found.node.versionedBy === undefined) {
    badJoin(table, name, `the source \`${table.value}\` has no \`versioned_by\``, problems)
    return undefined
  }
  const joined = pipeline.gold.flatMap(({ node }) => (node.join ?? []).map((each) => each.node.table.value))
  if (joined.includes(input.plan.source)) {
    const because = `\`${from.value}\` is made of \`${input.plan.source}\`, whose versions are joined themselves`
    badJoin(table, name, because, problems)
    return undefined
  }
  return sources.find((each) => each.name === table.value)
}

/** The columns of the silver table under their names, and the fields of the other side behind the name of the join. */
function joinScope(
  silver: Parameters<typeof columnScope>[0][number]['fields'],
  name: string,
  fields: readonly Field[],
): Scope {
  const plain = columnScope([{ scope: 'table', fields: silver }])
  return {
    lookup(path) {
      const field = path[0] === name ? fields.find((each) => each.name === path[1]) : undefined
      if (field === undefined) return plain.lookup(path)
      const { type, nullable } = field
      return { column: { kind: 'column', scope: 'joined', path: [name, field.name], type, nullable }, used: 2 }
    },
    *names() {
      yield* plain.names()
      for (const field of fields) yield { name: `${name}.${field.name}` }
    },
  }
}

function resolveJoin(
  table: string,
  { name, node }: Named<JoinNode>,
  { source, silver, conditions }: { source: string; silver: readonly Field[]; conditions: Scope },
  problems: Problems,
): AsOfJoin | undefined {
  const asOf = compileExpression(node.asOf, columnScope([{ scope: 'table', fields: silver }]))
  problems.found.push(...asOf.diagnostics)
  if (asOf.expr !== undefined && asOf.expr.type.kind !== 'timestamp') {
    const params = { what: '`as_of`', expected: 'a timestamp', actual: typeText(asOf.expr.type) }
    problems.add('plan/wrong-type', params, node.asOf)
  }
  const condition = booleanExpression(node.on, conditions, '`on`', problems)
  if (condition === undefined || asOf.expr === undefined) return undefined
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
  return { name, source, kind: node.kind.value, asOf: asOf.expr, on, ...(also ? { also } : {}) }
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

function resolveColumns(table: Named<GoldNode>, join: string, scope: Scope, problems: Problems): ColumnPlan[] {
  const nodes = table.node.columns ?? []
  const ours = ['kafka_partition', 'kafka_offset'].map((name) => `${join}_${name}`)
  for (const { name, key } of nodes)
    if (isReserved(name, 'gold') || ours.includes(name.toLowerCase())) problems.add('plan/reserved-name', { name }, key)
  checkRenames(
    nodes.map((each) => ({ name: each.name, ...each.node })),
    'gold',
    problems,
  )
  return nodes.flatMap((column): ColumnPlan[] => {
    const plan = expressionColumn(column, column.node.expr, scope, problems)
    return plan === undefined ? [] : [{ ...plan, ...formerName(column.node.was) }]
  })
}

function recordLineage(): Field[] {
  return ['kafka_partition', 'kafka_offset'].map((name) => ({ name, type: { kind: 'long' }, nullable: false }))
}

/** The day of the column that passes the event time on, where one does. */
function eventTimeDay(columns: readonly ColumnPlan[], { plan }: GoldInput): PartitionField[] {
  const time = columns.find(({ value }) => {
    const expr = value.kind === 'expression' ? value.expr : undefined
    return expr?.kind === 'column' && expr.scope === 'table' && expr.path[0] === plan.eventTimeColumn
  })
  return time === undefined ? [] : [{ column: time.name, transform: 'day' }]
}
