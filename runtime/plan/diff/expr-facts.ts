import { columnsRead } from '../expression/columns-read.ts'
import type { ColumnExpr, ColumnPlan, Expr, GoldPlan, SilverPlan } from '../types.ts'

/** Types of results that may not hold every value: a record whose value does not fit is refused as an overflow. */
const OVERFLOWS: readonly string[] = ['long', 'double', 'decimal', 'date', 'timestamp']

/** Every part of an expression, itself first. */
export function* partsOf(expr: Expr | undefined): Generator<Expr> {
  if (expr === undefined) return
  yield expr
  switch (expr.kind) {
    case 'call':
      for (const arg of expr.args) yield* partsOf(arg)
      return
    case 'cast':
      yield* partsOf(expr.arg)
      return
    case 'case':
      for (const { when, then } of expr.whens) {
        yield* partsOf(when)
        yield* partsOf(then)
      }
      yield* partsOf(expr.otherwise)
      return
    default:
  }
}

/** Whether working out the column can refuse a record: by a missing key, or by a number or time that does not fit. */
export function canRefuse(column: ColumnPlan): boolean {
  if (column.value.kind === 'lookup' && column.value.missing.kind === 'quarantine') return true
  return exprsOf(column).some((expr) =>
    [...partsOf(expr)].some(
      (part) => part.kind === 'cast' || (part.kind === 'call' && OVERFLOWS.includes(part.type.kind)),
    ),
  )
}

/** The expressions of a column. */
export function exprsOf({ value }: ColumnPlan): readonly Expr[] {
  if (value.kind === 'expression') return [value.expr]
  return value.missing.kind === 'value' ? [...value.on, value.missing.value] : value.on
}

/** The contract fields that a silver table reads, as paths. */
export function fieldsRead(table: SilverPlan): (readonly string[])[] {
  const exprs = [...table.columns.flatMap(exprsOf), table.where, ...table.checks.map(({ expr }) => expr)]
  return columnsIn(exprs, 'source').map(({ path }) => path)
}

/** The columns of its silver table that a gold table reads. */
export function silverColumnsRead(table: GoldPlan): ReadonlySet<string> {
  const own = table.kind === 'latest' ? table.columns : table.groupBy
  const measures = table.kind === 'latest' ? [] : table.measures.flatMap(({ aggregates }) => aggregates)
  const exprs = [table.where, ...own.flatMap(exprsOf), ...measures.flatMap(({ args, filter }) => [...args, filter])]
  return new Set(columnsIn(exprs, 'table').map(({ path }) => path[0] ?? ''))
}

function columnsIn(exprs: readonly (Expr | undefined)[], scope: ColumnExpr['scope']): ColumnExpr[] {
  return exprs.flatMap((expr) => (expr === undefined ? [] : columnsRead(expr))).filter((part) => part.scope === scope)
}
