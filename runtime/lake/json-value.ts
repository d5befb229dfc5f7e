import { smeltError } from '#diagnostics'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Readers of foreign JSON. `at` is the place for the error text: a location and a path in it. A value of another kind
 * is `lake/bad-metadata`.
 */
export function objectAt(value: unknown, at: string): JsonObject {
  if (isObject(value)) return value
  return refuse(at, 'an object')
}

export function arrayAt(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  return refuse(at, 'an array')
}

export function stringAt(value: unknown, at: string): string {
  if (typeof value === 'string') return value
  return refuse(at, 'text')
}

/** A number that JSON and JavaScript hold exactly. */
export function integerAt(value: unknown, at: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  return refuse(at, 'an integer')
}

export function booleanAt(value: unknown, at: string): boolean {
  if (typeof value === 'boolean') return value
  return refuse(at, 'true or false')
}

export function stringsAt(value: unknown, at: string): Record<string, string> {
  const entries = Object.entries(objectAt(value, at))
  return Object.fromEntries(entries.map(([key, each]) => [key, stringAt(each, `${at}/${key}`)]))
}

/** `read` of the value, or undefined when it is absent or null. */
export function optionalAt<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value, at)
}

/** `{ [key]: value }`, or nothing when the value is undefined: optional properties are left out, never undefined. */
export function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const object: { [P in K]?: V } = {}
  if (value !== undefined) object[key] = value
  return object
}

export function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(at: string, wanted: string): never {
  throw smeltError('lake/bad-metadata', { location: at, detail: `${wanted} was expected here` })
}
