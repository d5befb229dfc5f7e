import { sameJson } from './same-schema.ts'
import type { Schema } from './schema-refs.ts'

/** JSON types as sets that do not meet: a number is an integer or a fraction. */
const ALL = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'fraction']

/** The types that the value of `type` allows; all of them when it is not there. */
export function typesOf(type: unknown): readonly string[] {
  if (type === undefined) return ALL
  const names = [type].flat()
  return [
    ...new Set(
      names.flatMap((name) => (name === 'number' ? ['integer', 'fraction'] : typeof name === 'string' ? [name] : [])),
    ),
  ]
}

/** The types that a value satisfying `schema` can have, by `type`, `enum` and `const`. */
export function commonTypes(schema: Schema): readonly string[] {
  const allowed = allowedBy(schema)?.map(typeOf)
  return typesOf(schema.type).filter((type) => allowed === undefined || allowed.includes(type))
}

/** The values that `enum` and `const` leave; undefined when neither is there. */
export function allowedBy(schema: Schema): readonly unknown[] | undefined {
  const listed: readonly unknown[] | undefined = Array.isArray(schema.enum) ? schema.enum : undefined
  if (!('const' in schema)) return listed
  return listed === undefined || listed.some((value) => sameJson(value, schema.const)) ? [schema.const] : []
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction'
  return typeof value
}
