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
