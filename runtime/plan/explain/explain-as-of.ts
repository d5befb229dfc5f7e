import { operatorId } from '../operator.ts'
import type { AsOfPlan, Expr } from '../types.ts'
import { conditionText, pairExprs, partnerColumns } from './explain-join.ts'
import { explainColumn, overflowOutcomes } from './explain-silver.ts'
import { LINEAGE_COLUMNS } from './explain-source.ts'
import { expressionText } from './expression-text.ts'
import { mayOverflow } from './may-overflow.ts'
import type { ExplainNode, ExplainOperator } from './types.ts'

/** What an as-of table is, but for its name and operators. */
export function explainAsOf(table: AsOfPlan): Pick<ExplainNode, 'kind' | 'title' | 'columns' | 'accounting'> {
  const { join, from } = table
  return {
    kind: 'as-of',
    title: `rows of silver.${from} with the versions of source.${join.source} that they meet`,
    columns: [...table.columns.map(explainColumn), ...LINEAGE_COLUMNS, ...partnerColumns(table)],
    accounting:
      'rows = pairs of a silver row and a version; rows that overflow stay in silver and are counted here as quarantined',
  }
}

/** The join of an as-of table. */
export function asOfOperator(table: AsOfPlan): ExplainOperator {
  const { join } = table
  const without =
    join.kind === 'inner' ? 'a row that meets none is left out' : 'a row that meets none stays, with nulls'
  return {
    id: operatorId['as-of'](table),
    kind: 'as-of',
    title: `${join.source} as of ${expressionText(join.asOf)} on ${conditionText(join)}`,
    reads: `source.${join.source}`,
    rules: [
      `of each key of ${join.source} the version with the newest effective time at or before ${expressionText(join.asOf)}, the last by topic partition and offset where times are equal`,
      `every version that stood in ${join.source} when a batch was read is known before the batch is worked on`,
      without,
    ],
    outcomes: overflowOutcomes(asOfExprs(table).some(mayOverflow)),
    state: {
      holds: 'how many versions were known when records were worked on, for audits',
      keys: ['kafka_partition', 'kafka_offset'],
      bound: 'one row per topic partition each time that new versions come',
    },
  }
}

/** Every expression of an as-of table that is worked out for a silver row or a pair. */
export function asOfExprs(table: AsOfPlan): Expr[] {
  return [table.join.asOf, ...table.join.on.map(({ left }) => left), ...pairExprs(table)]
}
