import type { AggregatePlan, CallExpr, CaseExpr, ColumnExpr, ColumnPlan, Expr, LiteralExpr } from '../types.ts'
import { POWER, typeText } from '../expression/index.ts'

/** What binds as tightly as a name does. */
const ATOM = 200

interface Written {
  readonly text: string
  readonly power: number
}

const INFIX: Readonly<Record<string, readonly [operator: string, power: number]>> = {
  or: ['or', POWER.or],
  and: ['and', POWER.and],
  equal: ['=', POWER.compare],
  not_equal: ['<>', POWER.compare],
  less: ['<', POWER.compare],
  less_or_equal: ['<=', POWER.compare],
  greater: ['>', POWER.compare],
  greater_or_equal: ['>=', POWER.compare],
  is_distinct: ['is distinct from', POWER.is],
  is_not_distinct: ['is not distinct from', POWER.is],
  add: ['+', POWER.add],
  subtract: ['-', POWER.add],
  multiply: ['*', POWER.multiply],
  divide: ['/', POWER.multiply],
  modulo: ['%', POWER.multiply],
}

const TESTS: Readonly<Record<string, string>> = {
  is_null: 'is null',
  is_not_null: 'is not null',
  is_true: 'is true',
  is_not_true: 'is not true',
  is_false: 'is false',
  is_not_false: 'is not false',
}

const RESERVED = new Set('and between case else end false in is like not null or then true when'.split(' '))

/**
 * An expression of the plan in the language of pipelines, with every conversion that the compiler put in. In the same
 * surroundings it compiles to what it was made from. `aggregates` are those that the columns `$0`, `$1`, ... stand for.
 */
export function expressionText(expr: Expr, aggregates: readonly AggregatePlan[] = []): string {
  return writeAll([expr], aggregates)
    .map(({ text }) => text)
    .join('')
}

/** What gives a column its value, as a pipeline writes it; personal data is named with how it is hidden. */
export function valueText({ value, pii }: Pick<ColumnPlan, 'value' | 'pii'>): string {
  const hidden = pii === undefined ? '' : `, pii: ${pii}`
  if (value.kind === 'expression') return `${expressionText(value.expr)}${hidden}`
  const on = value.on.map((each) => expressionText(each)).join(', ')
  const { missing } = value
  const absent = missing.kind === 'value' ? expressionText(missing.value) : missing.kind
  return `lookup ${value.reference}.${nameText(value.column)} on [${on}], missing: ${absent}${hidden}`
}

/** An aggregate as a measure writes it. */
export function aggregateText({ fn, distinct, args, filter }: AggregatePlan): string {
  const list = args.length === 0 ? '*' : args.map((arg) => expressionText(arg)).join(', ')
  const where = filter === undefined ? '' : ` filter (where ${expressionText(filter)})`
  return `${fn}(${distinct ? 'distinct ' : ''}${list})${where}`
}

/** A dotted name; parts that are no plain word are quoted. */
export function pathText(path: readonly string[]): string {
  return path.map(nameText).join('.')
}

function nameText(name: string): string {
  const plain = /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) && !RESERVED.has(name.toLowerCase())
  return plain ? name : `"${name.replaceAll('"', '""')}"`
}

/**
 * Expressions that take one type together. A number with a point is a double unless it meets a decimal, so decimals that
 * meet none say their type.
 */
function writeAll(exprs: readonly Expr[], aggregates: readonly AggregatePlan[]): Written[] {
  const met = exprs.some(({ kind, type }) => kind !== 'literal' && type.kind === 'decimal')
  return exprs.map((expr) => {
    const written = write(expr, aggregates)
    const bare = !met && expr.kind === 'literal' && expr.type.kind === 'decimal' && expr.value !== null
    return bare ? atom(`cast(${written.text} as ${typeText(expr.type)})`) : written
  })
}

