import type { ValueCheck } from '#contract'
import { quoteText } from '../identifier.ts'
import { fullMatchSql } from './regex.ts'
import { doubleChecks, longChecks, textChecks } from './scalar.ts'

/** The typed list in the JSON text of an array of scalars. Exact where `listChecksSql` holds; never raises. */
export function listTypedSql(text: string, check: ValueCheck): string {
  const items = check.items
  if (items?.type.kind === 'string' && !items.nullable) {
    // No string holds a quote, as texts with a backslash are refused, so this cuts between elements only.
    return `case when ${text} = '[]' then []::varchar[] else string_split(${text}[3:-3], '","') end`
  }
  return `json_transform(${text}, ${quoteText(`["${ELEMENT[items?.type.kind ?? ''] ?? 'VARCHAR'}"]`)})`
}

/** Conditions on an array: that every element is of the one type, how many there are, and what each must satisfy. */
export function listChecksSql(text: string, typed: string, check: ValueCheck): string[] {
  const { items, minItems, maxItems } = check
  const scalar = SCALAR[items?.type.kind ?? '']
  if (items === undefined || scalar === undefined) return ['false']
  const item = items.nullable ? `(?:${scalar}|null)` : scalar
  const each = elementChecks(items)
  const holds = items.nullable ? `e is null or (${each.join(' and ')})` : each.join(' and ')
  return [
    fullMatchSql(text, `\\[(?:${item}(?:,${item})*)?\\]`),
    ...(minItems === undefined ? [] : [`len(${typed}) >= ${minItems}`]),
    ...(maxItems === undefined ? [] : [`len(${typed}) <= ${maxItems}`]),
    ...(each.length === 0 ? [] : [`len(list_filter(${typed}, lambda e: not coalesce(${holds}, false))) = 0`]),
  ]
}

const ELEMENT: Readonly<Record<string, string>> = { long: 'BIGINT', double: 'DOUBLE', boolean: 'BOOLEAN' }
const SCALAR: Readonly<Record<string, string>> = {
  string: '"[^"]*"',
  long: '-?[0-9]{1,18}',
  double: '-?[0-9]{1,17}(?:\\.[0-9]{1,20})?',
  boolean: '(?:true|false)',
}

function elementChecks(items: ValueCheck): string[] {
  switch (items.type.kind) {
    case 'string':
      return textChecks('e', items)
    case 'long':
      return longChecks('e', items)
    case 'double':
      return doubleChecks('e', 'e::varchar', items)
    default:
      return longChecks('e', items)
  }
}
