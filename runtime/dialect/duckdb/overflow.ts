import type { CaseExpr, Expr } from '#plan'
import { canOverflow } from './cast.ts'
import { expressionSql, type ReadColumn } from './value.ts'

/** What arithmetic is made of: null when an argument is, or where `outside` holds, or on overflow, and never otherwise. */
interface Step {
  /** The kinds of result that can overflow. */
  readonly overflows?: readonly string[]
  /** Condition, over the arguments, under which there is no result. */
  readonly outside?: (...args: string[]) => string
}

const zeroDivisor = (...[, divisor = '']: string[]): string => `${divisor} = 0`
const TOTAL: Step = {}
const STEPS: Readonly<Record<string, Step>> = {
  add: { overflows: ['long', 'double'] },
  subtract: { overflows: ['long', 'double'] },
  multiply: { overflows: ['long', 'double'] },
  divide: { overflows: ['double'], outside: zeroDivisor },
  div: { overflows: ['long'], outside: zeroDivisor },
  modulo: { outside: zeroDivisor },
  negate: { overflows: ['long'] },
  abs: { overflows: ['long'] },
  exp: { overflows: ['double'] },
  power: {
    overflows: ['double'],
    outside: (base = '', exponent = '') =>
      `(${base} < 0 AND ${exponent} <> trunc(${exponent})) OR (${base} = 0 AND ${exponent} < 0)`,
  },
  sqrt: { outside: (x = '') => `${x} < 0` },
  ln: { outside: (x = '') => `${x} <= 0` },
  log10: { outside: (x = '') => `${x} <= 0` },
  date_add: { overflows: ['timestamp', 'date'] },
  from_epoch_ms: { overflows: ['timestamp'] },
  ...Object.fromEntries(['sign', 'ceil', 'floor', 'round', 'trunc', 'greatest', 'least'].map((name) => [name, TOTAL])),
  ...Object.fromEntries(
    ['equal', 'not_equal', 'less', 'less_or_equal', 'greater', 'greater_or_equal', 'not'].map((name) => [name, TOTAL]),
  ),
}

/**
 * A boolean SQL expression, never null: true for the rows where arithmetic of the expression has a result that its type
 * cannot hold. Undefined when there can be no such row. Exactly:
 *
 * - Arithmetic that is null anyway, because a value it reads is null or out of a function's domain (a zero divisor), has
 *   not overflowed.
 * - What a row does not compute does not count: a branch of `case` that is not taken, an argument of `coalesce` after
 *   one that is not null. All sides of `and`, `or`, `in` and `between` are computed.
 */
export function overflowSql(expr: Expr, column: ReadColumn): string | undefined {
  const found = overflows(expr, column)
  return found.length === 0 ? undefined : anyOf(found)
}

function overflows(expr: Expr, column: ReadColumn): string[] {
  if (expr.kind === 'case') return caseOverflow(expr, 0, column)
  if (stepOf(expr)) return arithmeticOverflow(expr, column)
  if (expr.kind !== 'call') return []
  return expr.fn === 'coalesce'
    ? coalesceOverflow(expr.args, column)
    : expr.args.flatMap((arg) => overflows(arg, column))
}

/** A piece of arithmetic overflowed when it is null, and everything it reads is there and in the domains. */
function arithmeticOverflow(root: Expr, column: ReadColumn): string[] {
  const conditions = new Set([`${expressionSql(root, column)} IS NULL`])
  const inputs: Expr[] = []
  const results: Expr[] = []
  const visit = (expr: Expr): void => {
    const step = stepOf(expr)
    if (!step) {
      inputs.push(expr)
      return
    }
    results.push(expr)
    const args = argsOf(expr)
    args.forEach(visit)
    const divides = !args.slice(1).some((arg) => arg.kind === 'literal' && Number(arg.value) !== 0)
    if (step.outside && divides)
      conditions.add(`(${step.outside(...args.map((arg) => expressionSql(arg, column)))}) IS NOT TRUE`)
  }
  visit(root)
  for (const input of inputs) {
    if (input.kind !== 'literal' || input.value === null) conditions.add(`${expressionSql(input, column)} IS NOT NULL`)
  }
  const possible = results.some((expr) => stepOf(expr)?.overflows?.includes(expr.type.kind))
  const within = inputs.flatMap((input) => overflows(input, column))
  return possible ? [`(${[...conditions].join(' AND ')})`, ...within] : within
}

function stepOf(expr: Expr): Step | undefined {
  if (expr.kind === 'cast') return canOverflow(expr.arg.type, expr.type) ? { overflows: [expr.type.kind] } : TOTAL
  return expr.kind === 'call' && Object.hasOwn(STEPS, expr.fn) ? STEPS[expr.fn] : undefined
}

function argsOf(expr: Expr): readonly Expr[] {
  return expr.kind === 'cast' ? [expr.arg] : expr.kind === 'call' ? expr.args : []
}

function caseOverflow(expr: CaseExpr, index: number, column: ReadColumn): string[] {
  const branch = expr.whens[index]
  if (!branch) return expr.otherwise ? overflows(expr.otherwise, column) : []
  const then = overflows(branch.then, column)
  const rest = caseOverflow(expr, index + 1, column)
  const condition = overflows(branch.when, column)
  if (then.length + rest.length === 0) return condition
  const chosen = `CASE WHEN ${expressionSql(branch.when, column)} THEN ${anyOf(then)} ELSE ${anyOf(rest)} END`
  return [...condition, chosen]
}

function coalesceOverflow([first, ...others]: readonly Expr[], column: ReadColumn): string[] {
  if (!first) return []
  const rest = coalesceOverflow(others, column)
  const here = overflows(first, column)
  if (rest.length === 0) return here
  return [...here, `CASE WHEN ${expressionSql(first, column)} IS NULL THEN ${anyOf(rest)} ELSE FALSE END`]
}

function anyOf(conditions: readonly string[]): string {
  if (conditions.length === 0) return 'FALSE'
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`
}
