import { decimalOf, isPrimitive, type PrimitiveType, type Type } from './schema.ts'

/** A name as a quoted SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Text as a SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The DuckDB type that holds an Iceberg type without loss, as SQL text. */
export function duckdbType(type: Type): string {
  if (isPrimitive(type)) return primitive(type)
  switch (type.type) {
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${duckdbType(field.type)}`).join(', ')})`
    case 'list':
      return `${duckdbType(type.element)}[]`
    case 'map':
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`
  }
}

function primitive(type: PrimitiveType): string {
  switch (type) {
    case 'boolean':
      return 'BOOLEAN'
    case 'int':
      return 'INTEGER'
    case 'long':
      return 'BIGINT'
    case 'float':
      return 'FLOAT'
    case 'double':
      return 'DOUBLE'
    case 'date':
      return 'DATE'
    case 'timestamp':
      return 'TIMESTAMP'
    case 'timestamptz':
      return 'TIMESTAMP WITH TIME ZONE'
    case 'string':
      return 'VARCHAR'
    case 'binary':
      return 'BLOB'
    default: {
      const decimal = decimalOf(type)
      return `DECIMAL(${decimal?.precision ?? 38}, ${decimal?.scale ?? 0})`
    }
  }
}
