import { smeltError } from '#diagnostics'
import { decimalOf, type Field, type NewField, type NewType, type Type } from './schema.ts'

/** Gives the next free field id. */
export type IdSource = () => number

/** Ids counting up from the one after `lastId`. */
export function idsAfter(lastId: number): { next: IdSource; last: () => number } {
  let last = lastId
  return { next: () => ++last, last: () => last }
}

/**
 * Gives ids to new columns: first to all fields of one level, then below each, as Iceberg's own writers do. Refuses
 * equal names (in any case: SQL readers do not tell them apart) and impossible decimals with `lake/bad-schema`.
 */
export function withFieldIds(fields: readonly NewField[], next: IdSource): Field[] {
  checkNames(fields)
  const ids = fields.map(() => next())
  return fields.map((field, index) => ({
    id: ids[index] ?? next(),
    name: field.name,
    required: field.required ?? false,
    type: typeWithIds(field.type, next),
    ...(field.doc === undefined ? {} : { doc: field.doc }),
  }))
}

function typeWithIds(type: NewType, next: IdSource): Type {
  if (typeof type === 'string') {
    checkPrimitive(type)
    return type
  }
  switch (type.type) {
    case 'struct':
      return { type: 'struct', fields: withFieldIds(type.fields, next) }
    case 'list': {
      const elementId = next()
      const element = typeWithIds(type.element, next)
      return { type: 'list', elementId, element, elementRequired: type.elementRequired ?? false }
    }
    case 'map': {
      const keyId = next()
      const valueId = next()
      const key = typeWithIds(type.key, next)
      const value = typeWithIds(type.value, next)
      return { type: 'map', keyId, key, valueId, value, valueRequired: type.valueRequired ?? false }
    }
  }
}

/** Refuses an empty name and names that differ in case only. */
export function checkNames(fields: readonly { readonly name: string }[]): void {
  const seen = new Set<string>()
  for (const { name } of fields) {
    if (name === '') throw smeltError('lake/bad-schema', { detail: 'a column has no name' })
    if (seen.has(name.toLowerCase()))
      throw smeltError('lake/bad-schema', { detail: `there are two columns \`${name}\`` })
    seen.add(name.toLowerCase())
  }
}

function checkPrimitive(type: string): void {
  const decimal = decimalOf(type)
  if (decimal === undefined) return
  const { precision, scale } = decimal
  if (precision < 1 || precision > 38 || scale > precision) {
    throw smeltError('lake/bad-schema', { detail: `\`${type}\` is not a decimal of 1 to 38 digits` })
  }
}
