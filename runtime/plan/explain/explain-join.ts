import { fullTypeText } from '../expression/index.ts'
import { partnerLineage } from '../resolve/join.ts'
import type { Expr, JoinedPlan } from '../types.ts'
import { LINEAGE_COLUMNS } from './explain-source.ts'
import { expressionText } from './expression-text.ts'
import type { ExplainColumn } from './types.ts'

/** The columns that name the version, or the row of the other table, that a row was put beside. */
export function partnerColumns(table: JoinedPlan): ExplainColumn[] {
  const partner = table.kind === 'as-of' ? 'the version' : `the row of ${table.join.table}`
  return partnerLineage(table).map(({ name, type, nullable }, index) => ({
    name,
    type: fullTypeText(type),
    nullable,
    value: `${LINEAGE_COLUMNS[index]?.value ?? ''} of ${partner}`,
  }))
}

/** What must be true of both sides of a join. */
export function conditionText({ on, also }: Pick<JoinedPlan['join'], 'on' | 'also'>): string {
  const conditions = on.map(({ left, right }) => `${expressionText(right)} = ${expressionText(left)}`)
  return (also === undefined ? conditions : [...conditions, expressionText(also)]).join(' and ')
}

/** Every expression of a joined table that is worked out for a pair. */
export function pairExprs({ join, where, columns }: JoinedPlan): Expr[] {
  const values = columns.flatMap(({ value }) => (value.kind === 'expression' ? [value.expr] : value.on))
  return [...[join.also, where].filter((expr) => expr !== undefined), ...values]
}
