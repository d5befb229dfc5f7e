import type { DataValidationCxt, SchemaValidateFunction } from 'ajv/dist/types/index.js'
import { isMultiple } from './number.ts'
import { escapePointer } from './json-reader.ts'

/** The integers of the record under judgement that no double holds for sure, by JSON pointer. */
export interface ExactIntegers {
  integers: ReadonlyMap<string, bigint>
}

export interface ExactKeyword {
  readonly keyword: string
  readonly type?: 'number' | 'array'
  readonly validate: SchemaValidateFunction
}

/**
 * ajv's keywords that compare numbers, as exact ones: 64-bit integers are compared by their digits, multiples by their
 * decimal text. `record` holds the integers of the value being validated.
 */
export function exactKeywords(record: ExactIntegers): ExactKeyword[] {
  const exact = (data: unknown, at: DataValidationCxt | undefined): unknown =>
    record.integers.get(at?.instancePath ?? '') ?? data
  const compare = (keyword: string, holds: (value: number | bigint, limit: number) => boolean): ExactKeyword => ({
    keyword,
    type: 'number',
    validate: (limit: unknown, data: unknown, _schema, at) => {
      const value = exact(data, at)
      return (
        typeof limit === 'number' && (typeof value === 'number' || typeof value === 'bigint') && holds(value, limit)
      )
    },
  })
  const identity = (data: unknown, pointer: string): string => identityOf(data, pointer, record.integers)
  return [
    compare('minimum', (value, limit) => value >= limit),
    compare('maximum', (value, limit) => value <= limit),
    compare('exclusiveMinimum', (value, limit) => value > limit),
    compare('exclusiveMaximum', (value, limit) => value < limit),
    compare('multipleOf', (value, limit) => isMultiple(String(value), String(limit))),
    {
      keyword: 'enum',
      validate: (values: unknown, data: unknown, _schema, at) => {
        const wanted = identity(data, at?.instancePath ?? '')
        return Array.isArray(values) && values.some((value) => identityOf(value, '', NONE) === wanted)
      },
    },
    {
      keyword: 'const',
      validate: (value: unknown, data: unknown, _schema, at) =>
        identityOf(value, '', NONE) === identity(data, at?.instancePath ?? ''),
    },
    {
      keyword: 'uniqueItems',
      type: 'array',
      validate: (wanted: unknown, data: unknown, _schema, at) => {
        if (wanted !== true || !Array.isArray(data)) return true
        return (
          new Set(data.map((item, index) => identity(item, `${at?.instancePath ?? ''}/${index}`))).size === data.length
        )
      },
    },
  ]
}

const NONE: ReadonlyMap<string, bigint> = new Map()

/** Text that two JSON values share exactly when they are equal by JSON Schema: keys in any order, `1.0` as `1`. */
function identityOf(value: unknown, pointer: string, integers: ReadonlyMap<string, bigint>): string {
  if (typeof value === 'number') return String(integers.get(pointer) ?? (Object.is(value, -0) ? 0 : plain(value)))
  if (Array.isArray(value))
    return `[${value.map((item, at) => identityOf(item, `${pointer}/${at}`, integers)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${identityOf(each, `${pointer}/${escapePointer(key)}`, integers)}`)
  return `{${members.join(',')}}`
}

function plain(value: number): number | bigint {
  return Number.isInteger(value) ? BigInt(value) : value
}
