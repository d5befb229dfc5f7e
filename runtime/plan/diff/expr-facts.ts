import { mayOverflow } from '../explain/may-overflow.ts'
import { columnsRead } from '../expression/columns-read.ts'
import type { AsOfJoin, ColumnExpr, ColumnPlan, Expr, GoldPlan, IntervalPlan, SilverPlan } from '../types.ts'

/** Whether working out the column can refuse a record: by a missing key, or by a number or time that does not fit. */
export function canRefuse(column: ColumnPlan): boolean {
  if (column.value.kind === 'lookup' && column.value.missing.kind === 'quarantine') return true
  return exprsOf(column).some(mayOverflow)
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
  const own = table.kind === 'window' ? table.groupBy : table.columns
  const measures = table.kind === 'window' ? table.measures.flatMap(({ aggregates }) => aggregates) : []
  const exprs = [
    table.where,
    ...own.flatMap(exprsOf),
    ...measures.flatMap(({ args, filter }) => [...args, filter]),
    ...(table.kind === 'as-of' ? [table.join.asOf] : []),
    ...(table.kind === 'as-of' || table.kind === 'interval' ? joinExprs(table.join) : []),
  ]
  return new Set(columnsIn(exprs, 'table').map(({ path }) => path[0] ?? ''))
}

/** The expressions of a join, of both sides. */
function joinExprs({ on, also }: Pick<AsOfJoin, 'on' | 'also'>): (Expr | undefined)[] {
  return [...on.flatMap(({ left, right }) => [left, right]), also]
}

/** The columns of the other silver table that a table of pairs reads. */
export function joinedColumnsRead({ join, where, columns }: IntervalPlan): ReadonlySet<string> {
  const exprs = [...joinExprs(join), where, ...columns.flatMap(exprsOf)]
  return new Set(columnsIn(exprs, 'joined').map(({ path }) => path[1] ?? ''))
}

/** The columns of either table that rows wait with for others: those that pairs are made of. */
export function heldColumns({ join, where, columns }: IntervalPlan): Record<'left' | 'right', ReadonlySet<string>> {
  const exprs = [join.also, where, ...columns.flatMap(exprsOf)]
  return {
    left: new Set(columnsIn(exprs, 'table').map(({ path }) => path[0] ?? '')),
    right: new Set(columnsIn(exprs, 'joined').map(({ path }) => path[1] ?? '')),
  }
}

function columnsIn(exprs: readonly (Expr | undefined)[], scope: ColumnExpr['scope']): ColumnExpr[] {
  return exprs.flatMap((expr) => (expr === undefined ? [] : columnsRead(expr))).filter((part) => part.scope === scope)
}

/**
 * A condition of a silver table with columns of the table replaced by what works them out, so that it can be compared
 * with one that names a field where the other names the column made of it. Looked up and hidden columns stay names.
 */
export function inlined(expr: Expr, columns: readonly ColumnPlan[]): Expr {
  const within = (part: Expr): Expr => inlined(part, columns)
  switch (expr.kind) {
    case 'column': {
      const column = expr.scope === 'table' ? columns.find(({ name }) => name === expr.path[0]) : undefined
      if (column?.value.kind !== 'expression' || column.pii !== undefined || expr.path.length > 1) return expr
      return column.value.expr
    }
    case 'literal':
      return expr
    case 'call':
      return { ...expr, args: expr.args.map(within) }
    case 'cast':
      return { ...expr, arg: within(expr.arg) }
    case 'case': {
      const whens = expr.whens.map(({ when, then }) => ({ when: within(when), then: within(then) }))
      return { ...expr, whens, ...(expr.otherwise === undefined ? {} : { otherwise: within(expr.otherwise) }) }
    }
  }
}

/** The columns of a silver table that decide which rows it keeps: by `where`, by checks that refuse, by dedupe. */
export function decidingColumns({ where, checks, dedupe }: SilverPlan): ReadonlySet<string> {
  const refusing = checks.filter(({ onFail }) => onFail === 'quarantine' || onFail === 'drop')
  const read = columnsIn([where, ...refusing.map(({ expr }) => expr)], 'table').map(({ path }) => path[0] ?? '')
  return new Set([...read, ...(dedupe?.by ?? [])])
}
