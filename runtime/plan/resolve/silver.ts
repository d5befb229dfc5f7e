import type { Field } from '#contract'
import type { ColumnNode, Located, Named, PipelineNode, SilverNode } from '#spec'
import { typeText, type Scope } from '../expression/index.ts'
import type { CheckPlan, ColumnPlan, ReferencePlan, SilverPlan, SourcePlan } from '../types.ts'
import {
  booleanExpression,
  columnsOf,
  expressionColumn,
  recordLineage,
  resolveEach,
  withoutPlace,
  type TableColumns,
} from './columns.ts'
import { findDeclared, mayBeBroken, unreadIn } from './broken.ts'
import { isReserved, type Problems } from './context.ts'
import { isEventTime, NO_TIME } from './event-time.ts'
import { lookupColumn } from './lookup.ts'
import { dayOf, resolvePartitions, UNKNOWN_PARTITION } from './partition.ts'
import { checkRenames } from './rename.ts'
import {
  columnScope,
  findField,
  sourceGroups,
  sourceScope,
  UNKNOWN_COLUMNS,
  type Columns,
  type FieldPlaces,
} from './scope.ts'

export interface SilverContext {
  readonly pipeline: PipelineNode
  readonly sources: readonly SourcePlan[]
  /** By source. */
  readonly places: ReadonlyMap<string, FieldPlaces>
  readonly references: readonly ReferencePlan[]
  readonly problems: Problems
}

/** A silver table as far as it could be resolved, as gold tables read it. */
export interface GoldInput extends TableColumns {
  readonly plan: SilverPlan
  /** False when it cannot be told which column carries the event time, because of a problem that was told. */
  readonly timed: boolean
}

/** In place of a silver table that could not be found, which was told. */
export function unknownSilver(name: string): GoldInput {
  const table = { layer: 'silver', name } as const
  const plan = { table, source: '', columns: [], checks: [], partitionBy: [UNKNOWN_PARTITION] }
  return { plan, columns: [], broken: [], open: true, timed: false }
}

/** Resolves one silver table. Every problem leaves a usable rest, so that it hides no other. */
export function resolveSilver(table: Named<SilverNode>, context: SilverContext): GoldInput {
  const { problems } = context
  const { node } = table
  const source = findSource(table, context)
  const fields: Columns = source === undefined ? UNKNOWN_COLUMNS : { fields: source.contract.fields }
  const places = context.places.get(node.from.value)
  const found = resolveColumns(table, source, sourceScope(fields, places), context)
  const own = columnsOf(found)
  const scope = columnScope([{ scope: 'table', ...own }, ...sourceGroups(fields, places)])
  const checks = node.checks.flatMap((check): CheckPlan[] => {
    const expr = booleanExpression(check.node.check, scope, `The check \`${check.name}\``, problems)
    return expr === undefined ? [] : [{ name: check.name, expr, onFail: check.node.onFail.value }]
  })
  const where = node.where && booleanExpression(node.where, scope, '`where`', problems)
  const dedupe = node.dedupe && {
    by: node.dedupe.by.flatMap((by) => (findField(by, own, problems) ? [by.value] : [])),
    withinMs: node.dedupe.within.value,
  }
  const eventTime = source && found.columns.find((column) => isEventTime(column, source.eventTime))
  const timed = eventTime !== undefined || (isTimed(source) && !found.broken.some((key) => mayBeTime(key, node)))
  const partitionable = { ...own, fields: [...own.fields, ...recordLineage()] }
  const plan: SilverPlan = {
    table: { layer: 'silver', name: table.name },
    source: node.from.value,
    columns: found.columns.map(withoutPlace),
    ...(where ? { where } : {}),
    checks,
    ...(dedupe ? { dedupe } : {}),
    ...(eventTime ? { eventTimeColumn: eventTime.name } : {}),
    partitionBy: resolvePartitions(node.partitionBy, partitionable, dayOf(eventTime, timed), problems),
  }
  return { ...found, plan, timed }
}

