import type { Span } from '#diagnostics'

/** A JSON value as a YAML file writes it: numbers keep their digits, members their order. */
export type JsonTree =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly JsonTree[] }
  | JsonObject

export interface JsonObject {
  readonly kind: 'object'
  readonly members: ReadonlyMap<string, JsonTree>
}

/** A JSON value with its place. */
export interface LocatedJson<T extends JsonTree = JsonTree> {
  readonly value: T
  readonly span: Span
  readonly pointer: string
}

/** The value as JSON text, without spaces. */
export function jsonText(tree: JsonTree): string {
  switch (tree.kind) {
    case 'null':
      return 'null'
    case 'boolean':
      return String(tree.value)
    case 'number':
      return tree.text
    case 'text':
      return JSON.stringify(tree.text)
    case 'list':
      return `[${tree.items.map(jsonText).join(',')}]`
    case 'object':
      return `{${[...tree.members].map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`).join(',')}}`
  }
}

/** A parsed JSON value as a tree. Numbers are written as JavaScript writes them. */
export function jsonTree(value: unknown): JsonTree {
  if (value === null || value === undefined) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'number', text: String(value) }
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (Array.isArray(value)) return { kind: 'list', items: value.map(jsonTree) }
  return { kind: 'object', members: new Map(Object.entries(value).map(([name, each]) => [name, jsonTree(each)])) }
}

/** `base` with `patch` merged into it as RFC 7396 says: objects member by member, `null` removes, all else replaces. */
export function mergeJson(base: JsonTree | undefined, patch: JsonTree): JsonTree {
  if (patch.kind !== 'object') return patch
  const members = new Map(base?.kind === 'object' ? base.members : [])
  for (const [name, value] of patch.members) {
    if (value.kind === 'null') members.delete(name)
    else members.set(name, mergeJson(members.get(name), value))
  }
  return { kind: 'object', members }
}
