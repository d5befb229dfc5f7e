import type { DataType } from '#contract'
import type { CallExpr, ColumnExpr, Expr } from '#plan'

/** Longs are bigint, decimals bigint in units of their scale, timestamps bigint microseconds, doubles number. */
export type Value = bigint | number | boolean | string | null
export type Row = Readonly<Record<string, Value>>

/** Calls that are arithmetic: an overflow in them counts when nothing else makes the whole piece null. */
const ARITHMETIC = new Set([
  ...['add', 'subtract', 'multiply', 'divide', 'modulo', 'div', 'negate', 'abs', 'trunc', 'greatest', 'least', 'not'],
  ...['equal', 'not_equal', 'less', 'less_or_equal', 'greater', 'greater_or_equal'],
])

/** What an expression means, one row at a time: the slow and obvious twin of the SQL. */
export function evaluate(expr: Expr, row: Row | ((column: ColumnExpr) => Value)): { value: Value; overflow: boolean } {
  const read = typeof row === 'function' ? row : ({ path }: ColumnExpr) => row[path.join('.')] ?? null
  let overflow = false
  let piece: { overflow: boolean; anyway: boolean } | undefined
  const held = (value: bigint | number, type: DataType): Value => {
    const fits =
      typeof value === 'number'
        ? Number.isFinite(value)
        : type.kind === 'decimal'
          ? abs(value) < 10n ** BigInt(type.precision)
          : BigInt.asIntN(64, value) === value
    if (!fits && piece) piece.overflow = true
    return fits ? value : null
  }
  const run = (each: Expr): Value => {
    const outer = piece
    const inPiece = each.kind === 'cast' || (each.kind === 'call' && ARITHMETIC.has(each.fn))
    if (!inPiece) piece = undefined
    else piece ??= { overflow: false, anyway: false }
    const value = compute(each)
    if (outer) {
      if (!inPiece && value === null) outer.anyway = true
    } else if (piece?.overflow === true && !piece.anyway) overflow = true
    piece = outer
    return value
  }
  const compute = (each: Expr): Value => {
    switch (each.kind) {
      case 'column':
        return read(each)
      case 'literal':
        return literal(each.value, each.type)
      case 'case': {
        for (const { when, then } of each.whens) if (run(when) === true) return run(then)
        return each.otherwise ? run(each.otherwise) : null
      }
      case 'cast':
        return cast(run(each.arg), each.arg.type, each.type, held)
      case 'call':
        return call(each)
    }
  }
  const call = (each: CallExpr): Value => {
    if (each.fn === 'coalesce') {
      for (const arg of each.args) {
        const value = run(arg)
        if (value !== null) return value
      }
      return null
    }
    const args = each.args.map(run)
    const [a = null, b = null, c = null] = args
    switch (each.fn) {
      case 'and':
        return args.includes(false) ? false : args.includes(null) ? null : true
      case 'or':
        return args.includes(true) ? true : args.includes(null) ? null : false
      case 'is_null':
        return a === null
      case 'is_not_null':
        return a !== null
      case 'is_distinct':
        return a !== b
      case 'is_not_distinct':
        return a === b
      case 'between':
        return and(compare('greater_or_equal', a, b), compare('less_or_equal', a, c))
      case 'in': {
        const found = args.slice(1).map((item) => compare('equal', a, item))
        return found.includes(true) ? true : found.includes(null) ? null : false
      }
      case 'nullif':
        return compare('equal', a, b) === true ? null : a
    }
    if (['divide', 'modulo', 'div'].includes(each.fn) && b !== null && Number(b) === 0 && piece) piece.anyway = true
    if (args.includes(null)) return null
    switch (each.fn) {
      case 'not':
        return a !== true
      case 'greatest':
        return args.reduce((most, value) => (compare('greater', value, most) === true ? value : most))
      case 'least':
        return args.reduce((most, value) => (compare('less', value, most) === true ? value : most))
    }
    const called = TEXT_AND_TIME[each.fn]
    if (called !== undefined) return called(args)
    const arithmetic = numeric(each, a, b)
    return arithmetic === undefined ? compare(each.fn, a, b) : arithmetic === null ? null : held(arithmetic, each.type)
  }
  const value = run(expr)
  return { value, overflow }
}

const UNITS: Readonly<Record<string, bigint>> = {
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
}

/** Calls none of whose arguments is null. */
const TEXT_AND_TIME: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
  concat: (args) => args.join(''),
  lower: ([text]) => String(text).toLowerCase(),
  upper: ([text]) => String(text).toUpperCase(),
  length: ([text]) => BigInt(Array.from(String(text)).length),
  starts_with: ([text, start]) => String(text).startsWith(String(start)),
  date_trunc: ([unit, time]) => floorTo(time, unitOf(unit)),
  date_add: ([unit, count, time]) => BigInt(time ?? 0) + BigInt(count ?? 0) * unitOf(unit),
  to_epoch_ms: ([time]) => floorTo(time, 1000n) / 1000n,
}

