import { KEYWORDS } from './keywords.ts'
import { asObject, isObject, schemaResolver, type Schema } from './schema-refs.ts'

/** Tells whether two schemas, one of each of two contracts, say the same. False where that is not plain to see. */
export type SameSchema = (before: unknown, after: unknown) => boolean

/** Compares keyword by keyword, through references; notes for people do not count. */
export function sameSchemas(roots: { readonly before: Schema; readonly after: Schema }): SameSchema {
  const resolveBefore = schemaResolver(roots.before)
  const resolveAfter = schemaResolver(roots.after)
  // A pair met again while it is compared says nothing new: schemas that call themselves are equal when nothing else
  // tells them apart.
  const open: (readonly [unknown, unknown])[] = []
  const same: SameSchema = (before, after) => {
    const [b, a] = [asObject(before), asObject(after)]
    if (open.some(([x, y]) => x === b && y === a)) return true
    open.push([b, a])
    const keys = new Set([...assertions(b), ...assertions(a)])
    const equal = [...keys].every((key) => sameKeyword(key, b[key], a[key]))
    open.pop()
    return equal
  }
  const sameKeyword = (key: string, before: unknown, after: unknown): boolean => {
    if (before === undefined || after === undefined) return before === after
    if (key === '$ref') {
      if (typeof before !== 'string' || typeof after !== 'string') return false
      return same(resolveBefore(before), resolveAfter(after))
    }
    switch (KEYWORDS.get(key)?.value) {
      case 'schema':
        return same(before, after)
      case 'schemas':
        return sameList(before, after, same)
      case 'schema-map':
        return sameMap(before, after, same)
      default:
        return sameJson(before, after)
    }
  }
  return same
}

/** The keywords of a schema that can refuse a value, or give it a type. */
export function assertions(schema: Schema): string[] {
  return Object.keys(schema).filter((key) => {
    const role = KEYWORDS.get(key)?.role
    return role !== undefined && role !== 'annotation' && key !== '$anchor'
  })
}

/** Equal as JSON: the order of members does not count. */
export function sameJson(before: unknown, after: unknown): boolean {
  if (Array.isArray(before)) return sameList(before, after, sameJson)
  return isObject(before) ? sameMap(before, after, sameJson) : before === after
}

function sameList(before: unknown, after: unknown, same: SameSchema): boolean {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false
  return before.every((each, at) => same(each, after[at]))
}

function sameMap(before: unknown, after: unknown, same: SameSchema): boolean {
  if (!isObject(before) || !isObject(after)) return false
  const keys = Object.keys(before)
  return (
    keys.length === Object.keys(after).length &&
    keys.every((key) => Object.hasOwn(after, key) && same(before[key], after[key]))
  )
}
