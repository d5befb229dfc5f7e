import type { DataValidateFunction, DataValidationCxt } from 'ajv/dist/types/index.js'
import { isMultiple } from './number.ts'
import { escapePointer } from './json-reader.ts'

/** The integers of the record under judgement that no double holds for sure, by JSON pointer. */
export interface ExactIntegers {
  integers: ReadonlyMap<string, bigint>
}

export interface ExactKeyword {
  readonly keyword: string
  readonly type?: 'number' | 'array'
  /** Makes the check of one place in a schema from the keyword's value there. */
  readonly compile: (value: unknown) => DataValidateFunction
}

/**
 * ajv's keywords that compare numbers, as exact ones: 64-bit integers are compared by their digits, multiples by their
 * decimal text. `record` holds the integers of the value being validated.
 */
export function exactKeywords(record: ExactIntegers): ExactKeyword[] {
  const compare = (keyword: string, holds: (value: number | bigint, limit: number) => boolean): ExactKeyword => ({
    keyword,
    type: 'number',
    compile: (value) => {
      const limit = Number(value)
      return (data: number, at) => holds(record.integers.get(pointerOf(at)) ?? data, limit)
    },
  })
  const oneOf = (values: readonly unknown[]): DataValidateFunction => {
    const texts = new Set(values.filter((value) => typeof value === 'string'))
    const identities = new Set(values.map((value) => identityOf(value, '', NONE)))
    return (data: unknown, at) =>
      typeof data === 'string' ? texts.has(data) : identities.has(identityOf(data, pointerOf(at), record.integers))
  }
  return [
    compare('minimum', (value, limit) => value >= limit),
    compare('maximum', (value, limit) => value <= limit),
    compare('exclusiveMinimum', (value, limit) => value > limit),
    compare('exclusiveMaximum', (value, limit) => value < limit),
    compare('multipleOf', (value, limit) => isMultiple(String(value), String(limit))),
    { keyword: 'enum', compile: (values) => oneOf(Array.isArray(values) ? values : []) },
    { keyword: 'const', compile: (value) => oneOf([value]) },
    {
      keyword: 'uniqueItems',
      type: 'array',
      compile: (wanted) => (data: readonly unknown[], at) => {
        if (wanted !== true) return true
        const items = data.map((item, index) => identityOf(item, `${pointerOf(at)}/${index}`, record.integers))
        return new Set(items).size === items.length
      },
    },
  ]
}

function pointerOf(at: DataValidationCxt | undefined): string {
  return at?.instancePath ?? ''
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
