import { operatorId } from '../operator.ts'
import type { Expr, IntervalPlan } from '../types.ts'
import { durationText } from './duration-text.ts'
import { conditionText, pairExprs, partnerColumns } from './explain-join.ts'
import { explainColumn, overflowOutcomes } from './explain-silver.ts'
import { LINEAGE_COLUMNS } from './explain-source.ts'
import { expressionText } from './expression-text.ts'
import { mayOverflow } from './may-overflow.ts'
import type { ExplainNode, ExplainOperator } from './types.ts'

/** What a table of pairs is, but for its name and operators. */
export function explainInterval(table: IntervalPlan): Pick<ExplainNode, 'kind' | 'title' | 'columns' | 'accounting'> {
  const { join, from } = table
  const unmet = join.kind === 'left' ? ', and rows that met none' : ''
  return {
    kind: 'interval',
    title: `pairs of rows of silver.${from} and silver.${join.table} at most ${durationText(join.withinMs)} apart`,
    columns: [...table.columns.map(explainColumn), ...LINEAGE_COLUMNS, ...partnerColumns(table)],
    accounting: `rows = pairs${unmet}; late rows and pairs that overflow stay in silver and are counted here as quarantined`,
  }
}

/** The join of a table of pairs. */
export function intervalOperator(table: IntervalPlan): ExplainOperator {
  const { join } = table
  const within = durationText(join.withinMs)
  const waits = durationText(2 * join.withinMs)
  const without =
    join.kind === 'inner'
      ? 'a row that meets none is left out'
      : `a row that meets none is written with nulls once the pipeline watermark is ${waits} past it`
  return {
    id: operatorId.interval(table),
    kind: 'interval',
    title: `${join.table} within ${within} on ${conditionText(join)}`,
    reads: `silver.${join.table}`,
    rules: [`a pair is written once, when its second row is worked on`, without],
    outcomes: [
      {
        becomes: 'quarantined',
        when: `${within} after its event time is behind the watermark of the record's own topic partition, or what it could meet was let go`,
        codes: ['record/late'],
      },
      ...overflowOutcomes(intervalExprs(table).some(mayOverflow)),
    ],
    state: {
      holds: 'rows of both tables that may still meet others',
      keys: ['event time', ...join.on.map(({ left }) => expressionText(left))],
      bound: `dropped when the pipeline watermark is ${waits} past the row${join.kind === 'left' ? `, ${durationText(3 * join.withinMs)} for ${join.table}` : ''}`,
    },
  }
}

/** Every expression of a table of pairs that is worked out for a row or a pair. */
export function intervalExprs(table: IntervalPlan): Expr[] {
  return [...table.join.on.flatMap(({ left, right }) => [left, right]), ...pairExprs(table)]
}
