import type { LeafNode } from './leaf.ts'
import { listChecksSql, listTypedSql } from './list.ts'
import { fullMatchSql } from './regex.ts'
import { anyOf, doubleChecks, longChecks, textChecks } from './scalar.ts'

/** The typed value of a leaf, from its text. Never raises; meaningful where the leaf's checks hold. */
export function typedSql(leaf: LeafNode): string {
  const { text, check } = leaf
  switch (check.type.kind) {
    case 'long':
      return `try_cast(${text} as bigint)`
    case 'double':
      return `try_cast(${text} as double)`
    case 'boolean':
      return `${text} = 'true'`
    case 'timestamp':
      return `try_cast(${bareSql(leaf)} as timestamp)`
    case 'date':
      return `try_cast(${bareSql(leaf)} as date)`
    case 'decimal':
      return `try_cast(trim(${text}, '"') as decimal(${check.type.precision}, ${check.type.scale}))`
    case 'list':
      return listTypedSql(text, check)
    case 'string':
      return bareSql(leaf)
    default:
      return text
  }
}

/** Conditions under which the leaf, being there, satisfies its contract and `typed` is exact. Never raise. */
export function checksSql(leaf: LeafNode): string[] {
  const { text, typed, check } = leaf
  switch (check.type.kind) {
    case 'long':
      return [`${typed}::varchar = ${text}`, ...longChecks(typed, check)]
    case 'double':
      return [`isfinite(${typed})`, ...doubleChecks(typed, text, check)]
    case 'boolean':
      return [`${text} in ('true', 'false')`, ...anyOf(typed, check)]
    case 'timestamp':
      // A plain cast ignores an offset, so only UTC is taken; it counts a year zero, which tables do not.
      return [
        ...stringChecks(leaf, bareSql(leaf)),
        `ends_with(${bareSql(leaf)}, 'Z')`,
        `${typed} >= timestamp '0001-01-01'`,
      ]
    case 'date':
      return [...stringChecks(leaf, bareSql(leaf)), `${typed} >= date '0001-01-01'`]
    case 'string':
      return stringChecks(leaf, typed)
    case 'decimal':
      return decimalChecks(leaf)
    case 'list':
      return listChecksSql(text, typed, check)
    default:
      return [fullMatchSql(text, PLAIN_JSON)]
  }
}

function stringChecks(leaf: LeafNode, bare: string): string[] {
  return [...(leaf.bare ? [] : [`starts_with(${leaf.text}, '"')`]), ...textChecks(bare, leaf.check)]
}

/** No condition on a decimal is vectorised but that it is one, with every digit kept. */
function decimalChecks({ text, typed, check }: LeafNode): string[] {
  if (check.type.kind !== 'decimal') return ['false']
  const { precision, scale } = check.type
  const whole = `(?:0|[1-9][0-9]{0,${Math.max(0, precision - scale - 1)}})`
  const number = `-?${precision > scale ? whole : '0'}${scale === 0 ? '' : `(?:\\.[0-9]{1,${scale}})?`}`
  const forms = (check.decimalFrom ?? []).map((from) =>
    from === 'string' ? `"${number}"` : `${number}${scale === 0 ? '(?:\\.0)?' : ''}`,
  )
  // `0.0` may stand for a number too small for a double, of which the reference knows the digits.
  const held = `(${typed} <> 0 or ${text} = '0' or starts_with(${text}, '"'))`
  return [fullMatchSql(text, forms.join('|')), held]
}

/** Scalars and lists of them whose text no reader changes: no fractions, no objects. */
const PLAIN_JSON = (() => {
  const scalar = '(?:"[^"]*"|-?[0-9]{1,18}|true|false)'
  const item = `(?:${scalar}|null)`
  return `${scalar}|\\[(?:${item}(?:,${item})*)?\\]`
})()

/** The text of a string leaf without its quotes, as an expression over its `text` column. */
function bareSql({ text, bare }: LeafNode): string {
  return bare ? text : `${text}[2:-2]`
}
