import { columnsRead } from '../expression/index.ts'
import { operatorId } from '../operator.ts'
import type {
  AsOfPlan,
  ColumnPlan,
  Expr,
  GoldPlan,
  IntervalPlan,
  LatestPlan,
  SilverPlan,
  SourcePlan,
  WindowPlan,
} from '../types.ts'
import { asOfExprs } from './explain-as-of.ts'
import { intervalExprs } from './explain-interval.ts'
import { durationText } from './duration-text.ts'
import { expressionText, pathText } from './expression-text.ts'
import type { RowRule } from './lineage-types.ts'
import { aggregateMayOverflow, mayOverflow } from './may-overflow.ts'
import { eventTimeIds, joinedId, nodeId, readIds } from './node-id.ts'

/** What decides whether a valid record is a row of a silver table. Checks that only warn decide nothing. */
export function silverRules(table: SilverPlan, source: SourcePlan): RowRule[] {
  const name = `silver.${table.table.name}`
  const read = (exprs: readonly Expr[]): string[] => readIds(exprs.flatMap(columnsRead), name, source.name)
  const rule = (operator: string, text: string, inputs: readonly string[]): RowRule => ({
    table: name,
    operator,
    rule: text,
    inputs,
  })
  const overflowing = table.columns.flatMap(expressionsOf).filter(mayOverflow)
  const lookups = table.columns.flatMap((column) => {
    const { value } = column
    if (value.kind !== 'lookup' || value.missing.kind !== 'quarantine') return []
    const text = `${pathText([column.name])} has a row in ${value.reference}`
    return [rule(operatorId.lookup(table, value.reference), text, read(value.on))]
  })
  const checks = table.checks.filter(({ onFail }) => onFail !== 'warn')
  return [
    rule(operatorId.contract(source), 'the value is valid', [nodeId(`bronze.${source.name}`, ['kafka_value'])]),
    rule(operatorId.eventTime(source), 'the event time is in bounds', eventTimeIds(source)),
    ...(overflowing.length === 0 ? [] : [rule(operatorId.columns(table), FITS, read(overflowing))]),
    ...lookups,
    ...(table.where === undefined
      ? []
      : [rule(operatorId.where(table), expressionText(table.where), read([table.where]))]),
    ...checks.map((check) => rule(operatorId.check(table, check), expressionText(check.expr), read([check.expr]))),
    ...dedupeRules(table, source),
  ]
}

const FITS = 'results fit their types'

function dedupeRules(table: SilverPlan, source: SourcePlan): RowRule[] {
  if (table.dedupe === undefined) return []
  const { by, withinMs } = table.dedupe
  const name = `silver.${table.table.name}`
  const inputs = [...by.map((column) => nodeId(name, [column])), ...eventTimeIds(source)]
  const rule = `first of its key within ${durationText(withinMs)}`
  return [{ table: name, operator: operatorId.dedupe(table), rule, inputs }]
}

/** What decides which silver rows go into a gold table. */
export function goldRules(table: GoldPlan, source: SourcePlan, other?: SourcePlan): RowRule[] {
  const name = `gold.${table.table.name}`
  const { where } = table
  const inputs =
    where === undefined ? [] : readIds(columnsRead(where), `silver.${table.from}`, source.name, joinedId(table))
  return [
    ...(where === undefined
      ? []
      : [{ table: name, operator: operatorId.where(table), rule: expressionText(where), inputs }]),
    ...(table.kind === 'window' ? windowRules(table, source) : []),
    ...(table.kind === 'latest' ? [...fitRules(table, source), latestRule(table, source)] : []),
    ...(table.kind === 'as-of' ? asOfRules(table) : []),
    ...(table.kind === 'interval' ? intervalRules(table, [source, ...(other === undefined ? [] : [other])]) : []),
  ]
}

