import type { Field } from '#contract'
import type { GoldNode, Named, WindowNode } from '#spec'
import { compileMeasure } from '../expression/index.ts'
import type { ColumnPlan, GoldPlan, LatestPlan, MeasurePlan, WindowPlan } from '../types.ts'
import { resolveAsOf } from './as-of.ts'
import {
  booleanExpression,
  columnsOf,
  expressionColumn,
  recordLineage,
  resolveEach,
  withoutPlace,
  type PlacedColumn,
  type TableColumns,
} from './columns.ts'
import { findDeclared, unreadIn } from './broken.ts'
import { isReserved, type Problems } from './context.ts'
import { resolveInterval, type SilverTables } from './interval.ts'
import { badJoin, type JoinContext } from './join.ts'
import { dayOf, resolvePartitions } from './partition.ts'
import { checkRenames, formerName } from './rename.ts'
import { columnScope, findField } from './scope.ts'
import { unknownSilver, type GoldInput } from './silver.ts'
import { resolveWindowShape } from './window-shape.ts'

/** Resolves one gold table. */
export function resolveGold(table: Named<GoldNode>, silver: SilverTables, context: JoinContext): GoldPlan | undefined {
  const { node } = table
  const input = findDeclared('silver', node.from, silver, context)?.node ?? unknownSilver(node.from.value)
  if (node.join !== undefined) return resolveJoin(table, input, silver, context)
  return node.window === undefined
    ? resolveLatest(table, input, context)
    : resolveWindow(table, node.window, input, context)
}

function resolveJoin(
  table: Named<GoldNode>,
  input: GoldInput,
  silver: SilverTables,
  context: JoinContext,
): GoldPlan | undefined {
  const [entry, second] = table.node.join ?? []
  if (second !== undefined) badJoin(second.key, table.name, 'a gold table joins one other', context.problems)
  const { broken, open = false } = unreadIn(context.pipeline, table.key, 'join')
  // Of expressions over a join that could not be read nothing can be said.
  if (entry === undefined || open || broken.length > 0) return undefined
  const { within } = entry.node
  return within === undefined
    ? resolveAsOf(table, entry, input, context)
    : resolveInterval(table, { entry, within, silver }, input, context)
}

function resolveWindow(
  table: Named<GoldNode>,
  window: WindowNode,
  input: GoldInput,
  { pipeline, problems }: JoinContext,
): WindowPlan {
  const { node } = table
  const scope = columnScope([{ scope: 'table', ...columnsOf(input) }])
  checkNames([...node.groupBy, ...node.measures], problems)
  checkRenames(
    [...node.groupBy, ...node.measures].map((each) => ({ name: each.name, ...each.node })),
    'gold',
    problems,
  )
  const unread = unreadIn(pipeline, table.key, 'group_by')
  const groups = resolveEach(node.groupBy, unread, (group) => expressionColumn(group, group.node.expr, scope, problems))
  const measures = node.measures.flatMap((each): MeasurePlan[] => {
    const { measure, diagnostics } = compileMeasure(each.node.expr, scope)
    problems.found.push(...diagnostics)
    return measure === undefined ? [] : [{ name: each.name, ...measure, ...formerName(each.node.was) }]
  })
  const where = node.where && booleanExpression(node.where, scope, '`where`', problems)
  const time = (name: string): Field => ({ name, type: { kind: 'timestamp' }, nullable: false })
  const named = columnsOf(groups)
  const partitionable = { ...named, fields: [time('window_start'), time('window_end'), ...named.fields] }
  return {
    kind: 'window',
    table: { layer: 'gold', name: table.name },
    from: input.plan.table.name,
    ...(where ? { where } : {}),
    window: resolveWindowShape(window, problems),
    emit: node.emit?.value ?? 'on_close',
    groupBy: groups.columns.map(withoutPlace),
    measures,
    partitionBy: resolvePartitions(node.partitionBy, partitionable, dayOf(time('window_start'), true), problems),
  }
}

function resolveLatest(
  table: Named<GoldNode>,
  input: GoldInput,
  { pipeline, problems }: JoinContext,
): LatestPlan | undefined {
  const { node } = table
  const scope = columnScope([{ scope: 'table', ...columnsOf(input) }])
  if (node.columns !== undefined) checkNames(node.columns, problems)
  checkRenames(
    (node.columns ?? []).map((each) => ({ name: each.name, ...each.node })),
    'gold',
    problems,
  )
  const found: TableColumns =
    node.columns === undefined
      ? { ...input, columns: input.columns.map(passed) }
      : resolveEach(node.columns, unreadIn(pipeline, table.key, 'columns'), (column) =>
          expressionColumn(column, column.node.expr, scope, problems),
        )
  const { columns } = found
  const own = columnsOf(found)
  const latestBy = (node.latestBy ?? []).flatMap((key) => (findField(key, own, problems) ? [key.value] : []))
  const where = node.where && booleanExpression(node.where, scope, '`where`', problems)
  const eventTime = columns.find(
    (column) => column.value.kind === 'expression' && isColumn(column, input.plan.eventTimeColumn),
  )
  const timed = eventTime !== undefined || (input.timed && (node.columns === undefined || found.broken.length === 0))
  const partitionable = { ...own, fields: [...own.fields, ...recordLineage()] }
  const partitionBy = resolvePartitions(node.partitionBy, partitionable, dayOf(eventTime, timed), problems)
  if (eventTime === undefined) {
    if (timed) problems.add('plan/latest-needs-event-time', { table: table.name }, table.key)
    return undefined
  }
  return {
    kind: 'latest',
    table: { layer: 'gold', name: table.name },
    from: input.plan.table.name,
    ...(where ? { where } : {}),
    latestBy,
    eventTimeColumn: eventTime.name,
    columns: columns.map(withoutPlace),
    partitionBy,
  }
}

function passed(column: PlacedColumn): PlacedColumn {
  const { name, type, nullable, at, was } = column
  return {
    name,
    type,
    nullable,
    ...(was === undefined ? {} : { was }),
    at,
    value: { kind: 'expression', expr: { kind: 'column', scope: 'table', path: [name], type, nullable } },
  }
}

function isColumn(column: ColumnPlan, name: string | undefined): boolean {
  if (name === undefined || column.value.kind !== 'expression') return false
  const { expr } = column.value
  return expr.kind === 'column' && expr.path.length === 1 && expr.path[0] === name
}

function checkNames(names: readonly Named<unknown>[], problems: Problems): void {
  for (const { name, key } of names) {
    if (isReserved(name, 'gold')) problems.add('plan/reserved-name', { name }, key)
  }
}
