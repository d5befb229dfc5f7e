import type { DataType } from '#contract'
import type { Ast, Range } from './ast.ts'
import { call, check } from './check-parts.ts'
import { coerce, commonType, type Checked, type Context } from './checked.ts'
import { BOOLEAN, typeText } from './data-type.ts'
import { problem } from './problem.ts'

/** A comparison; both sides must have, or widen to, one type that can be compared so. `operator` is for messages. */
export function compare(
  range: Range,
  fn: string,
  operator: string,
  left: Checked,
  right: Checked,
  context: Context,
): Checked | undefined {
  const common = commonType([left, right])
  if (common && 'misfit' in common) {
    context.problems.push(
      problem('plan/unlike-types', { operator, ...twoTypes(left, right), ...adviceFor(left, right) }, range),
    )
    return undefined
  }
  const type = common?.type ?? BOOLEAN
  const ordered = fn.startsWith('less') || fn.startsWith('greater')
  if (!isComparable(type, ordered)) {
    const expected = ordered ? 'numbers, text, dates or timestamps' : 'values that are no list, object or json'
    context.problems.push(
      problem('plan/operand-type', { operator, expected, given: typeText(type) }, left.open ? right : left),
    )
    return undefined
  }
  const nullable = fn.startsWith('is_') ? false : undefined
  return call(range, fn, [coerce(left, type), coerce(right, type)], BOOLEAN, nullable)
}

/** True for types whose values are equal, and ordered, alike on every engine. */
export function isComparable(type: DataType, ordered: boolean): boolean {
  if (type.kind === 'boolean' || type.kind === 'binary') return !ordered
  return type.kind !== 'list' && type.kind !== 'struct' && type.kind !== 'json'
}

/** Checks `x between low and high`: all three take one type. */
export function checkBetween(ast: Extract<Ast, { kind: 'between' }>, context: Context): Checked | undefined {
  const arg = check(ast.arg, context)
  const low = check(ast.low, context)
  const high = check(ast.high, context)
  if (!arg || !low || !high) return undefined
  const above = compare(ast.low, 'greater_or_equal', 'between', arg, low, context)
  const below = compare(ast.high, 'less_or_equal', 'between', arg, high, context)
  const common = commonType([arg, low, high])
  if (!above || !below || !common || 'misfit' in common) return undefined
  return call(
    ast,
    'between',
    [arg, low, high].map((each) => coerce(each, common.type)),
    BOOLEAN,
  )
}

/** Checks `x in (...)`: all take one type. */
export function checkIn(ast: Extract<Ast, { kind: 'in' }>, context: Context): Checked | undefined {
  const arg = check(ast.arg, context)
  const items = ast.items.map((item) => check(item, context))
  const known = items.filter((item) => item !== undefined)
  const fits = arg ? known.map((item) => compare(item, 'equal', 'in', arg, item, context)) : []
  if (!arg || known.length < items.length || fits.includes(undefined)) return undefined
  const common = commonType([arg, ...known])
  const type = common && 'type' in common ? common.type : BOOLEAN
  const args = [arg, ...known].map((each) => coerce(each, type))
  return call(ast, 'in', args, BOOLEAN)
}

/** The types of two operands, for a message. */
export function twoTypes(left: Checked, right: Checked): { left: string; right: string } {
  return {
    left: left.open === 'null' ? 'null' : typeText(left.expr.type),
    right: right.open === 'null' ? 'null' : typeText(right.expr.type),
  }
}

/** How to make two unlike values alike. */
export function adviceFor(left: Checked, right: Checked): { advice?: string } {
  const kinds = new Set([left.expr.type.kind, right.expr.type.kind])
  if (kinds.has('decimal') && kinds.has('double'))
    return { advice: 'Cast one of them: `cast(x as double)` or `cast(x as decimal(18, 4))`.' }
  if (kinds.has('date') && kinds.has('timestamp'))
    return { advice: 'Cast one of them: `cast(x as date)` or `cast(x as timestamp)`.' }
  if (kinds.has('string') && kinds.has('date')) return { advice: "Write the day as `date '2026-01-31'`." }
  if (kinds.has('string') && kinds.has('timestamp'))
    return { advice: "Write the instant as `timestamp '2026-01-31T23:59:59Z'`." }
  if (kinds.has('string') && kinds.has('boolean')) return { advice: 'Write `true` or `false` without quotes.' }
  if (kinds.has('string'))
    return { advice: 'Write the number without quotes, or declare the field as a number in the contract.' }
  return {}
}
