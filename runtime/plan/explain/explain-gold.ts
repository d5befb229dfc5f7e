import { operatorId } from '../operator.ts'
import { fullTypeText } from '../expression/index.ts'
import type { AggregatePlan, Expr, GoldPlan, LatestPlan, SinkPlan, SourcePlan, WindowPlan } from '../types.ts'
import { alertOperators } from './explain-alert.ts'
import { asOfOperator, explainAsOf } from './explain-as-of.ts'
import { durationText } from './duration-text.ts'
import { explainInterval, intervalOperator } from './explain-interval.ts'
import { explainColumn, overflowOutcomes } from './explain-silver.ts'
import { LINEAGE_COLUMNS, partitionText } from './explain-source.ts'
import { aggregateText, expressionText, pathText } from './expression-text.ts'
import { aggregateMayOverflow, mayOverflow } from './may-overflow.ts'
import type { ExplainColumn, ExplainNode, ExplainOperator } from './types.ts'
import { boundsText, closingRules, lateText, windowSpanText, windowText } from './window-text.ts'

/** Explains a gold table; `source` is where its silver table comes from, `sinks` are those of the plan. */
export function explainGold(table: GoldPlan, source: SourcePlan, sinks: readonly SinkPlan[]): ExplainNode {
  const node = { id: `gold.${table.table.name}`, partitionBy: table.partitionBy.map(partitionText), readBy: [] }
  const where = table.where === undefined ? [] : [whereOperator(table, table.where)]
  const alert = alertOperators(table, sinks)
  if (table.kind === 'as-of')
    return { ...node, ...explainAsOf(table), operators: [asOfOperator(table), ...where, ...alert] }
  if (table.kind === 'interval')
    return { ...node, ...explainInterval(table), operators: [intervalOperator(table), ...where, ...alert] }
  if (table.kind === 'latest')
    return {
      ...node,
      kind: 'latest',
      title: `the newest row of silver.${table.from} per ${names(table.latestBy)}`,
      columns: [...table.columns.map(explainColumn), ...LINEAGE_COLUMNS],
      operators: [...where, latestOperator(table)],
      accounting: 'rows = keys met so far',
    }
  const current = table.emit === 'on_change'
  const per = [windowSpanText(table.window), ...table.groupBy.map(({ name }) => pathText([name]))]
  return {
    ...node,
    kind: 'window',
    title: `one ${current ? 'current' : 'final'} row of silver.${table.from} per ${per.join(', ')}`,
    columns: windowColumns(table),
    operators: [...where, windowOperator(table, source), ...alert],
    accounting: `rows = windows and groups ${current ? 'met so far' : 'closed'}; late rows stay in silver and are counted here as quarantined`,
  }
}

function names(columns: readonly string[]): string {
  return columns.map((name) => pathText([name])).join(', ')
}

/** Rows that `where` leaves out are not counted anywhere: gold is made of silver, which has them. */
function whereOperator(table: GoldPlan, condition: Expr): ExplainOperator {
  const rules = ['rows for which it is false or null take no part']
  const outcomes = overflowOutcomes(mayOverflow(condition))
  return { id: operatorId.where(table), kind: 'where', title: expressionText(condition), rules, outcomes }
}

/** The bounds that every window table has. */
export function windowBounds({ window }: Pick<WindowPlan, 'window'>): ExplainColumn[] {
  const time = { type: 'timestamp', nullable: false }
  const { start, end } = boundsText(window)
  return [
    { name: 'window_start', ...time, value: start },
    { name: 'window_end', ...time, value: end },
  ]
}

function windowColumns(table: WindowPlan): ExplainColumn[] {
  return [
    ...windowBounds(table),
    ...table.groupBy.map(explainColumn),
    ...table.measures.map(({ name, type, nullable, expr, aggregates }) => ({
      name,
      type: fullTypeText(type),
      nullable,
      value: expressionText(expr, aggregates),
    })),
  ]
}

function windowOperator(table: WindowPlan, source: SourcePlan): ExplainOperator {
  const watermark = durationText(source.watermarkMs)
  const kept = table.window.kind === 'session' ? durationText(source.watermarkMs + table.window.gapMs) : watermark
  return {
    id: operatorId.window(table),
    kind: 'window',
    title:
      table.window.kind === 'session'
        ? windowText(table.window)
        : `${windowText(table.window)}, aligned to the Unix epoch, UTC`,
    rules: closingRules(table),
    outcomes: [
      {
        becomes: 'quarantined',
        when: lateText(table.window, `the watermark of the record's own topic partition (newest minus ${watermark})`),
        codes: ['record/late'],
      },
      ...overflowOutcomes(windowMayOverflow(table)),
    ],
    state: {
      holds: `partial aggregates${heldValues(table)}`,
      keys: [STATE_KEY[table.window.kind], ...table.groupBy.map(({ name }) => pathText([name]))],
      bound: `dropped when the window closes: ${kept} of event time after its end`,
    },
  }
}

const STATE_KEY = { tumbling: 'window_start', sliding: 'slide', session: 'session' } as const

function windowMayOverflow({ groupBy, measures }: WindowPlan): boolean {
  return (
    expressionsOf(groupBy).some(mayOverflow) ||
    measures.flatMap(({ aggregates }) => aggregates).some(aggregateMayOverflow)
  )
}

function expressionsOf(columns: LatestPlan['columns']): Expr[] {
  return columns.flatMap(({ value }) => (value.kind === 'expression' ? [value.expr] : []))
}

/** Aggregates whose state grows with the values of a window, not only with its groups. */
function heldValues({ measures }: WindowPlan): string {
  const held = measures.flatMap(({ aggregates }) => aggregates).filter(holdsValues)
  const texts = [...new Set(held.map(aggregateText))]
  return texts.length === 0 ? '' : `; every value, or every different one, for ${texts.join(', ')}`
}

const HOLDS_VALUES: ReadonlySet<AggregatePlan['fn']> = new Set([
  'stddev_pop',
  'stddev_samp',
  'var_pop',
  'var_samp',
  'percentile',
  'string_agg',
  'array_agg',
])

function holdsValues({ fn, distinct }: AggregatePlan): boolean {
  return distinct || HOLDS_VALUES.has(fn)
}

function latestOperator(table: LatestPlan): ExplainOperator {
  return {
    id: operatorId.latest(table),
    kind: 'latest',
    title: `by ${names(table.latestBy)}`,
    rules: [
      `the row greatest by (${pathText([table.eventTimeColumn])}, kafka_partition, kafka_offset) stays`,
      'a late record changes nothing unless its row is the greatest',
    ],
    outcomes: overflowOutcomes(expressionsOf(table.columns).some(mayOverflow)),
    state: {
      holds: 'where the live row lies, and its order; restored from the table itself',
      keys: table.latestBy.map((key) => pathText([key])),
      bound: 'one row per key; keys are never dropped',
    },
  }
}
