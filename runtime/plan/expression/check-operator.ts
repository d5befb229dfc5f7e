import type { DataType } from '#contract'
import type { Ast, BinaryAst, BinaryOperator, Range, UnaryAst } from './ast.ts'
import { check, checkCondition } from './check.ts'
import { checkInterval, isInterval } from './check-interval.ts'
import { checkNumber } from './check-literal.ts'
import { call } from './check-parts.ts'
import { checked, coerce, commonType, decimalLiteral, type Checked, type Context } from './checked.ts'
import { asDecimal, BOOLEAN, DOUBLE, isNumber, LONG, MAX_PRECISION, STRING, typeText } from './data-type.ts'
import { problem } from './problem.ts'

const COMPARISONS: Partial<Record<BinaryOperator, string>> = {
  '=': 'equal',
  '<>': 'not_equal',
  '<': 'less',
  '<=': 'less_or_equal',
  '>': 'greater',
  '>=': 'greater_or_equal',
  'is distinct from': 'is_distinct',
  'is not distinct from': 'is_not_distinct',
}

const ARITHMETIC = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' } as const

/** Checks an operator between two operands. Chains of `and`, `or` and `||` become one call. */
export function checkBinary(ast: BinaryAst, context: Context): Checked | undefined {
  const { operator } = ast
  if (operator === 'and' || operator === 'or') return checkLogic(ast, operator, context)
  if (operator === '||') return checkConcat(ast, context)
  if (isInterval(ast.right) && (operator === '+' || operator === '-'))
    return checkInterval(ast, ast.right, operator, context)
  const left = check(ast.left, context)
  const right = check(ast.right, context)
  if (!left || !right) return undefined
  if (operator in ARITHMETIC) return arithmetic(ast, operator, left, right, context)
  return compare(ast, COMPARISONS[operator] ?? operator, operator, left, right, context)
}

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

/** Checks unary minus; of a number literal it is part of the number. */
export function checkNegation(ast: UnaryAst, context: Context): Checked | undefined {
  const { arg } = ast
  if (arg.kind === 'literal' && (arg.type === 'integer' || arg.type === 'point' || arg.type === 'exponent')) {
    return checkNumber(ast, `-${arg.text}`, arg.type === 'integer', context)
  }
  const found = check(arg, context)
  if (!found) return undefined
  const value = found.open === 'null' ? coerce(found, LONG) : found
  if (isNumber(value.expr.type)) return call(ast, 'negate', [value], value.expr.type)
  context.problems.push(
    problem('plan/operand-type', { operator: '-', expected: 'a number', given: typeText(value.expr.type) }, found),
  )
  return undefined
}

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

export function checkIn(ast: Extract<Ast, { kind: 'in' }>, context: Context): Checked | undefined {
  const arg = check(ast.arg, context)
  const items = ast.items.map((item) => check(item, context))
  const known = items.filter((item) => item !== undefined)
  const fits = arg ? known.map((item) => compare(item, 'equal', 'in', arg, item, context)) : []
  if (!arg || known.length < items.length || fits.includes(undefined)) return undefined
  const common = commonType([arg, ...known])
  if (!common || 'misfit' in common)
    return call(
      ast,
      'in',
      [arg, ...known].map((each) => coerce(each, BOOLEAN)),
      BOOLEAN,
    )
  return call(
    ast,
    'in',
    [arg, ...known].map((each) => coerce(each, common.type)),
    BOOLEAN,
  )
}

export function checkLike(ast: Extract<Ast, { kind: 'like' }>, context: Context): Checked | undefined {
  const parts = [ast.arg, ast.pattern, ...(ast.escape ? [ast.escape] : [])].map((each) =>
    text('like', check(each, context), context),
  )
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length) return undefined
  const [, pattern, escape] = known
  const problemText = pattern && likeProblem(pattern, escape)
  if (problemText) {
    context.problems.push(problem('plan/argument-value', { fn: 'like', ...problemText }, problemText.at))
    return undefined
  }
  return call(ast, 'like', known, BOOLEAN)
}

/** A pattern is a literal, so that a wrong escape is found here and never by a record. */
function likeProblem(
  pattern: Checked,
  escape: Checked | undefined,
): { argument: string; detail: string; at: Checked } | undefined {
  if (pattern.expr.kind !== 'literal') return { argument: 'pattern', detail: 'must be a text literal', at: pattern }
  if (!escape) return undefined
  if (
    escape.expr.kind !== 'literal' ||
    [...String(escape.expr.value)].length !== 1 ||
    /[^!-~]/.test(String(escape.expr.value))
  ) {
    return { argument: 'escape', detail: 'must be a literal of one printable ASCII character', at: escape }
  }
  const sign = String(escape.expr.value)
  const rest = String(pattern.expr.value)
    .replaceAll(sign + sign, '')
    .replaceAll(`${sign}%`, '')
    .replaceAll(`${sign}_`, '')
  return rest.includes(sign)
    ? { argument: 'pattern', detail: 'holds the escape before another character than `%`, `_` or itself', at: pattern }
    : undefined
}