function unitOf(name: Value | undefined): bigint {
  const unit = UNITS[String(name)]
  if (unit === undefined) throw new Error(`the reference has no unit \`${String(name)}\``)
  return unit
}

function floorTo(value: Value | undefined, unit: bigint): bigint {
  const whole = BigInt(value ?? 0)
  return whole - (((whole % unit) + unit) % unit)
}

function numeric({ fn, args, type }: CallExpr, a: Value, b: Value): bigint | number | null | undefined {
  if (typeof a === 'number') {
    const y = Number(b)
    const zero = y === 0
    const forms: Record<string, () => number | null> = {
      add: () => a + y,
      subtract: () => a - y,
      multiply: () => a * y,
      divide: () => (zero ? null : a / y),
      modulo: () => (zero ? null : a % y),
      negate: () => -a,
      abs: () => Math.abs(a),
      trunc: () => Math.trunc(a),
    }
    return forms[fn]?.()
  }
  if (typeof a !== 'bigint') return undefined
  const scaleOf = (index: number): number => {
    const own = args[index]?.type
    return own?.kind === 'decimal' && type.kind === 'decimal' && fn !== 'multiply' ? type.scale - own.scale : 0
  }
  const x = a * 10n ** BigInt(scaleOf(0))
  const y = typeof b === 'bigint' ? b * 10n ** BigInt(scaleOf(1)) : 0n
  const forms: Record<string, () => bigint | null> = {
    add: () => x + y,
    subtract: () => x - y,
    multiply: () => x * y,
    modulo: () => (y === 0n ? null : x % y),
    div: () => (y === 0n ? null : x / y),
    negate: () => -x,
    abs: () => abs(x),
  }
  return forms[fn]?.()
}

function compare(fn: string, a: Value, b: Value): boolean | null {
  if (a === null || b === null) return null
  const order = a < b ? -1 : a > b ? 1 : 0
  const forms: Record<string, boolean> = {
    equal: order === 0,
    not_equal: order !== 0,
    less: order < 0,
    less_or_equal: order <= 0,
    greater: order > 0,
    greater_or_equal: order >= 0,
  }
  const found = forms[fn]
  if (found === undefined) throw new Error(`the reference does not know \`${fn}\``)
  return found
}

function and(a: boolean | null, b: boolean | null): boolean | null {
  return a === false || b === false ? false : a === null || b === null ? null : true
}

function cast(
  value: Value,
  from: DataType,
  to: DataType,
  held: (value: bigint | number, type: DataType) => Value,
): Value {
  if (value === null) return null
  const scale = from.kind === 'decimal' ? from.scale : 0
  if (to.kind === 'double' && typeof value === 'bigint' && scale === 0) return Number(value)
  if (typeof value === 'number' && (to.kind === 'long' || to.kind === 'decimal')) {
    const units = to.kind === 'decimal' ? Math.abs(value) * 10 ** to.scale : Math.abs(value)
    if (!Number.isFinite(units)) return held(Infinity, to)
    const whole = BigInt(Math.floor(units)) + (to.kind === 'decimal' && units % 1 >= 0.5 ? 1n : 0n)
    return held(value < 0 ? -whole : whole, to)
  }
  if (typeof value !== 'bigint' || (to.kind !== 'decimal' && to.kind !== 'long'))
    throw new Error('the reference has no such cast')
  const shift = (to.kind === 'decimal' ? to.scale : 0) - scale
  if (shift >= 0) return held(value * 10n ** BigInt(shift), to)
  const unit = 10n ** BigInt(-shift)
  const rounded = (abs(value) + unit / 2n) / unit
  return held(value < 0n ? -rounded : rounded, to)
}

/** A literal's or a column's value from its text. */
export function literal(value: string | number | boolean | null, type: DataType): Value {
  if (value === null || typeof value === 'boolean') return value
  if (type.kind === 'long') return BigInt(value)
  if (type.kind === 'decimal') return BigInt(String(value).replace('.', ''))
  if (type.kind === 'timestamp') return microseconds(String(value))
  return value
}

/** An RFC 3339 text as microseconds; digits beyond are cut. */
export function microseconds(text: string): bigint {
  const [, whole = '', fraction = '', zone = ''] = /^(.{19})(?:\.(\d+))?(.+)$/.exec(text) ?? []
  return BigInt(Date.parse(`${whole}${zone}`)) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}