function windowRules(table: WindowPlan, source: SourcePlan): RowRule[] {
  const base = { table: `gold.${table.table.name}`, operator: operatorId.window(table) }
  const groups = table.groupBy.flatMap(expressionsOf).filter(mayOverflow)
  const aggregates = table.measures.flatMap((measure) => measure.aggregates).filter(aggregateMayOverflow)
  const exprs = [...groups, ...aggregates.flatMap(({ args, filter }) => (filter ? [...args, filter] : args))]
  const inputs = readIds(exprs.flatMap(columnsRead), `silver.${table.from}`, source.name)
  return [
    { ...base, rule: inTimeText(table.window), inputs: eventTimeIds(source) },
    ...(exprs.length === 0 ? [] : [{ ...base, rule: FITS, inputs }]),
  ]
}

function fitRules(table: LatestPlan, source: SourcePlan): RowRule[] {
  const exprs = table.columns.flatMap(expressionsOf).filter(mayOverflow)
  if (exprs.length === 0) return []
  const inputs = readIds(exprs.flatMap(columnsRead), `silver.${table.from}`, source.name)
  return [{ table: `gold.${table.table.name}`, operator: operatorId.latest(table), rule: FITS, inputs }]
}

function inTimeText(window: WindowPlan['window']): string {
  switch (window.kind) {
    case 'tumbling':
      return `in time for its ${durationText(window.sizeMs)} window`
    case 'sliding':
      return `in time for one of its ${durationText(window.sizeMs)} windows`
    case 'session':
      return `in time for a session with a gap of ${durationText(window.gapMs)}`
  }
}

function asOfRules(table: AsOfPlan): RowRule[] {
  const { join, from } = table
  const base = { table: `gold.${table.table.name}`, operator: operatorId['as-of'](table) }
  const read = (exprs: readonly Expr[]): string[] =>
    readIds(exprs.flatMap(columnsRead), `silver.${from}`, '', joinedId(table))
  const met = [join.asOf, ...join.on.flatMap(({ left, right }) => [left, right]), ...(join.also ? [join.also] : [])]
  const overflowing = asOfExprs(table).filter(mayOverflow)
  const rule = `meets a version of ${join.source}`
  return [
    ...(join.kind === 'inner' ? [{ ...base, rule, inputs: read(met) }] : []),
    ...(overflowing.length === 0 ? [] : [{ ...base, rule: FITS, inputs: read(overflowing) }]),
  ]
}

function intervalRules(table: IntervalPlan, sources: readonly SourcePlan[]): RowRule[] {
  const { join, from } = table
  const base = { table: `gold.${table.table.name}`, operator: operatorId.interval(table) }
  const read = (exprs: readonly Expr[]): string[] =>
    readIds(exprs.flatMap(columnsRead), `silver.${from}`, '', joinedId(table))
  const times = [...new Set(sources.flatMap(eventTimeIds))]
  const met = [...join.on.flatMap(({ left, right }) => [left, right]), ...(join.also ? [join.also] : [])]
  const overflowing = intervalExprs(table).filter(mayOverflow)
  const rule = `meets a row of ${join.table} at most ${durationText(join.withinMs)} away`
  return [
    { ...base, rule: 'in time for the rows that it can meet', inputs: times },
    ...(join.kind === 'inner' ? [{ ...base, rule, inputs: [...new Set([...read(met), ...times])] }] : []),
    ...(overflowing.length === 0 ? [] : [{ ...base, rule: FITS, inputs: read(overflowing) }]),
  ]
}

function latestRule(table: LatestPlan, source: SourcePlan): RowRule {
  const name = `gold.${table.table.name}`
  const order = ['kafka_partition', 'kafka_offset'].map((column) => nodeId(`silver.${table.from}`, [column]))
  const keys = table.latestBy.map((key) => nodeId(name, [key]))
  const rule = `newest of its ${table.latestBy.map((key) => pathText([key])).join(', ')}`
  return {
    table: name,
    operator: operatorId.latest(table),
    rule,
    inputs: [...keys, ...eventTimeIds(source), ...order],
  }
}

function expressionsOf({ value }: ColumnPlan): readonly Expr[] {
  return value.kind === 'expression' ? [value.expr] : value.on
}
