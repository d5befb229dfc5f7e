import { canonicalInstant } from './formats.ts'
import { member } from './subschemas.ts'
import type { JsonNode } from './json-reader.ts'
import { decimalText, exactInteger } from './number.ts'
import type { DataType, Field } from './types.ts'

/** Writes a value as JSON text. */
type Write = (node: JsonNode) => string

/**
 * Makes the writer of the text that the typed shred reads, of an object that the contract accepted: the contract's
 * fields alone, integers as plain digits, timestamps in UTC with at most six fraction digits, decimals as text, values of
 * type json as text within a string. What SQL reads from it is exactly what was sent.
 */
export function canonicalWriter(fields: readonly Field[]): Write {
  const members = fields.map(({ name, type }) => ({ name, key: `${JSON.stringify(name)}:`, write: valueWriter(type) }))
  return (root) => {
    let text = '{'
    for (const { name, key, write } of members) {
      const value = member(root, name)
      if (value !== undefined) text += (text.length > 1 ? ',' : '') + key + write(value)
    }
    return `${text}}`
  }
}

function valueWriter(type: DataType): Write {
  switch (type.kind) {
    case 'json':
      return (node) => (node.kind === 'null' ? 'null' : JSON.stringify(compactText(node)))
    case 'struct': {
      const write = canonicalWriter(type.fields)
      return (node) => (node.kind === 'object' ? write(node) : node.kind)
    }
    case 'list': {
      const write = valueWriter(type.element.type)
      return (node) => (node.kind === 'array' ? `[${node.items.map(write).join(',')}]` : node.kind)
    }
    case 'long':
      return (node) => (node.kind === 'number' ? integerText(node.text) : node.kind)
    case 'timestamp':
      return (node) => (node.kind === 'string' ? JSON.stringify(canonicalInstant(node.value)) : node.kind)
    case 'decimal':
      return (node) => {
        const text = node.kind === 'number' ? node.text : node.kind === 'string' ? node.value : undefined
        return text === undefined ? node.kind : JSON.stringify(decimalText(text, type.precision, type.scale))
      }
    default:
      return compactText
  }
}

function integerText(text: string): string {
  return /^-?[1-9][0-9]*$/.test(text) ? text : String(exactInteger(text))
}

/** A value without white space, its strings with no escape that JSON does not demand, its numbers as written (but `-0`, which is 0). */
function compactText(node: JsonNode): string {
  switch (node.kind) {
    case 'number':
      return node.text === '-0' ? '0' : node.text
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
