import type { DataType } from '#contract'

export type DecimalType = Extract<DataType, { kind: 'decimal' }>

/** The most digits a decimal has, in Iceberg and in every engine. */
export const MAX_PRECISION = 38

export const BOOLEAN: DataType = { kind: 'boolean' }
export const LONG: DataType = { kind: 'long' }
export const DOUBLE: DataType = { kind: 'double' }
export const STRING: DataType = { kind: 'string' }
export const DATE: DataType = { kind: 'date' }
export const TIMESTAMP: DataType = { kind: 'timestamp' }

/** The type as a user writes it, for messages: `decimal(10, 2)`, `list of string`, `object`. */
export function typeText(type: DataType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision}, ${type.scale})`
  if (type.kind === 'list') return `list of ${typeText(type.element.type)}`
  return type.kind === 'struct' ? 'object' : type.kind
}

/** The type with the types of its parts, to be read beside a column: `list<struct<size: long>>`. */
export function fullTypeText(type: DataType): string {
  switch (type.kind) {
    case 'list':
      return `list<${fullTypeText(type.element.type)}>`
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}: ${fullTypeText(field.type)}`).join(', ')}>`
    default:
      return typeText(type)
  }
}

/** True when both hold the same values; whether parts of lists and objects may be null does not count. */
export function sameType(a: DataType, b: DataType): boolean {
  if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision === b.precision && a.scale === b.scale
  if (a.kind === 'list' && b.kind === 'list') return sameType(a.element.type, b.element.type)
  if (a.kind === 'struct' && b.kind === 'struct') {
    if (a.fields.length !== b.fields.length) return false
    return a.fields.every((field, index) => {
      const other = b.fields[index]
      return other?.name === field.name && sameType(field.type, other.type)
    })
  }
  return a.kind === b.kind
}

export function isNumber(type: DataType): boolean {
  return type.kind === 'long' || type.kind === 'double' || type.kind === 'decimal'
}

/** The decimal that holds every value of a long or decimal. */
export function asDecimal(type: DataType): DecimalType | undefined {
  if (type.kind === 'decimal') return type
  return type.kind === 'long' ? { kind: 'decimal', precision: 19, scale: 0 } : undefined
}

/**
 * The one type that holds all values of both without loss, or undefined when there is none: equal types, long with
 * double, long with decimal, decimals of at most 38 digits together. Nothing else widens by itself.
 */
export function widen(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b)) return a
  if ((a.kind === 'long' && b.kind === 'double') || (a.kind === 'double' && b.kind === 'long')) return DOUBLE
  const left = asDecimal(a)
  const right = asDecimal(b)
  if (!left || !right) return undefined
  const scale = Math.max(left.scale, right.scale)
  const precision = Math.max(left.precision - left.scale, right.precision - right.scale) + scale
  return precision > MAX_PRECISION ? undefined : { kind: 'decimal', precision, scale }
}
