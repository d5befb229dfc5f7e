import type { CallExpr, CaseExpr, Expr } from '#plan'
import { expressionSql, type ReadColumn } from './expression.ts'

/** Calls whose result can be other than null although an argument is null. */
const TOLERANT = new Set([
  ...[
    'and',
    'or',
    'is_null',
    'is_not_null',
    'is_true',
    'is_not_true',
    'is_false',
    'is_not_false',
    'is_distinct',
    'is_not_distinct',
  ],
  ...['between', 'in', 'coalesce', 'nullif', 'concat_ws'],
])

/** Calls that overflow when they are null and no argument is, but for rows outside the domain given here. */
const OVERFLOWING: Readonly<
  Record<string, { readonly kinds: readonly string[]; readonly domain?: (...args: string[]) => string }>
> = {
  add: { kinds: ['long', 'double'] },
  subtract: { kinds: ['long', 'double'] },
  multiply: { kinds: ['long', 'double'] },
  divide: { kinds: ['double'], domain: (_left, right = '') => `${right} <> 0` },
  div: { kinds: ['long'], domain: (_left, right = '') => `${right} <> 0` },
  negate: { kinds: ['long'] },
  abs: { kinds: ['long'] },
  exp: { kinds: ['double'] },
  power: {
    kinds: ['double'],
    domain: (base = '', exponent = '') => `(${base} > 0 OR (${base} < 0 AND ${exponent} = trunc(${exponent})))`,
  },
  date_add: { kinds: ['timestamp', 'date'] },
  from_epoch_ms: { kinds: ['timestamp'] },
}

/**
 * A boolean SQL expression, never null: true exactly for the rows where arithmetic of the expression has a result that
 * its type cannot hold. Undefined when there are no such rows. What a row does not compute does not count: a branch of
 * `case` that is not taken, an argument of `coalesce` after one that is not null. Both sides of `and` and `or` count.
 *
 * For the usual row it costs one null check of the expression's own value, which DuckDB shares with the value itself.
 */
export function overflowSql(expr: Expr, column: ReadColumn): string | undefined {
  const found = overflows(expr, column)
  if (found.length === 0) return undefined
  if (isTolerant(expr)) return anyOf(found)
  return `CASE WHEN ${expressionSql(expr, column)} IS NULL THEN ${anyOf(found)} ELSE FALSE END`
}

/** The conditions under which some part of the expression overflows, given, where it is not tolerant, that it is null. */
function overflows(expr: Expr, column: ReadColumn): string[] {
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return []
    case 'case':
      return present(caseOverflow(expr, 0, column))
    case 'cast':
      return [...own(expr, [expr.arg], undefined, column), ...inside(expr.arg, column)]
    case 'call': {
      if (expr.fn === 'coalesce') return present(coalesceOverflow(expr.args, column))
      if (isTolerant(expr)) return expr.args.flatMap((arg) => present(overflowSql(arg, column)))
      return [...ownOfCall(expr, column), ...expr.args.flatMap((arg) => inside(arg, column))]
    }
  }
}

/** A tolerant part is not known to be null, so it checks its own parts first. */
function inside(expr: Expr, column: ReadColumn): string[] {
  return isTolerant(expr) ? present(overflowSql(expr, column)) : overflows(expr, column)
}

function ownOfCall(call: CallExpr, column: ReadColumn): string[] {
  const entry = Object.hasOwn(OVERFLOWING, call.fn) ? OVERFLOWING[call.fn] : undefined
  if (!entry?.kinds.includes(call.type.kind)) return []
  const domain = entry.domain?.(...call.args.map((arg) => expressionSql(arg, column)))
  return own(call, call.args, domain, column)
}

function own(expr: Expr, args: readonly Expr[], domain: string | undefined, column: ReadColumn): string[] {
  if (expr.kind === 'cast' && !canFail(expr.arg, expr)) return []
  const known = args.filter((arg) => arg.kind !== 'literal').map((arg) => `${expressionSql(arg, column)} IS NOT NULL`)
  return [`(${[`${expressionSql(expr, column)} IS NULL`, ...known, ...present(domain)].join(' AND ')})`]
}

/** Whether a cast can meet a value that its type cannot hold. */
function canFail({ type: from }: Expr, { type: to }: Expr): boolean {
  if (to.kind === 'long') return from.kind !== 'decimal' || from.precision > 18
  if (to.kind !== 'decimal') return false
  if (from.kind !== 'long' && from.kind !== 'decimal') return true
  const { precision, scale } = from.kind === 'long' ? { precision: 19, scale: 0 } : from
  const whole = to.precision - to.scale
  return to.scale < scale ? whole < precision - scale + 1 : whole < precision - scale
}

function caseOverflow(expr: CaseExpr, index: number, column: ReadColumn): string | undefined {
  const branch = expr.whens[index]
  if (!branch) return expr.otherwise && overflowSql(expr.otherwise, column)
  const then = overflowSql(branch.then, column)
  const rest = caseOverflow(expr, index + 1, column)
  const chosen = then ?? rest
  const parts = present(overflowSql(branch.when, column))
  if (chosen !== undefined) {
    parts.push(`CASE WHEN ${expressionSql(branch.when, column)} THEN ${then ?? 'FALSE'} ELSE ${rest ?? 'FALSE'} END`)
  }
  return parts.length === 0 ? undefined : anyOf(parts)
}

function coalesceOverflow([first, ...others]: readonly Expr[], column: ReadColumn): string | undefined {
  if (!first) return undefined
  const rest = coalesceOverflow(others, column)
  const parts = present(overflowSql(first, column))
  if (rest !== undefined) parts.push(`CASE WHEN ${expressionSql(first, column)} IS NULL THEN ${rest} ELSE FALSE END`)
  return parts.length === 0 ? undefined : anyOf(parts)
}

function isTolerant(expr: Expr): boolean {
  return expr.kind === 'case' || (expr.kind === 'call' && TOLERANT.has(expr.fn))
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`
}

function present(condition: string | undefined): string[] {
  return condition === undefined ? [] : [condition]
}
