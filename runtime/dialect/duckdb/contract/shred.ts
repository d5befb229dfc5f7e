import type { DataType, Field } from '#contract'
import { quoteIdentifier } from '../identifier.ts'
import { typeSql } from '../literal.ts'

/** The structure argument of json_transform for canonical texts. Numbers are read as text, so that no digit is lost. */
export function canonicalStructure(fields: readonly Field[]): string {
  return `{${fields.map(({ name, type }) => `${JSON.stringify(name)}:${structureOf(type)}`).join(',')}}`
}

function structureOf(type: DataType): string {
  switch (type.kind) {
    case 'struct':
      return canonicalStructure(type.fields)
    case 'list':
      return `[${structureOf(type.element.type)}]`
    case 'long':
      return '"BIGINT"'
    case 'boolean':
      return '"BOOLEAN"'
    case 'double':
      return '"JSON"'
    default:
      return '"VARCHAR"'
  }
}

/** The typed value in `value`, which json_transform read by `canonicalStructure`. */
export function canonicalTypedSql(value: string, type: DataType): string {
  switch (type.kind) {
    case 'struct': {
      const members = type.fields.map(
        ({ name, type: inner }) =>
          `${quoteIdentifier(name)} := ${canonicalTypedSql(`${value}.${quoteIdentifier(name)}`, inner)}`,
      )
      return `case when ${value} is not null then struct_pack(${members.join(', ')}) end`
    }
    case 'list':
      return isAsRead(type) ? value : listSql(value, type)
    case 'timestamp':
    case 'date':
    case 'decimal':
    case 'double':
      return `try_cast(${value} as ${typeSql(type)})`
    default:
      return value
  }
}

function listSql(value: string, type: DataType & { kind: 'list' }): string {
  return `list_transform(${value}, lambda e: ${canonicalTypedSql('e', type.element.type)})`
}

/** True when json_transform gives the type itself. */
function isAsRead(type: DataType): boolean {
  if (type.kind === 'list') return isAsRead(type.element.type)
  if (type.kind === 'struct') return type.fields.every((field) => isAsRead(field.type))
  return ['long', 'boolean', 'string', 'json', 'binary'].includes(type.kind)
}
