import { member, subschemas, textMember, type Subschema } from './subschemas.ts'
import type { JsonNode } from './json-reader.ts'

/** The schema that a reference leads to, or undefined when the file holds none. */
export type ResolveReference = (ref: string) => JsonNode | undefined

/**
 * Indexes the anchors of a contract file (JSON Schema 2020-12, section 8.2). References are pointers (`#/$defs/name`),
 * anchors (`#name`) or `#`, alone or after the file's own `$id`. Nothing is fetched.
 */
export function indexReferences(root: JsonNode): ResolveReference {
  // Few contracts refer to anything, so anchors are looked for when the first reference does.
  let anchors: ReadonlyMap<string, JsonNode> | undefined
  const id = textMember(root, '$id')?.replace(/#$/, '')
  return (ref) => {
    const [resource = '', fragment = ''] = ref.split('#', 2)
    if (resource !== '' && resource !== id) return undefined
    if (fragment === '' || fragment.startsWith('/')) return descend(root, fragment)
    anchors ??= anchorsOf(root)
    return anchors.get(fragment)
  }
}

function anchorsOf(root: JsonNode): ReadonlyMap<string, JsonNode> {
  const anchors = new Map<string, JsonNode>()
  const visit = (schema: Subschema): void => {
    const anchor = textMember(schema.node, '$anchor')
    if (anchor !== undefined) anchors.set(anchor, schema.node)
    subschemas(schema).forEach(visit)
  }
  visit({ node: root, pointer: '' })
  return anchors
}

function descend(root: JsonNode, fragment: string): JsonNode | undefined {
  let at: JsonNode | undefined = root
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
