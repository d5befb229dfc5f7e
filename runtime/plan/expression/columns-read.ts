import type { ColumnExpr, Expr } from '../types.ts'

/** Every column that an expression reads, in the order of the text, repeated where it is. */
export function columnsRead(expr: Expr): readonly ColumnExpr[] {
  switch (expr.kind) {
    case 'column':
      return [expr]
    case 'literal':
      return []
    case 'call':
      return expr.args.flatMap(columnsRead)
    case 'cast':
      return columnsRead(expr.arg)
    case 'case': {
      const whens = expr.whens.flatMap(({ when, then }) => [...columnsRead(when), ...columnsRead(then)])
      return expr.otherwise ? [...whens, ...columnsRead(expr.otherwise)] : whens
    }
  }
}
