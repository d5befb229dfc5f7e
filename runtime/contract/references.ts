import { member, subschemas, textMember, type Subschema } from './subschemas.ts'
import type { JsonNode } from './json-reader.ts'

/** The schema that a reference leads to, or undefined. `from` is a schema of the same file. */
export type ResolveReference = (from: JsonNode, ref: string) => JsonNode | undefined

const HOME = 'contract:///'
const META = 'https://json-schema.org/draft/2020-12/'

/** Indexes the identifiers and anchors of a contract file (JSON Schema 2020-12, section 8.2). Nothing is fetched. */
export function indexReferences(root: JsonNode): ResolveReference {
  const bases = new Map<JsonNode, string>()
  const targets = new Map<string, JsonNode>()
  const visit = (schema: Subschema, outer: string): void => {
    const id = textMember(schema.node, '$id')
    const base = (id === undefined ? undefined : absolute(id, outer)) ?? outer
    bases.set(schema.node, base)
    if (base !== outer || schema.node === root) targets.set(base, schema.node)
    for (const anchor of ['$anchor', '$dynamicAnchor']) {
      const name = textMember(schema.node, anchor)
      if (name !== undefined) targets.set(`${base}#${name}`, schema.node)
    }
    for (const inner of subschemas(schema)) visit(inner, base)
  }
  visit({ node: root, pointer: '' }, HOME)
  return (from, ref) => {
    const url = absolute(ref, bases.get(from) ?? HOME, true)
    if (url === undefined) return undefined
    if (url.startsWith(META)) return { kind: 'true', start: 0, end: 0 }
    const [resource = '', fragment = ''] = url.split('#', 2)
    if (fragment !== '' && !fragment.startsWith('/')) return targets.get(url)
    const node = targets.get(resource)
    return node === undefined ? undefined : descend(node, fragment)
  }
}

function absolute(reference: string, base: string, keepFragment = false): string | undefined {
  if (!URL.canParse(reference, base)) return undefined
  const url = new URL(reference, base).href
  return keepFragment ? url : url.split('#', 1)[0]
}

function descend(node: JsonNode, fragment: string): JsonNode | undefined {
  let at: JsonNode | undefined = node
  for (const step of decode(fragment).split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    at = at === undefined ? undefined : at.kind === 'array' ? at.items[Number(key)] : member(at, key)
  }
  return at
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}
