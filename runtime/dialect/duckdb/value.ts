import type { CallExpr, ColumnExpr, Expr } from '#plan'
import { smeltError } from '#diagnostics'
import { castSql } from './cast.ts'
import { FUNCTION_SQL } from './functions.ts'
import { literalSql } from './literal.ts'

/** How a column of the plan is read: the SQL of its value in the query at hand. */
export type ReadColumn = (column: ColumnExpr) => string

/**
 * An expression of the plan as DuckDB SQL of exactly its type. It never raises, whatever the values: what a type cannot
 * hold is null there, and `overflowSql` tells which rows those are. The text depends on the arguments alone.
 */
export function expressionSql(expr: Expr, column: ReadColumn): string {
  switch (expr.kind) {
    case 'column':
      return column(expr)
    case 'literal':
      return literalSql(expr)
    case 'call':
      return callSql(expr, column)
    case 'cast':
      return castSql(expr, expressionSql(expr.arg, column))
    case 'case': {
      const whens = expr.whens.map(
        ({ when, then }) => `WHEN ${expressionSql(when, column)} THEN ${expressionSql(then, column)}`,
      )
      const otherwise = expr.otherwise ? ` ELSE ${expressionSql(expr.otherwise, column)}` : ''
      return `CASE ${whens.join(' ')}${otherwise} END`
    }
  }
}

function callSql(call: CallExpr, column: ReadColumn): string {
  const render = FUNCTION_SQL.get(call.fn)
  if (!render) throw smeltError('internal/bug', { detail: `the function \`${call.fn}\` has no DuckDB form` })
  return render(
    call.args.map((arg) => expressionSql(arg, column)),
    call,
  )
}
