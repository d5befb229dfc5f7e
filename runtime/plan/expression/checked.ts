import type { DataType } from '#contract'
import type { AggregatePlan, Expr, LiteralExpr } from '../types.ts'
import type { Ast, Range } from './ast.ts'
import { asDecimal, DOUBLE, isNumber, LONG, sameType, widen } from './data-type.ts'
import type { Problem } from './problem.ts'
import type { Scope } from './scope.ts'

/** What checking an expression needs and gathers. `level` says where the expression stands. */
export interface Context {
  readonly scope: Scope
  readonly problems: Problem[]
  /** `row`: sees one row. `measure`: over aggregates. `argument`: inside an aggregate, sees one row. */
  readonly level: 'row' | 'measure' | 'argument'
  /** The aggregates of the measure, in the order of `$0`, `$1`, ... */
  readonly aggregates: AggregatePlan[]
  /** Checks a part: names, types and problems of whatever kind of expression it is. */
  readonly check: (ast: Ast, context: Context) => Checked | undefined
}

/** A typed expression and where it stands. */
export interface Checked extends Range {
  readonly expr: Expr
  /** Number of nodes of `expr`. */
  readonly size: number
  /** Set on a literal that takes the type its surroundings ask for: a null, or a number with these digits. */
  readonly open?: 'null' | { readonly digits: string }
}

/** Most nodes of one expression. */
export const MAX_SIZE = 10_000

export function checked(range: Range, expr: Expr, parts: readonly Checked[] = []): Checked {
  return { start: range.start, end: range.end, expr, size: parts.reduce((sum, part) => sum + part.size, 1) }
}

/** The one type that all `parts` take by widening alone, or the first part that does not fit the ones before it. */
export function commonType(
  parts: readonly Checked[],
): { type: DataType } | { misfit: Checked; before: DataType } | undefined {
  let type: DataType | undefined
  // What has a type of its own comes first: literals take theirs from it.
  for (const isOpen of [false, true]) {
    for (const part of parts) {
      if (part.open === 'null' || (part.open !== undefined) !== isOpen) continue
      const next = type === undefined ? part.expr.type : widenTo(type, part)
      if (next === undefined) return { misfit: part, before: type ?? part.expr.type }
      type = next
    }
  }
  return type && { type }
}

function widenTo(type: DataType, part: Checked): DataType | undefined {
  if (part.open === undefined || part.open === 'null') return widen(type, part.expr.type)
  if (!isNumber(type)) return undefined
  const literal = decimalLiteral(part.open.digits)
  if (type.kind === 'decimal') return literal && widen(type, literal.type)
  return widen(type, part.expr.type)
}

/** `part` as `type`, by the widening that `commonType` found; a literal is taken anew from its digits. */
export function coerce(part: Checked, type: DataType): Checked {
  if (part.open === 'null') return { ...part, expr: { kind: 'literal', value: null, type, nullable: true } }
  if (part.open !== undefined) {
    const literal = literalAs(part.open.digits, type)
    if (literal) return { ...part, expr: literal }
  }
  if (sameType(part.expr.type, type)) return part
  return {
    start: part.start,
    end: part.end,
    size: part.size + 1,
    expr: { kind: 'cast', arg: part.expr, type, nullable: part.expr.nullable },
  }
}

/** The digits as a literal of a numeric type, or undefined when it does not hold them exactly. */
export function literalAs(digits: string, type: DataType): LiteralExpr | undefined {
  if (type.kind === 'double') return doubleLiteral(digits)
  if (type.kind === 'long') return longLiteral(digits)
  if (type.kind !== 'decimal') return undefined
  const literal = decimalLiteral(digits)
  const own = literal && asDecimal(literal.type)
  if (!literal || !own || own.scale > type.scale || own.precision - own.scale > type.precision - type.scale)
    return undefined
  const fraction = '0'.repeat(type.scale - own.scale)
  return { ...literal, type, value: `${String(literal.value)}${own.scale === 0 && fraction ? '.' : ''}${fraction}` }
}

/** Undefined when no long holds it. */
export function longLiteral(digits: string): LiteralExpr | undefined {
  if (!/^-?[0-9]+$/.test(digits)) return undefined
  const value = BigInt(digits)
  return BigInt.asIntN(64, value) === value
    ? { kind: 'literal', value: value.toString(), type: LONG, nullable: false }
    : undefined
}

/** Undefined when it is too large, or so small that it would become zero. Minus zero is zero. */
export function doubleLiteral(digits: string): LiteralExpr | undefined {
  const value = Number(digits)
  if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(digits.replace(/e.*/i, '')))) return undefined
  return { kind: 'literal', value: value + 0, type: DOUBLE, nullable: false }
}

/** The narrowest decimal that holds the digits; undefined beyond 38 of them, and for an exponent. */
export function decimalLiteral(digits: string): LiteralExpr | undefined {
  const match = /^(-?)([0-9]*)\.?([0-9]*)$/.exec(digits)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  const front = whole.replace(/^0+/, '')
  const precision = Math.max(1, front.length + fraction.length)
  if (precision > 38) return undefined
  const negative = /[1-9]/.test(front + fraction) ? sign : ''
  const value = `${negative}${front || '0'}${fraction && `.${fraction}`}`
  return { kind: 'literal', value, type: { kind: 'decimal', precision, scale: fraction.length }, nullable: false }
}
