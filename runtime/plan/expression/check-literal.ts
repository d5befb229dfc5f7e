import type { DataType } from '#contract'
import type { LiteralExpr } from '../types.ts'
import type { LiteralAst, Range } from './ast.ts'
import { checked, doubleLiteral, longLiteral, type Checked, type Context } from './checked.ts'
import { BOOLEAN, DATE, STRING, TIMESTAMP } from './data-type.ts'
import { problem } from './problem.ts'

const DATE_FORM = /^(\d{4})-(\d{2})-(\d{2})$/
const TIMESTAMP_FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?Z?$/

/** Checks a literal. A number with a point is a double, unless what it meets is a decimal. */
export function checkLiteral(ast: LiteralAst, context: Context): Checked | undefined {
  switch (ast.type) {
    case 'integer':
    case 'point':
    case 'exponent':
      return checkNumber(ast, ast.text, ast.type === 'integer', context)
    case 'string':
      return checked(ast, literal(ast.text, STRING))
    case 'boolean':
      return checked(ast, literal(ast.text === 'true', BOOLEAN))
    case 'null':
      return { ...checked(ast, { kind: 'literal', value: null, type: BOOLEAN, nullable: true }), open: 'null' }
    case 'date':
      return isDate(ast.text)
        ? checked(ast, literal(ast.text, DATE))
        : bad(ast, ast.text, "a date is written `date '2026-01-31'`", context)
    case 'timestamp':
      return checkTimestamp(ast, context)
    case 'interval':
      context.problems.push(problem('plan/misplaced-interval', {}, ast))
      return undefined
  }
}

/** A number literal with its sign, so that the least long can be written. */
export function checkNumber(range: Range, digits: string, whole: boolean, context: Context): Checked | undefined {
  const found = whole ? longLiteral(digits) : doubleLiteral(digits)
  if (found) return { ...checked(range, found), open: { digits } }
  const detail = whole
    ? 'a long is a 64-bit integer; cast more digits to a decimal'
    : 'a double holds magnitudes from about 1e-323 to 1e308'
  return bad(range, digits, detail, context)
}

function checkTimestamp(ast: LiteralAst, context: Context): Checked | undefined {
  const [, date = '', hour = '', minute = '', second = '00', fraction = ''] = TIMESTAMP_FORM.exec(ast.text) ?? []
  if (!isDate(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return bad(ast, ast.text, "a timestamp is UTC and written `timestamp '2026-01-31T23:59:59Z'`", context)
  }
  return checked(ast, literal(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(6, '0')}Z`, TIMESTAMP))
}

/** A day of the years 1 to 9999 that the calendar has. */
function isDate(text: string): boolean {
  const [, year, month, day] = DATE_FORM.exec(text) ?? []
  if (year === undefined || year === '0000') return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day)
}

function literal(value: string | boolean, type: DataType): LiteralExpr {
  return { kind: 'literal', value, type, nullable: false }
}

function bad(range: Range, text: string, detail: string, context: Context): Checked | undefined {
  context.problems.push(problem('plan/bad-literal', { text, detail }, range))
  return undefined
}
