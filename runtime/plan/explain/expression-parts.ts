import type { ColumnExpr, Expr } from '../types.ts'

/** The expressions directly inside `expr`. */
export function parts(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return []
    case 'cast':
      return [expr.arg]
    case 'call':
      return expr.args
    case 'case': {
      const otherwise = expr.otherwise === undefined ? [] : [expr.otherwise]
      return [...expr.whens.flatMap(({ when, then }) => [when, then]), ...otherwise]
    }
  }
}

/** Every column that an expression reads, in the order in which it names them. */
export function columnsRead(expr: Expr): readonly ColumnExpr[] {
  return expr.kind === 'column' ? [expr] : parts(expr).flatMap(columnsRead)
}
