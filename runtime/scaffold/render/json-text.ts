import type { JsonNode } from '#contract'

/** A value as JSON on one line; `replace` may give another text for the value at a path. */
export function jsonText(
  node: JsonNode,
  replace: (path: readonly string[], node: JsonNode) => string | undefined = () => undefined,
  path: readonly string[] = [],
): string {
  const other = replace(path, node)
  if (other !== undefined) return other
  switch (node.kind) {
    case 'null':
    case 'true':
    case 'false':
      return node.kind
    case 'number':
      return node.text
    case 'string':
      return JSON.stringify(node.value)
    case 'array':
      return `[${node.items.map((item) => jsonText(item, replace, path)).join(', ')}]`
    case 'object': {
      const members = node.entries.map(
        ({ key, value }) => `${JSON.stringify(key)}: ${jsonText(value, replace, [...path, key])}`,
      )
      return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
    }
  }
}

/** Plain data as indented JSON; what fits on a line of `width` columns stays on it. */
export function prettyJson(value: unknown, width = 120, indent = ''): string {
  const line = lineOf(value)
  if (indent.length + line.length <= width - PUNCTUATION || typeof value !== 'object' || value === null) return line
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((each) => prettyJson(each, width, inner))
    : Object.entries(value).map(
        ([key, each]) => `${JSON.stringify(key)}: ${prettyJson(each, width - key.length - 4, inner)}`,
      )
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`
}

const PUNCTUATION = 1

function lineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineOf).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${lineOf(each)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
