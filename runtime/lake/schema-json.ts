import { smeltError } from '#diagnostics'
import {
  arrayAt,
  booleanAt,
  integerAt,
  objectAt,
  optionalAt,
  present,
  stringAt,
  type JsonObject,
} from './json-value.ts'
import { decimalOf, isPrimitive, type Field, type PrimitiveType, type Schema, type Type } from './schema.ts'

const SIMPLE = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'timestamp',
  'timestamptz',
  'string',
  'binary',
] as const

/** A schema in the spec's JSON form (appendix C). */
export function schemaToJson(schema: Schema): JsonObject {
  return { type: 'struct', 'schema-id': schema.schemaId, fields: schema.fields.map(fieldToJson) }
}

/** Reads the spec's JSON form; `lake/unsupported` for a type that Smelt does not have. */
export function schemaFromJson(value: unknown, at: string): Schema {
  const json = objectAt(value, at)
  return {
    schemaId: optionalAt(json['schema-id'], `${at}/schema-id`, integerAt) ?? 0,
    fields: fieldsFromJson(json, at),
  }
}

function fieldToJson(field: Field): JsonObject {
  const { id, name, required, type, doc } = field
  return { id, name, required, type: typeToJson(type), ...present('doc', doc) }
}

function typeToJson(type: Type): unknown {
  if (isPrimitive(type)) return type
  switch (type.type) {
    case 'struct':
      return { type: 'struct', fields: type.fields.map(fieldToJson) }
    case 'list':
      return {
        type: 'list',
        'element-id': type.elementId,
        element: typeToJson(type.element),
        'element-required': type.elementRequired,
      }
    case 'map':
      return {
        type: 'map',
        'key-id': type.keyId,
        key: typeToJson(type.key),
        'value-id': type.valueId,
        value: typeToJson(type.value),
        'value-required': type.valueRequired,
      }
  }
}

function fieldsFromJson(json: JsonObject, at: string): Field[] {
  return arrayAt(json['fields'], `${at}/fields`).map((each, index) => fieldFromJson(each, `${at}/fields/${index}`))
}

function fieldFromJson(value: unknown, at: string): Field {
  const json = objectAt(value, at)
  return {
    id: integerAt(json['id'], `${at}/id`),
    name: stringAt(json['name'], `${at}/name`),
    required: booleanAt(json['required'], `${at}/required`),
    type: typeFromJson(json['type'], `${at}/type`),
    ...present('doc', optionalAt(json['doc'], `${at}/doc`, stringAt)),
  }
}

function typeFromJson(value: unknown, at: string): Type {
  if (typeof value === 'string') return primitiveFromJson(value, at)
  const json = objectAt(value, at)
  switch (json['type']) {
    case 'struct':
      return { type: 'struct', fields: fieldsFromJson(json, at) }
    case 'list':
      return {
        type: 'list',
        elementId: integerAt(json['element-id'], `${at}/element-id`),
        element: typeFromJson(json['element'], `${at}/element`),
        elementRequired: booleanAt(json['element-required'], `${at}/element-required`),
      }
    case 'map':
      return {
        type: 'map',
        keyId: integerAt(json['key-id'], `${at}/key-id`),
        key: typeFromJson(json['key'], `${at}/key`),
        valueId: integerAt(json['value-id'], `${at}/value-id`),
        value: typeFromJson(json['value'], `${at}/value`),
        valueRequired: booleanAt(json['value-required'], `${at}/value-required`),
      }
    default:
      throw smeltError('lake/unsupported', { location: at, feature: `the type ${JSON.stringify(json['type'])}` })
  }
}

function primitiveFromJson(text: string, at: string): PrimitiveType {
  const simple = SIMPLE.find((each) => each === text)
  if (simple !== undefined) return simple
  const decimal = decimalOf(text)
  if (decimal !== undefined) return `decimal(${decimal.precision}, ${decimal.scale})`
  throw smeltError('lake/unsupported', { location: at, feature: `the type \`${text}\`` })
}
