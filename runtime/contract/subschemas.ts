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
  return schema.node.entries.flatMap((entry) => within(entry, `${schema.pointer}/${escapePointer(entry.key)}`))
}

function within({ key, value }: JsonEntry, pointer: string): Subschema[] {
  switch (KEYWORDS.get(key)?.value) {
    case 'schema':
      return [{ node: value, pointer }]
    case 'schemas':
      return value.kind === 'array' ? value.items.map((node, at) => ({ node, pointer: `${pointer}/${at}` })) : []
    case 'schema-map':
      if (value.kind !== 'object') return []
      return value.entries.map((each) => ({ node: each.value, pointer: `${pointer}/${escapePointer(each.key)}` }))
    default:
      return []
  }
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
