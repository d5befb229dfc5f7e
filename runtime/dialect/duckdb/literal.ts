import type { DataType } from '#contract'
import type { LiteralExpr } from '#plan'
import { quoteIdentifier, quoteText } from './identifier.ts'

/** The DuckDB type that holds a type's values: timestamps are TIMESTAMP in UTC, JSON is its text. */
export function typeSql(type: DataType): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN'
    case 'long':
      return 'BIGINT'
    case 'double':
      return 'DOUBLE'
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'string':
    case 'json':
      return 'VARCHAR'
    case 'binary':
      return 'BLOB'
    case 'date':
      return 'DATE'
    case 'timestamp':
      return 'TIMESTAMP'
    case 'list':
      return `${typeSql(type.element.type)}[]`
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteIdentifier(field.name)} ${typeSql(field.type)}`).join(', ')})`
  }
}

/** A literal of the plan as an SQL expression of exactly its type. */
export function literalSql({ value, type }: LiteralExpr): string {
  if (value === null) return `CAST(NULL AS ${typeSql(type)})`
  const text = String(value)
  switch (type.kind) {
    case 'boolean':
      return value === true || value === 'true' ? 'TRUE' : 'FALSE'
    case 'long':
      return `CAST(${text} AS BIGINT)`
    case 'double':
      return doubleSql(text)
    case 'date':
      return `DATE ${quoteText(text)}`
    case 'timestamp':
      return `TIMESTAMP ${quoteText(text.replace('T', ' ').replace('Z', ''))}`
    case 'string':
    case 'json':
      return quoteText(text)
    default:
      return `CAST(${quoteText(text)} AS ${typeSql(type)})`
  }
}

/** With an exponent DuckDB reads a number as a double, and without one as a decimal. */
function doubleSql(text: string): string {
  const digits = text.includes('e') ? text : `${text}e0`
  return text.startsWith('-') ? `(${digits})` : digits
}