function isTimed(source: SourcePlan | undefined): boolean {
  return source !== undefined && source.eventTime !== NO_TIME
}

/** Whether a broken column may have been meant to carry the event time. */
function mayBeTime(key: Located<string>, { columns = [] }: SilverNode): boolean {
  const column = columns.find(({ name }) => name === key.value)?.node
  return column === undefined || (column.kind === 'expression' && column.pii === undefined)
}

function findSource(table: Named<SilverNode>, context: SilverContext): SourcePlan | undefined {
  const { pipeline, sources, problems } = context
  const { from } = table.node
  const known = pipeline.sources.find((source) => source.name === from.value)
  if (known === undefined && !mayBeBroken(pipeline, 'sources', from.value)) {
    const circle = tableCircle(table.name, pipeline)
    const other = pipeline.silver.some((each) => each.name === from.value) ? 'silver table' : 'gold table'
    if (circle !== undefined) {
      // Every table of a circle finds it; the first by name tells.
      if (circle.every((name) => name >= table.name)) problems.add('plan/cycle', { path: circle.join(' -> ') }, from)
    } else if (other === 'silver table' || pipeline.gold.some((each) => each.name === from.value)) {
      problems.add('plan/not-a-source', { name: from.value, what: other }, from)
    } else findDeclared('sources', from, pipeline.sources, context)
  }
  return sources.find((source) => source.name === from.value)
}

function tableCircle(start: string, pipeline: PipelineNode): string[] | undefined {
  const reads = new Map([...pipeline.gold, ...pipeline.silver].map((table) => [table.name, table.node.from.value]))
  const path = [start]
  for (let next = reads.get(start); next !== undefined; next = reads.get(next)) {
    path.push(next)
    if (next === start) return path
    if (path.length > reads.size + 1) return undefined
  }
  return undefined
}

function resolveColumns(
  table: Named<SilverNode>,
  source: SourcePlan | undefined,
  scope: Scope,
  context: SilverContext,
): TableColumns {
  const { problems } = context
  const { node } = table
  const nodes = node.columns ?? []
  checkRenames(
    nodes.map((column) => ({ name: column.name, ...column.node })),
    'silver',
    problems,
  )
  if (node.columns === undefined) {
    const columns = (source?.contract.fields ?? []).map((field) => {
      if (isReserved(field.name, 'silver')) problems.add('plan/reserved-name', { name: field.name }, node.from)
      return { ...sourceColumn(field), at: { ...node.from, value: field.name } }
    })
    return { columns, broken: [], open: source === undefined }
  }
  const unread = unreadIn(context.pipeline, table.key, 'columns')
  const { broken, ...found } = resolveEach(nodes, unread, (column) => {
    if (isReserved(column.name, 'silver')) problems.add('plan/reserved-name', { name: column.name }, column.key)
    return resolveColumn(column, scope, context)
  })
  const dropped = nodes.filter((column) => column.node.pii?.value === 'drop').map(({ name }) => name)
  return { ...found, broken: broken.filter(({ value }) => !dropped.includes(value)) }
}

function sourceColumn(field: Field): ColumnPlan {
  const { name, type, nullable } = field
  return {
    name,
    type,
    nullable,
    value: { kind: 'expression', expr: { kind: 'column', scope: 'source', path: [name], type, nullable } },
  }
}

function resolveColumn(column: Named<ColumnNode>, scope: Scope, context: SilverContext): ColumnPlan | undefined {
  const plan =
    column.node.kind === 'expression'
      ? expressionColumn(column, column.node.expr, scope, context.problems)
      : lookupColumn(column, scope, context)
  const pii = column.node.pii
  if (plan === undefined || pii === undefined) return plan
  if (pii.value === 'drop') return undefined
  const hides = plan.type.kind === 'string' || (pii.value === 'hash' && plan.type.kind === 'long')
  if (!hides) context.problems.add('plan/pii-type', { column: column.name, type: typeText(plan.type) }, pii)
  return { ...plan, type: { kind: 'string' }, pii: pii.value }
}
