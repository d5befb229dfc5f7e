import { canonicalInstant } from './formats.ts'
import { member } from './subschemas.ts'
import type { JsonNode } from './json-reader.ts'
import { decimalText, exactInteger } from './number.ts'
import type { DataType, Field } from './types.ts'

/**
 * The text that the typed shred reads, of an object that the contract accepted: the contract's fields alone, integers
 * as plain digits, timestamps in UTC with at most six fraction digits, decimals as text, values of type json as text
 * within a string. What SQL reads from it is exactly what was sent.
 */
export function canonicalText(root: JsonNode, fields: readonly Field[]): string {
  const parts = fields.flatMap(({ name, type }) => {
    const value = member(root, name)
    return value === undefined ? [] : [`${JSON.stringify(name)}:${canonicalValue(value, type)}`]
  })
  return `{${parts.join(',')}}`
}

function canonicalValue(node: JsonNode, type: DataType): string {
  if (node.kind === 'null') return 'null'
  if (type.kind === 'json') return JSON.stringify(compactText(node))
  if (node.kind === 'object' && type.kind === 'struct') return canonicalText(node, type.fields)
  if (node.kind === 'array' && type.kind === 'list') {
    return `[${node.items.map((item) => canonicalValue(item, type.element.type)).join(',')}]`
  }
  if (node.kind === 'string') return JSON.stringify(typedText(node.value, type))
  if (node.kind !== 'number') return compactText(node)
  if (type.kind === 'decimal') return JSON.stringify(decimalText(node.text, type.precision, type.scale))
  return type.kind === 'long' ? String(exactInteger(node.text)) : node.text
}

function typedText(text: string, type: DataType): string | undefined {
  if (type.kind === 'timestamp') return canonicalInstant(text)
  return type.kind === 'decimal' ? decimalText(text, type.precision, type.scale) : text
}

/** A value without white space, its strings with no escape that JSON does not demand, its numbers as written. */
function compactText(node: JsonNode): string {
  switch (node.kind) {
    case 'number':
      return node.text
    case 'string':
      return JSON.stringify(node.value)
    case 'array':
      return `[${node.items.map(compactText).join(',')}]`
    case 'object':
      return `{${node.entries.map(({ key, value }) => `${JSON.stringify(key)}:${compactText(value)}`).join(',')}}`
    default:
      return node.kind
  }
}