function write(expr: Expr, aggregates: readonly AggregatePlan[]): Written {
  switch (expr.kind) {
    case 'column':
      return atom(columnText(expr, aggregates))
    case 'literal':
      return atom(literalText(expr))
    case 'cast':
      return atom(`cast(${write(expr.arg, aggregates).text} as ${typeText(expr.type)})`)
    case 'case':
      return atom(caseText(expr, aggregates))
    case 'call':
      return writeCall(expr, aggregates)
  }
}

function atom(text: string): Written {
  return { text, power: ATOM }
}

function columnText({ scope, path }: ColumnExpr, aggregates: readonly AggregatePlan[]): string {
  const aggregate = scope === 'aggregate' ? aggregates[Number(path[0]?.slice(1))] : undefined
  return aggregate === undefined ? pathText(path) : aggregateText(aggregate)
}

function literalText({ value, type }: LiteralExpr): string {
  if (value === null) return 'null'
  switch (type.kind) {
    case 'string':
      return quoted(String(value))
    case 'date':
    case 'timestamp':
      return `${type.kind} ${quoted(String(value))}`
    case 'double':
      return /^-?[0-9]+$/.test(String(value)) ? `${String(value)}.0` : String(value)
    default:
      return String(value)
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function caseText({ whens, otherwise }: CaseExpr, aggregates: readonly AggregatePlan[]): string {
  const values = [...whens.map(({ then }) => then), ...(otherwise === undefined ? [] : [otherwise])]
  const texts = writeAll(values, aggregates).map(({ text }) => text)
  const branches = whens.map(({ when }, index) => `when ${write(when, aggregates).text} then ${texts[index] ?? ''}`)
  return ['case', ...branches, ...(otherwise === undefined ? [] : [`else ${texts.at(-1) ?? ''}`]), 'end'].join(' ')
}

function writeCall({ fn, args }: CallExpr, aggregates: readonly AggregatePlan[]): Written {
  const parts = writeAll(args, aggregates)
  const at = (index: number, power = 0): string => bracketed(parts[index] ?? atom(''), power)
  const infix = Object.hasOwn(INFIX, fn) ? INFIX[fn] : undefined
  if (infix !== undefined) return writeInfix(infix, parts)
  if (Object.hasOwn(TESTS, fn)) return { text: `${at(0, POWER.is + 1)} ${TESTS[fn] ?? ''}`, power: POWER.is }
  switch (fn) {
    case 'not':
      return { text: `not ${at(0, POWER.not)}`, power: POWER.not }
    case 'negate':
      return { text: `-${at(0, ATOM)}`, power: POWER.negate }
    case 'between': {
      const bound = POWER.range + 1
      return { text: `${at(0, bound)} between ${at(1, bound)} and ${at(2, bound)}`, power: POWER.range }
    }
    case 'in': {
      const items = parts.slice(1).map(({ text }) => text)
      return { text: `${at(0, POWER.range + 1)} in (${items.join(', ')})`, power: POWER.range }
    }
    case 'like': {
      const escape = parts.length > 2 ? ` escape ${at(2)}` : ''
      return { text: `${at(0, POWER.range + 1)} like ${at(1, ATOM)}${escape}`, power: POWER.range }
    }
    case 'array_get':
      return atom(`${at(0, ATOM)}[${at(1)}]`)
    case 'field':
      return atom(`${at(0, ATOM)}.${fieldName(args[1])}`)
    default:
      return atom(`${fn}(${parts.map(({ text }) => text).join(', ')})`)
  }
}

function writeInfix([operator, power]: readonly [string, number], parts: readonly Written[]): Written {
  // Operators take their operands from the left, so an equal one on the right needs brackets.
  const texts = parts.map((part, index) => bracketed(part, index === 0 ? power : power + 1))
  return { text: texts.join(` ${operator} `), power }
}

function bracketed({ text, power }: Written, least: number): string {
  return power < least ? `(${text})` : text
}

function fieldName(expr: Expr | undefined): string {
  return expr?.kind === 'literal' ? nameText(String(expr.value)) : ''
}
