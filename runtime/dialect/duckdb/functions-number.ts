import type { CallExpr } from '#plan'
import { bind, finite } from './bind.ts'
import type { FunctionSql } from './function-sql.ts'
import { typeSql } from './literal.ts'

/**
 * Longs are computed in 128 bits, where nothing overflows, and doubles as IEEE says; what then is no long or no finite
 * number becomes null. So nothing raises, and DuckDB may move and share the pieces as it likes. (TRY is no help: DuckDB
 * 1.5 shares a sub-expression of two TRYs by computing it before them, outside of both.)
 */
const arithmetic =
  (operator: string): FunctionSql =>
  ([left = '', right = ''], call) => {
    const { type } = call
    if (type.kind === 'long') return narrow(`(${wide(left)} ${operator} ${wide(right)})`)
    if (type.kind === 'decimal') return decimalSql(call, operator, left, right)
    return finite(`(${left} ${operator} ${right})`)
  }

function wide(long: string): string {
  return `CAST(${long} AS HUGEINT)`
}

/**
 * A HUGEINT as a long, or null where it is none. The `& -1` changes no bit; it keeps DuckDB from taking the cast out of
 * a comparison with a constant, which it does with TRY_CAST too, and then `9223372036854775807 + 1 > 0` is true.
 */
function narrow(value: string): string {
  return `(TRY_CAST(${value} AS BIGINT) & -1)`
}

/**
 * The type holds every result, but DuckDB computes decimals of up to 18 digits in 64 bits and raises beyond. So the
 * operands are widened until it computes in 128.
 */
function decimalSql(call: CallExpr, operator: string, left: string, right: string): string {
  const { type } = call
  if (type.kind !== 'decimal') return ''
  const [a] = call.args
  if (operator !== '*') {
    const sum = [left, right].map((operand) => `CAST(${operand} AS ${typeSql(type)})`).join(` ${operator} `)
    return `CAST((${sum}) AS ${typeSql(type)})`
  }
  const precision = a?.type.kind === 'decimal' && type.precision > 18 ? Math.max(19, a.type.precision) : undefined
  const first =
    precision === undefined || a?.type.kind !== 'decimal'
      ? left
      : `CAST(${left} AS ${typeSql({ ...a.type, precision })})`
  return `CAST((${first} * ${right}) AS ${typeSql(type)})`
}

const modulo: FunctionSql = ([left = '', right = ''], { type }) => {
  if (type.kind === 'long') return `CAST((${wide(left)} % ${wide(right)}) AS BIGINT)`
  return `(${left} % ${nonZero(right, type.kind)})`
}

/** The divisor, or null where it is zero. */
function nonZero(divisor: string, kind: string): string {
  return bind([divisor], (v) => `CASE WHEN ${v} <> ${kind === 'double' ? '0e0' : '0'} THEN ${v} END`)
}

const unary =
  (form: (value: string) => string): FunctionSql =>
  ([value = ''], { type }) =>
    type.kind === 'long' ? narrow(form(wide(value))) : form(value)

/** A long is whole already. The digits to keep are a literal, which DuckDB wants as a plain INTEGER. */
const toWhole =
  (name: string): FunctionSql =>
  ([value = ''], { args: [arg, digits] }) => {
    if (arg?.type.kind === 'long') return value
    return digits?.kind === 'literal' ? `${name}(${value}, ${String(digits.value)})` : `${name}(${value})`
  }

const within =
  (domain: string, name: string): FunctionSql =>
  (args) =>
    bind(args, (v = '') => `CASE WHEN ${v} ${domain} THEN ${name}(${v}) END`)

/** Arithmetic and functions of numbers. */
export const NUMBER_SQL: Readonly<Record<string, FunctionSql>> = {
  add: arithmetic('+'),
  subtract: arithmetic('-'),
  multiply: arithmetic('*'),
  divide: ([left = '', right = '']) => finite(`(${left} / ${nonZero(right, 'double')})`),
  modulo,
  div: ([left = '', right = '']) => narrow(`(${wide(left)} // ${wide(right)})`),
  negate: unary((value) => `(-${value})`),
  abs: unary((value) => `abs(${value})`),
  sign: ([value = '']) => `CAST(sign(${value}) AS BIGINT)`,
  ceil: toWhole('ceil'),
  floor: toWhole('floor'),
  round: toWhole('round'),
  trunc: toWhole('trunc'),
  sqrt: within('>= 0e0', 'sqrt'),
  ln: within('> 0e0', 'ln'),
  log10: within('> 0e0', 'log10'),
  exp: (args) => finite(`exp(${args.join('')})`),
  power: (args) => finite(`power(${args.join(', ')})`),
}
