import type { DataType } from '#contract'
import { quoteIdentifier } from '../identifier.ts'

/** The engine's type of a contract value. Timestamps are UTC microseconds without a zone; the session's zone is UTC. */
export function typeSql(type: DataType): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN'
    case 'long':
      return 'BIGINT'
    case 'double':
      return 'DOUBLE'
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`
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