function checkLogic(ast: BinaryAst, operator: 'and' | 'or', context: Context): Checked | undefined {
  const parts = chain(ast, operator).map((each) => checkCondition(each, `What \`${operator}\` joins`, context))
  const known = parts.filter((part) => part !== undefined)
  return known.length < parts.length ? undefined : call(ast, operator, known, BOOLEAN)
}

function checkConcat(ast: BinaryAst, context: Context): Checked | undefined {
  const parts = chain(ast, '||').map((each) => text('||', check(each, context), context))
  const known = parts.filter((part) => part !== undefined)
  return known.length < parts.length ? undefined : call(ast, 'concat', known, STRING)
}

function chain(ast: Ast, operator: BinaryOperator): Ast[] {
  if (ast.kind !== 'binary' || ast.operator !== operator) return [ast]
  return [...chain(ast.left, operator), ...chain(ast.right, operator)]
}

function text(operator: string, found: Checked | undefined, context: Context): Checked | undefined {
  if (found === undefined) return undefined
  if (found.open === 'null') return coerce(found, STRING)
  if (found.expr.type.kind === 'string') return found
  context.problems.push(
    problem('plan/operand-type', { operator, expected: 'text', given: typeText(found.expr.type) }, found),
  )
  return undefined
}

export function arithmetic(
  range: Range,
  operator: BinaryOperator,
  left: Checked,
  right: Checked,
  context: Context,
): Checked | undefined {
  const fn = ARITHMETIC[operator as keyof typeof ARITHMETIC]
  const wrong = [left, right].find((each) => each.open === undefined && !isNumber(each.expr.type))
  if (wrong) {
    const advice = timeAdvice(wrong.expr.type)
    context.problems.push(
      problem(
        'plan/operand-type',
        { operator, expected: 'numbers', given: typeText(wrong.expr.type), ...advice },
        wrong,
      ),
    )
    return undefined
  }
  if (fn === 'divide')
    return call(range, fn, [coerceDouble(left), coerceDouble(right)], DOUBLE, left.expr.nullable || !isNonZero(right))
  const common = commonType([left, right])
  if (common && 'misfit' in common) {
    context.problems.push(
      problem('plan/unlike-types', { operator, ...twoTypes(left, right), ...adviceFor(left, right) }, range),
    )
    return undefined
  }
  const type = common?.type ?? LONG
  if (fn === 'modulo')
    return call(range, fn, [coerce(left, type), coerce(right, type)], type, left.expr.nullable || !isNonZero(right))
  if (type.kind !== 'decimal') return call(range, fn, [coerce(left, type), coerce(right, type)], type)
  return decimalArithmetic(range, operator, fn, left, right, context)
}

/** The result holds every value of the operation, or it is a problem: so decimals never overflow. */
function decimalArithmetic(
  range: Range,
  operator: string,
  fn: string,
  left: Checked,
  right: Checked,
  context: Context,
): Checked | undefined {
  const [a, b] = [ownDecimal(left), ownDecimal(right)]
  const [l, r] = [asDecimal(a.expr.type), asDecimal(b.expr.type)]
  if (!l || !r) return undefined
  const scale = fn === 'multiply' ? l.scale + r.scale : Math.max(l.scale, r.scale)
  const precision =
    fn === 'multiply' ? l.precision + r.precision : Math.max(l.precision - l.scale, r.precision - r.scale) + scale + 1
  if (precision <= MAX_PRECISION) return call(range, fn, [a, b], { kind: 'decimal', precision, scale })
  context.problems.push(problem('plan/precision-too-large', { operator, precision }, range))
  return undefined
}

function ownDecimal(part: Checked): Checked {
  if (part.open === 'null') return coerce(part, { kind: 'decimal', precision: 1, scale: 0 })
  const literal = part.open && decimalLiteral(part.open.digits)
  if (literal) return { ...part, expr: literal }
  const type = asDecimal(part.expr.type)
  return type ? coerce(part, type) : part
}

/** A divisor that cannot make the result null. */
function isNonZero(part: Checked): boolean {
  return part.expr.kind === 'literal' && part.expr.value !== null && Number(part.expr.value) !== 0
}

function coerceDouble(part: Checked): Checked {
  if (part.open !== undefined || part.expr.type.kind === 'double') return coerce(part, DOUBLE)
  return checked(part, { kind: 'cast', arg: part.expr, type: DOUBLE, nullable: part.expr.nullable }, [part])
}

function twoTypes(left: Checked, right: Checked): { left: string; right: string } {
  return {
    left: left.open === 'null' ? 'null' : typeText(left.expr.type),
    right: right.open === 'null' ? 'null' : typeText(right.expr.type),
  }
}

/** How to make two unlike values alike. */
function adviceFor(left: Checked, right: Checked): { advice?: string } {
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

function timeAdvice(type: DataType): { advice?: string } {
  if (type.kind === 'string') return { advice: 'Join text with `||`.' }
  if (type.kind !== 'timestamp' && type.kind !== 'date') return {}
  return { advice: "Write `x + interval '5' minute` to move in time and `date_diff('second', a, b)` for a distance." }
}
