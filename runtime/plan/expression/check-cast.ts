import type { DataType } from '#contract'
import { nearestMatch } from '#diagnostics'
import type { Expr } from '../types.ts'
import type { Ast, CastAst, TypeAst } from './ast.ts'
import { check } from './check-parts.ts'
import { checked, coerce, decimalLiteral, literalAs, type Checked, type Context } from './checked.ts'
import { BOOLEAN, DATE, DOUBLE, LONG, MAX_PRECISION, sameType, STRING, TIMESTAMP, typeText } from './data-type.ts'
import { problem } from './problem.ts'

const TYPES: Readonly<Record<string, DataType>> = {
  boolean: BOOLEAN,
  long: LONG,
  bigint: LONG,
  double: DOUBLE,
  string: STRING,
  varchar: STRING,
  text: STRING,
  date: DATE,
  timestamp: TIMESTAMP,
}

/** Checks `cast(x as type)`. Casts between numbers and between dates and timestamps exist, and no others (DESIGN section 5). */
export function checkCast(ast: CastAst, context: Context): Checked | undefined {
  const type = checkType(ast.type, context)
  if (type === undefined) {
    check(ast.arg, context)
    return undefined
  }
  const digits = literalDigits(ast.arg)
  if (digits !== undefined && type.kind === 'decimal') return decimalOf(ast, digits, type, context)
  const arg = check(ast.arg, context)
  if (arg === undefined) return undefined
  if (arg.open === 'null') return checked(ast, coerce(arg, type).expr)
  const literal = arg.open && literalAs(arg.open.digits, type)
  if (literal) return checked(ast, literal)
  const from = arg.expr.type
  if (sameType(from, type)) return checked(ast, arg.expr)
  const advice = castAdvice(arg.expr, type)
  if (advice === undefined)
    return checked(ast, { kind: 'cast', arg: arg.expr, type, nullable: arg.expr.nullable }, [arg])
  context.problems.push(problem('plan/forbidden-cast', { from: typeText(from), to: typeText(type), advice }, ast))
  return undefined
}

/** The digits of a number literal without an exponent, with its sign. */
function literalDigits(ast: Ast): string | undefined {
  const negative = ast.kind === 'unary' && ast.operator === '-'
  const inner = negative ? ast.arg : ast
  if (inner.kind !== 'literal' || (inner.type !== 'integer' && inner.type !== 'point')) return undefined
  return `${negative ? '-' : ''}${inner.text}`
}

/** A literal as a decimal keeps its digits, however many, and is not taken through a double. */
function decimalOf(ast: CastAst, digits: string, type: DataType, context: Context): Checked | undefined {
  const literal = literalAs(digits, type)
  if (literal) return checked(ast, literal)
  const detail = decimalLiteral(digits)
    ? `\`${typeText(type)}\` does not hold it exactly`
    : 'a decimal has at most 38 digits'
  context.problems.push(problem('plan/bad-literal', { text: digits, detail }, ast.arg))
  return undefined
}

/** Undefined when the cast exists; otherwise what to write instead. */
function castAdvice(arg: Expr, to: DataType): string | undefined {
  const from = arg.type.kind
  const numbers = ['long', 'double', 'decimal']
  if (numbers.includes(from) && numbers.includes(to.kind)) {
    if (to.kind !== 'long' || isWhole(arg)) return undefined
    return 'Say how the fraction goes: `cast(trunc(x) as long)`, or `floor`, `ceil` or `round` in place of `trunc`.'
  }
  if ((from === 'timestamp' && to.kind === 'date') || (from === 'date' && to.kind === 'timestamp')) return undefined
  if (from === 'string' && numbers.includes(to.kind)) return 'Declare the field as a number in the contract.'
  if (from === 'string' && to.kind === 'timestamp')
    return "Declare `format: date-time` in the contract, or use `parse_timestamp(x, '<format>')`."
  if (from === 'string' && to.kind === 'date')
    return "Declare `format: date` in the contract, or use `to_date(x, '<format>')`."
  if (to.kind === 'string' && (from === 'timestamp' || from === 'date')) return "Use `format_timestamp(x, '<format>')`."
  if (to.kind === 'string' && from === 'json') return "Use `json_text(x, '$')`."
  if (to.kind === 'string')
    return 'Keep the value in a column of its own type; text of numbers differs between engines.'
  if (to.kind === 'boolean') return 'Write the condition, for example `x <> 0`.'
  return from === 'boolean' ? 'Write `case when x then 1 when not x then 0 end`.' : 'Keep the value in its own type.'
}

function isWhole(arg: Expr): boolean {
  if (arg.type.kind === 'decimal') return arg.type.scale === 0
  return arg.kind === 'call' && ['ceil', 'floor', 'trunc', 'round'].includes(arg.fn) && arg.args.length === 1
}

function checkType(ast: TypeAst, context: Context): DataType | undefined {
  const decimal = ast.name === 'decimal' || ast.name === 'numeric'
  const type = Object.hasOwn(TYPES, ast.name) ? TYPES[ast.name] : undefined
  if (!decimal && type && ast.numbers.length === 0) return type
  if (decimal) {
    const [precision = 0, scale = 0] = ast.numbers
    if (ast.numbers.length <= 2 && precision >= 1 && precision <= MAX_PRECISION && scale <= precision)
      return { kind: 'decimal', precision, scale }
    const detail = 'a decimal is written `decimal(p, s)`, with p from 1 to 38 and s at most p'
    context.problems.push(problem('plan/bad-literal', { text: `${ast.name}(${ast.numbers.join(', ')})`, detail }, ast))
    return undefined
  }
  const nearest = ['int', 'integer'].includes(ast.name)
    ? 'long'
    : nearestMatch(ast.name, [...Object.keys(TYPES), 'decimal'])
  context.problems.push(problem('plan/unknown-type', { name: ast.name, nearest }, ast))
  return undefined
}
