import type { Field } from '#contract'
import { compileExpression, spanWithin, typeText } from '../expression/index.ts'
import type { ColumnNode, Located, LocatedText, Named, PipelineNode, SilverNode } from '#spec'
import type { CheckPlan, ColumnPlan, Expr, PartitionField, ReferencePlan, SilverPlan, SourcePlan } from '../types.ts'
import { isReserved, type Problems } from './context.ts'
import { isEventTime, NO_TIME } from './event-time.ts'
import { resolvePartitions } from './partition.ts'
import { checkRenames, formerName } from './rename.ts'
import { columnScope, sourceGroups, sourceScope, type FieldPlaces } from './scope.ts'

export interface SilverContext {
  readonly pipeline: PipelineNode
  readonly sources: readonly SourcePlan[]
  /** By source. */
  readonly places: ReadonlyMap<string, FieldPlaces>
  readonly references: readonly ReferencePlan[]
  readonly problems: Problems
}

/** A column with the place of its name, for messages about expressions that use it. */
export type PlacedColumn = ColumnPlan & { readonly at: Located<string> }

/** A silver table as far as it could be resolved; `whole` unless a column of it is wrong. */
export interface ResolvedSilver {
  readonly plan: SilverPlan
  readonly columns: readonly PlacedColumn[]
  readonly whole: boolean
  /** False when the event time of its source could not be resolved, which was told. */
  readonly timed: boolean
}

/** A resolved silver table, as gold tables read it. */
export type GoldInput = Pick<ResolvedSilver, 'plan' | 'columns' | 'timed'>

/** Resolves one silver table. Undefined when its source is unknown; every other problem leaves a usable rest. */
export function resolveSilver(table: Named<SilverNode>, context: SilverContext): ResolvedSilver | undefined {
  const { problems } = context
  const { node } = table
  const source = findSource(table, context)
  if (source === undefined) return undefined
  const columns = resolveColumns(table, source, context)
  const fields = columns.map((column) => columnField(column))
  const places = context.places.get(source.name)
  const scope = columnScope([{ scope: 'table', fields }, ...sourceGroups(source.contract.fields, places)])
  const checks = node.checks.flatMap((check): CheckPlan[] => {
    const expr = booleanExpression(check.node.check, scope, `The check \`${check.name}\``, problems)
    return expr === undefined ? [] : [{ name: check.name, expr, onFail: check.node.onFail.value }]
  })
  const where = node.where && booleanExpression(node.where, scope, '`where`', problems)
  const dedupe = node.dedupe && {
    by: node.dedupe.by.flatMap((by) => (findColumn(by, columns, problems) ? [by.value] : [])),
    withinMs: node.dedupe.within.value,
  }
  const eventTime = columns.find((column) => isEventTime(column, source.eventTime))
  const day: PartitionField[] = eventTime ? [{ column: eventTime.name, transform: 'day' }] : []
  const lineage = ['kafka_partition', 'kafka_offset'].map((name): Field => ({
    name,
    type: { kind: 'long' },
    nullable: false,
  }))
  const plan: SilverPlan = {
    table: { layer: 'silver', name: table.name },
    source: source.name,
    columns: columns.map(withoutPlace),
    ...(where ? { where } : {}),
    checks,
    ...(dedupe ? { dedupe } : {}),
    ...(eventTime ? { eventTimeColumn: eventTime.name } : {}),
    partitionBy: resolvePartitions(node.partitionBy, [...fields, ...lineage], day, problems),
  }
  const declared = node.columns?.filter((column) => column.node.pii?.value !== 'drop').length ?? columns.length
  return { plan, columns, whole: columns.length === declared, timed: source.eventTime !== NO_TIME }
}

/** The column called `name`, or a problem with the nearest match. */
export function findColumn(
  name: Located<string>,
  columns: readonly PlacedColumn[],
  problems: Problems,
): PlacedColumn | undefined {
  return problems.find(
    'column',
    name,
    columns.map((column) => ({ name: column.name, key: column.at, node: column })),
  )?.node
}

/** A column as expressions see it: what is hidden is text. */
export function columnField(column: PlacedColumn): Field & { where: Located<string>['span'] } {
  return { name: column.name, type: column.type, nullable: column.nullable, where: column.at.span }
}

/** The column as the plan keeps it. */
export function withoutPlace(column: PlacedColumn): ColumnPlan {
  const { at, ...plan } = column
  return plan
}

/** Compiles a condition; a problem when it is not boolean. */
export function booleanExpression(
  text: LocatedText,
  scope: Parameters<typeof compileExpression>[1],
  what: string,
  problems: Problems,
): Expr | undefined {
  const { expr, diagnostics } = compileExpression(text, scope)
  problems.found.push(...diagnostics)
  if (expr !== undefined && expr.type.kind !== 'boolean') {
    problems.add('plan/wrong-type', { what, expected: 'true or false', actual: typeText(expr.type) }, text)
    return undefined
  }
  return expr
}

