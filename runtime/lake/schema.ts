/** An Iceberg primitive type by its name in the spec; decimals are written `decimal(p, s)`. */
export type PrimitiveType =
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'string'
  | 'binary'
  | `decimal(${number}, ${number})`

export type Type = PrimitiveType | StructType | ListType | MapType

export interface StructType {
  readonly type: 'struct'
  readonly fields: readonly Field[]
}

export interface ListType {
  readonly type: 'list'
  readonly elementId: number
  readonly element: Type
  readonly elementRequired: boolean
}

export interface MapType {
  readonly type: 'map'
  readonly keyId: number
  readonly key: Type
  readonly valueId: number
  readonly value: Type
  readonly valueRequired: boolean
}

/** A column, or a field of a struct. The id is the field's identity for ever; the name may change. */
export interface Field {
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: Type
  readonly doc?: string
}

export interface Schema {
  readonly schemaId: number
  readonly fields: readonly Field[]
}

/** A type before ids are given. */
export type NewType =
  | PrimitiveType
  | { readonly type: 'struct'; readonly fields: readonly NewField[] }
  | { readonly type: 'list'; readonly element: NewType; readonly elementRequired?: boolean }
  | { readonly type: 'map'; readonly key: NewType; readonly value: NewType; readonly valueRequired?: boolean }

/** A column before it has an id. Optional unless `required`. */
export interface NewField {
  readonly name: string
  readonly type: NewType
  readonly required?: boolean
  readonly doc?: string
}

/** A decimal's precision (digits) and scale (digits after the point). */
export interface DecimalType {
  readonly precision: number
  readonly scale: number
}

export function isPrimitive(type: Type): type is PrimitiveType {
  return typeof type === 'string'
}

/** Precision and scale when the type is a decimal. */
export function decimalOf(type: string): DecimalType | undefined {
  const match = /^decimal\((\d+),\s*(\d+)\)$/.exec(type)
  return match === null ? undefined : { precision: Number(match[1]), scale: Number(match[2]) }
}

/** A primitive column, or primitive field of structs only, with its path of names: what can have bounds. */
export interface Leaf {
  readonly id: number
  readonly path: readonly string[]
  readonly type: PrimitiveType
  /** False below a list or map, where values are not one per row. */
  readonly single: boolean
}

/** Every primitive of the schema, depth first; list elements are called `element`, map parts `key` and `value`. */
export function leavesOf(fields: readonly Field[]): Leaf[] {
  return fields.flatMap((field) => leavesBelow(field.id, [field.name], field.type, true))
}

function leavesBelow(id: number, path: readonly string[], type: Type, single: boolean): Leaf[] {
  if (isPrimitive(type)) return [{ id, path, type, single }]
  switch (type.type) {
    case 'struct':
      return type.fields.flatMap((field) => leavesBelow(field.id, [...path, field.name], field.type, single))
    case 'list':
      return leavesBelow(type.elementId, [...path, 'element'], type.element, false)
    case 'map':
      return [
        ...leavesBelow(type.keyId, [...path, 'key'], type.key, false),
        ...leavesBelow(type.valueId, [...path, 'value'], type.value, false),
      ]
  }
}
