import type { ErrorObject } from 'ajv/dist/2020.js'
import { escapePointer } from './json-reader.ts'

/** One way in which a record breaks its contract. Holds names, limits and types; never a value of the record. */
export interface Violation {
  /** JSON pointer of the value at fault, or of the property that is missing or too much. */
  readonly path: string
  readonly keyword: string
  readonly message: string
}

const MAX_SHOWN = 100
const MAX_NAME = 100

/** What an error of ajv says, in words that depend on the contract alone. */
export function violation(error: ErrorObject): Violation {
  const { keyword, instancePath } = error
  const params: Readonly<Record<string, unknown>> = error.params
  const name = textOf(params.missingProperty ?? params.additionalProperty)
  const path = name === undefined ? instancePath : `${instancePath}/${escapePointer(name)}`
  return { path, keyword, message: messageOf(error) }
}

/** All violations as one text: path, keyword and message of each. */
export function violationsText(violations: readonly Violation[]): string {
  const shown = violations
    .slice(0, MAX_SHOWN)
    .map(({ path, keyword, message }) => `${place(path)} ${message} (${keyword})`)
  const more = violations.length - shown.length
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '')
}

/** A pointer as a reader sees it; over-long names are cut. */
export function place(path: string): string {
  const cut = path.length > MAX_NAME ? `${path.slice(0, MAX_NAME)}...` : path
  return cut === '' ? 'the value' : `\`${cut}\``
}

function messageOf(error: ErrorObject): string {
  const schema: unknown = error.schema
  switch (error.keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return 'is not declared'
    case 'minimum':
      return `must be at least ${limit(schema)}`
    case 'maximum':
      return `must be at most ${limit(schema)}`
    case 'exclusiveMinimum':
      return `must be above ${limit(schema)}`
    case 'exclusiveMaximum':
      return `must be below ${limit(schema)}`
    case 'multipleOf':
      return `must be a multiple of ${limit(schema)}`
    case 'enum':
      return `must be one of ${limit(schema)}`
    case 'const':
      return `must be ${limit(schema)}`
    case 'uniqueItems':
      return 'must not hold an item twice'
    case 'format':
      return `must be a ${limit(schema)}`
    case 'pattern':
      return `must match ${limit(schema)}`
    default:
      return error.message ?? 'is not allowed'
  }
}

/** A part of the contract, as JSON, cut when long. */
function limit(schema: unknown): string {
  const text = JSON.stringify(schema)
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}...` : text
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
