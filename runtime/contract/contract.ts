import type { DataType, Field } from './types.ts'

/**
 * A compiled JSON Schema contract: plain data, part of the plan. `fields` are the typed top-level columns, `checks`
 * what the vectorised path must verify, `schema` what ajv judges refused rows by (the reference).
 */
export interface Contract {
  /** Path relative to the project root. */
  readonly file: string
  /** The JSON Schema (2020-12) as written. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly fields: readonly Field[]
  /** The vectorised form, or undefined when the whole contract is checked row by row. */
  readonly vectorised?: ObjectCheck
  /** The keywords that send every record row by row, with the place of each. Empty when `vectorised` is there. */
  readonly rowByRow: readonly { readonly keyword: string; readonly pointer: string }[]
}

/** What an object must be: its known properties, which are required, whether others may be there. */
export interface ObjectCheck {
  readonly properties: readonly PropertyCheck[]
  readonly closed: boolean
}

export interface PropertyCheck {
  readonly name: string
  readonly required: boolean
  readonly value: ValueCheck
}

/**
 * What a value must be. `nullable`: JSON null is allowed too. Checks on text (lengths, pattern, format, `oneOf`) are on
 * the JSON string before it becomes a timestamp, date or decimal. Numbers are decimal text, so that no digit is lost.
 */
export interface ValueCheck {
  readonly type: DataType
  readonly nullable: boolean
  /** The JSON types a decimal may come as; absent for other types. */
  readonly decimalFrom?: readonly ('number' | 'string')[]
  /** Allowed values other than null, as JSON texts. */
  readonly oneOf?: readonly string[]
  readonly minimum?: string
  readonly maximum?: string
  readonly exclusiveMinimum?: string
  readonly exclusiveMaximum?: string
  readonly multipleOf?: string
  /** In code points. */
  readonly minLength?: number
  readonly maxLength?: number
  /** As written: ECMA-262 with the `u` flag, found anywhere in the text. */
  readonly pattern?: string
  readonly format?: string
  readonly items?: ValueCheck
  readonly minItems?: number
  readonly maxItems?: number
  readonly object?: ObjectCheck
}
