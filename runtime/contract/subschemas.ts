import { KEYWORDS } from './keywords.ts'
import { escapePointer, type JsonEntry, type JsonNode } from './json-reader.ts'

/** A schema within a contract file, with its JSON pointer. */
export interface Subschema {
  readonly node: JsonNode
  readonly pointer: string
}

/** The schemas directly within `schema`, in order: those of every keyword that takes schemas. */
export function subschemas(schema: Subschema): Subschema[] {
  if (schema.node.kind !== 'object') return []
  const found: Subschema[] = []
  for (const entry of schema.node.entries) addWithin(entry, schema.pointer, found)
  return found
}

function addWithin({ key, value }: JsonEntry, parent: string, found: Subschema[]): void {
  const kind = KEYWORDS.get(key)?.value
  if (kind !== 'schema' && kind !== 'schemas' && kind !== 'schema-map') return
  const pointer = `${parent}/${escapePointer(key)}`
  if (kind === 'schema') found.push({ node: value, pointer })
  else if (kind === 'schemas' && value.kind === 'array')
    value.items.forEach((node, at) => found.push({ node, pointer: `${pointer}/${at}` }))
  else if (kind === 'schema-map' && value.kind === 'object')
    for (const each of value.entries) found.push({ node: each.value, pointer: `${pointer}/${escapePointer(each.key)}` })
}

/** The value of `key` in an object node. */
export function member(node: JsonNode, key: string): JsonNode | undefined {
  if (node.kind !== 'object') return undefined
  for (const entry of node.entries) if (entry.key === key) return entry.value
  return undefined
}

/** The value of `key` when it is a string. */
export function textMember(node: JsonNode, key: string): string | undefined {
  const value = member(node, key)
  return value?.kind === 'string' ? value.value : undefined
}
