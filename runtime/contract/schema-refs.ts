/** A schema as parsed JSON: an object, or a boolean. */
export type Schema = Readonly<Record<string, unknown>>

/** A schema value as an object: `true` is the empty one, `false` one that nothing satisfies. */
export function asObject(schema: unknown): Schema {
  if (schema === false) return NOTHING
  return isObject(schema) ? schema : {}
}

/** What no value satisfies. */
export const NOTHING: Schema = { not: {} }

export function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Finds what the references of a checked contract lead to: pointers, anchors and `#`, alone or after the contract's own
 * `$id` (JSON Schema 2020-12, section 8.2).
 */
export function schemaResolver(root: Schema): (ref: string) => unknown {
  const anchors = new Map<string, unknown>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (isObject(value)) {
      if (typeof value.$anchor === 'string') anchors.set(value.$anchor, value)
      Object.values(value).forEach(visit)
    }
  }
  visit(root)
  return (ref) => {
    const fragment = ref.slice(ref.indexOf('#') + 1)
    if (!ref.includes('#') || fragment === '') return root
    return fragment.startsWith('/') ? descend(root, fragment) : anchors.get(fragment)
  }
}

function descend(root: unknown, fragment: string): unknown {
  return decodeURIComponent(fragment)
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, key) => (Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined), root)
}
