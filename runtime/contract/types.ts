/** The types of values everywhere above the lake and the broker: contract fields, expressions, table columns. */
export type DataType =
  | { readonly kind: 'boolean' }
  /** 64-bit signed integer. */
  | { readonly kind: 'long' }
  | { readonly kind: 'double' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'date' }
  /** An instant, in microseconds, UTC. */
  | { readonly kind: 'timestamp' }
  /** Any JSON value, kept as its text; for contract fields that declare no single type. */
  | { readonly kind: 'json' }
  | { readonly kind: 'list'; readonly element: { readonly type: DataType; readonly nullable: boolean } }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }

/** A named, typed value. `nullable` says that it may be null or absent. */
export interface Field {
  readonly name: string
  readonly type: DataType
  readonly nullable: boolean
  readonly doc?: string
}
