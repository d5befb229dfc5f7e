import type { DataType } from '#contract'
import type { AggregatePlan, Expr } from '../types.ts'

/** Functions with a result that its type may not hold, by the kinds of type for which that is so. */
const OVERFLOWS: Readonly<Record<string, readonly DataType['kind'][]>> = {
  add: ['long', 'double'],
  subtract: ['long', 'double'],
  multiply: ['long', 'double'],
  divide: ['double'],
  div: ['long'],
  negate: ['long'],
  abs: ['long'],
  exp: ['double'],
  power: ['double'],
  date_add: ['timestamp', 'date'],
  from_epoch_ms: ['timestamp'],
}

const MOMENTS: ReadonlySet<AggregatePlan['fn']> = new Set(['stddev_pop', 'stddev_samp', 'var_pop', 'var_samp'])
/** A summed decimal may have as many digits and leave room for the sum in 38. */
const SUMMED_DIGITS = 29

/** Whether a row may have a value that the expression's type, or that of a part of it, cannot hold: `record/overflow`. */
export function mayOverflow(expr: Expr): boolean {
  const { type } = expr
  if (expr.kind === 'cast' && castOverflows(expr.arg.type, type)) return true
  const kinds = expr.kind === 'call' && Object.hasOwn(OVERFLOWS, expr.fn) ? OVERFLOWS[expr.fn] : undefined
  return kinds?.includes(type.kind) === true || parts(expr).some(mayOverflow)
}

/** Whether a row may have a value that the aggregate cannot take. */
export function aggregateMayOverflow({ fn, args, filter }: AggregatePlan): boolean {
  const type = args[0]?.type
  const sums = fn === 'sum' || fn === 'avg'
  const limited =
    (sums && (type?.kind === 'double' || (type?.kind === 'decimal' && type.precision > SUMMED_DIGITS))) ||
    (MOMENTS.has(fn) && type?.kind !== 'long')
  return limited || [...args, ...(filter === undefined ? [] : [filter])].some(mayOverflow)
}

function castOverflows(from: DataType, to: DataType): boolean {
  if (to.kind === 'long') return from.kind !== 'decimal' || from.precision > 18
  if (to.kind !== 'decimal') return false
  const digits = exactDigits(from)
  if (digits === undefined) return true
  // Rounding away digits may carry into one more before the point.
  const whole = digits.whole + (to.scale < digits.scale ? 1 : 0)
  return to.precision - to.scale < whole
}

function exactDigits(type: DataType): { readonly whole: number; readonly scale: number } | undefined {
  if (type.kind === 'long') return { whole: 19, scale: 0 }
  return type.kind === 'decimal' ? { whole: type.precision - type.scale, scale: type.scale } : undefined
}

/** The expressions directly inside `expr`. */
function parts(expr: Expr): readonly Expr[] {
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
