import { FORMATS, portablePattern, type DataType, type ValueCheck } from '#contract'
import { quoteText } from '../identifier.ts'
import { doubleBoundsSql, doubleLiteral, longBoundsSql, multipleSql } from './bounds.ts'
import { fullMatchSql, searchSql } from './regex.ts'

/** Conditions on a typed number, text or boolean that stand in no list. */
export function longChecks(value: string, check: ValueCheck): string[] {
  const multiple = check.multipleOf === undefined ? [] : [multipleSql(`${value}::varchar`, check.multipleOf)]
  return [...longBoundsSql(value, check), ...multiple, ...anyOf(value, check)]
}

export function doubleChecks(value: string, text: string, check: ValueCheck): string[] {
  const multiple = check.multipleOf === undefined ? [] : [multipleSql(text, check.multipleOf)]
  return [...doubleBoundsSql(value, check), ...multiple, ...anyOf(value, check)]
}

/** Conditions on the text of a string. */
export function textChecks(value: string, check: ValueCheck): string[] {
  const { minLength, maxLength, pattern, format } = check
  const found = pattern === undefined ? undefined : portablePattern(pattern)
  return [
    ...anyOf(value, check),
    ...(minLength === undefined ? [] : [`length(${value}) >= ${minLength}`]),
    ...(maxLength === undefined ? [] : [`length(${value}) <= ${maxLength}`]),
    ...(format === undefined ? [] : [fullMatchSql(value, FORMATS.get(format) ?? '')]),
    ...(found === undefined ? [] : [found.ok ? searchSql(value, found.re2) : 'false']),
  ]
}

/** Conditions that a value is one of those the contract lists. */
export function anyOf(value: string, check: ValueCheck): string[] {
  if (check.oneOf === undefined) return []
  const literals = check.oneOf.map((text) => literalSql(text, check.type.kind))
  return [literals.length === 0 ? 'false' : `${value} in (${literals.join(', ')})`]
}

function literalSql(text: string, kind: DataType['kind']): string {
  const value: unknown = JSON.parse(text)
  if (typeof value === 'string') return quoteText(value)
  if (kind === 'double') return doubleLiteral(text)
  return typeof value === 'number' ? String(BigInt(value)) : text
}