function findSource(table: Named<SilverNode>, { pipeline, sources, problems }: SilverContext): SourcePlan | undefined {
  const { from } = table.node
  const known = pipeline.sources.find((source) => source.name === from.value)
  if (known === undefined) {
    const circle = tableCircle(table.name, pipeline)
    const other = pipeline.silver.some((each) => each.name === from.value) ? 'silver table' : 'gold table'
    if (circle !== undefined) {
      // Every table of a circle finds it; the first by name tells.
      if (circle.every((name) => name >= table.name)) problems.add('plan/cycle', { path: circle.join(' -> ') }, from)
    } else if (other === 'silver table' || pipeline.gold.some((each) => each.name === from.value)) {
      problems.add('plan/not-a-source', { name: from.value, what: other }, from)
    } else problems.find('source', from, pipeline.sources)
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

function resolveColumns(table: Named<SilverNode>, source: SourcePlan, context: SilverContext): PlacedColumn[] {
  const { problems } = context
  const { node } = table
  checkRenames(
    (node.columns ?? []).map((column) => ({ name: column.name, ...column.node })),
    'silver',
    problems,
  )
  if (node.columns === undefined) {
    return source.contract.fields.map((field) => {
      if (isReserved(field.name, 'silver')) problems.add('plan/reserved-name', { name: field.name }, node.from)
      return { ...sourceColumn(field), at: { ...node.from, value: field.name } }
    })
  }
  const scope = sourceScope(source.contract.fields, context.places.get(source.name))
  return node.columns.flatMap((column): PlacedColumn[] => {
    if (isReserved(column.name, 'silver')) problems.add('plan/reserved-name', { name: column.name }, column.key)
    const plan = resolveColumn(column, scope, context)
    return plan === undefined ? [] : [{ ...plan, ...formerName(column.node.was), at: column.key }]
  })
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

function resolveColumn(
  column: Named<ColumnNode>,
  scope: Parameters<typeof compileExpression>[1],
  context: SilverContext,
): ColumnPlan | undefined {
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

/** A column of an expression; null for ever is no column. */
export function expressionColumn(
  column: { readonly name: string; readonly key: Located<string> },
  text: LocatedText,
  scope: Parameters<typeof compileExpression>[1],
  problems: Problems,
): ColumnPlan | undefined {
  const { expr, diagnostics } = compileExpression(text, scope)
  problems.found.push(...diagnostics)
  if (expr === undefined) return undefined
  return { name: column.name, type: expr.type, nullable: expr.nullable, value: { kind: 'expression', expr } }
}

function lookupColumn(
  column: Named<ColumnNode>,
  scope: Parameters<typeof compileExpression>[1],
  context: SilverContext,
): ColumnPlan | undefined {
  const { problems, pipeline, references } = context
  if (column.node.kind !== 'lookup') return undefined
  const { lookup, on, missing } = column.node
  const at = (name: string, start = 0): Located<string> => ({
    value: name,
    span: spanWithin(lookup, start, start + name.length),
    pointer: lookup.pointer,
  })
  const [referenceName = '', columnName = '', ...rest] = lookup.value.split('.')
  if (rest.length > 0 || columnName === '') {
    problems.add(
      'plan/wrong-type',
      { what: 'A lookup', expected: '`<reference>.<column>`', actual: lookup.value },
      lookup,
    )
    return undefined
  }
  const declared = problems.find('reference', at(referenceName), pipeline.references)?.node
  if (declared === undefined) return undefined
  const reference = references.find((each) => each.name === referenceName)
  if (reference === undefined) return undefined
  const field = problems.find(
    `column of reference \`${referenceName}\``,
    at(columnName, referenceName.length + 1),
    reference.fields.map((each) => ({ name: each.name, key: declared.file, node: each })),
  )?.node
  if (on.length !== reference.key.length) {
    problems.add(
      'plan/lookup-keys',
      { reference: referenceName, expected: reference.key.length, actual: on.length },
      lookup,
    )
    return undefined
  }
  const keys = on.flatMap((text, index): Expr[] => {
    const { expr, diagnostics } = compileExpression(text, scope)
    problems.found.push(...diagnostics)
    const key = reference.fields.find((each) => each.name === reference.key[index])
    if (expr === undefined || key === undefined) return []
    if (expr.type.kind === key.type.kind) return [expr]
    const what = `The key of reference \`${referenceName}\``
    problems.add('plan/wrong-type', { what, expected: `\`${typeText(key.type)}\``, actual: typeText(expr.type) }, text)
    return []
  })
  if (field === undefined || keys.length < on.length) return undefined
  const absent = resolveMissing(missing, field, problems)
  return {
    name: column.name,
    type: field.type,
    nullable: field.nullable || absent.kind === 'null',
    value: { kind: 'lookup', reference: referenceName, column: field.name, on: keys, missing: absent },
  }
}

type Missing = Extract<ColumnPlan['value'], { kind: 'lookup' }>['missing']

function resolveMissing(
  missing: Located<string | number | boolean | null> | undefined,
  field: Field,
  problems: Problems,
): Missing {
  const value = missing?.value ?? null
  if (missing === undefined || value === null) return { kind: 'null' }
  if (value === 'quarantine') return { kind: 'quarantine' }
  const fits =
    (field.type.kind === 'string' && typeof value === 'string') ||
    (field.type.kind === 'boolean' && typeof value === 'boolean') ||
    (field.type.kind === 'long' && typeof value === 'number' && Number.isSafeInteger(value)) ||
    (field.type.kind === 'double' && typeof value === 'number')
  if (!fits) {
    problems.add(
      'plan/wrong-type',
      { what: '`missing`', expected: `null, quarantine or a \`${typeText(field.type)}\``, actual: String(value) },
      missing,
    )
    return { kind: 'null' }
  }
  return {
    kind: 'value',
    value: {
      kind: 'literal',
      value: field.type.kind === 'long' ? String(value) : value,
      type: field.type,
      nullable: false,
    },
  }
}
