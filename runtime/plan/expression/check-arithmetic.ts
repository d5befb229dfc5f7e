import type { DataType } from '#contract'
import type { BinaryOperator, Range, UnaryAst } from './ast.ts'
import { adviceFor, twoTypes } from './check-compare.ts'
import { checkNumber } from './check-literal.ts'
import { call, check } from './check-parts.ts'
import { checked, coerce, commonType, decimalLiteral, type Checked, type Context } from './checked.ts'
import { asDecimal, DOUBLE, isNumber, LONG, MAX_PRECISION, typeText } from './data-type.ts'
import { problem } from './problem.ts'

const ARITHMETIC = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' } as const

export type ArithmeticOperator = keyof typeof ARITHMETIC

export function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return Object.hasOwn(ARITHMETIC, operator)
}

/** Arithmetic of two numbers: on their common type, `/` always on doubles, decimals on a type that holds every result. */
export function arithmetic(
  range: Range,
  operator: ArithmeticOperator,
  left: Checked,
  right: Checked,
  context: Context,
): Checked | undefined {
  const fn = ARITHMETIC[operator]
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

function timeAdvice(type: DataType): { advice?: string } {
  if (type.kind === 'string') return { advice: 'Join text with `||`.' }
  if (type.kind !== 'timestamp' && type.kind !== 'date') return {}
  return { advice: "Write `x + interval '5' minute` to move in time and `date_diff('second', a, b)` for a distance." }
}
