import type { CastExpr, DataType } from '#plan'
import { bind } from './bind.ts'
import { typeSql } from './literal.ts'

/**
 * A cast of `value`: null where the type does not hold it. Fractions are rounded half away from zero, but a double loses
 * its fraction before it becomes a long.
 */
export function castSql({ arg, type }: CastExpr, value: string): string {
  const from = arg.type
  if (!canOverflow(from, type)) return `CAST(${value} AS ${typeSql(type)})`
  if (from.kind === 'double' && type.kind === 'long') return `TRY_CAST(trunc(${value}) AS BIGINT)`
  const range = rangeOf(from, type)
  if (range === undefined) return `TRY_CAST(${value} AS ${typeSql(type)})`
  return bind([value], (v) => `CASE WHEN ${v} BETWEEN ${range} THEN CAST(${v} AS ${typeSql(type)}) END`)
}

/** Whether a cast can meet a value that its type cannot hold. */
export function canOverflow(from: DataType, to: DataType): boolean {
  if (to.kind === 'long') return from.kind !== 'decimal' || from.precision > 18
  if (to.kind !== 'decimal') return false
  const digits = exactDigits(from)
  if (!digits) return true
  const whole = to.precision - to.scale
  return to.scale < digits.scale ? whole < digits.whole + 1 : whole < digits.whole
}

/**
 * The values that a cast which drops no digits can hold, `<least> AND <most>`; undefined for other casts. DuckDB takes
 * casts that drop no digits out of comparisons, TRY_CAST too, so these must not be the ones to find the overflow.
 */
function rangeOf(from: DataType, to: DataType): string | undefined {
  const digits = exactDigits(from)
  if (!digits || (to.kind === 'decimal' && to.scale < digits.scale)) return undefined
  if (to.kind === 'long') return longRange
  const whole = to.kind === 'decimal' ? to.precision - to.scale : 0
  const most = `${'9'.repeat(whole) || '0'}${digits.scale === 0 ? '' : `.${'9'.repeat(digits.scale)}`}`
  const type = `DECIMAL(${Math.max(1, whole + digits.scale)},${digits.scale})`
  return `CAST('-${most}' AS ${type}) AND CAST('${most}' AS ${type})`
}

const longRange = "CAST('-9223372036854775808' AS DECIMAL(38,0)) AND CAST('9223372036854775807' AS DECIMAL(38,0))"

/** How many digits a long or a decimal has before and after the point. */
function exactDigits(type: DataType): { readonly whole: number; readonly scale: number } | undefined {
  if (type.kind === 'long') return { whole: 19, scale: 0 }
  return type.kind === 'decimal' ? { whole: type.precision - type.scale, scale: type.scale } : undefined
}
