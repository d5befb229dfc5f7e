import { escapePointer, type JsonNode } from './json-reader.ts'
import { exactInteger, isBeyondDouble } from './number.ts'

/** A record's value as ajv takes it, with what a JavaScript number cannot say. */
export interface RecordValue {
  readonly value: unknown
  /** Integers that no double holds for sure, by JSON pointer. */
  readonly integers: ReadonlyMap<string, bigint>
  /** The pointer of the first number that is no finite double. */
  readonly infinite?: string
}

const NONE: ReadonlyMap<string, bigint> = new Map()

/** Builds the value. */
export function recordValue(root: JsonNode): RecordValue {
  const seen = { odd: false }
  const value = build(root, seen)
  return seen.odd ? { value, ...oddNumbers(root) } : { value, integers: NONE }
}

function build(node: JsonNode, seen: { odd: boolean }): unknown {
  switch (node.kind) {
    case 'null':
      return null
    case 'true':
      return true
    case 'false':
      return false
    case 'string':
      return node.value
    case 'number': {
      const value = Number(node.text)
      if (!Number.isSafeInteger(value) && (Number.isInteger(value) || !Number.isFinite(value))) seen.odd = true
      return value
    }
    case 'array':
      return node.items.map((item) => build(item, seen))
    case 'object': {
      const object: Record<string, unknown> = {}
      for (const { key, value } of node.entries) {
        if (key === '__proto__') Object.defineProperty(object, key, { ...OWN, value: build(value, seen) })
        else object[key] = build(value, seen)
      }
      return object
    }
  }
}

const OWN = { enumerable: true, configurable: true, writable: true }

/** Pointers are made for these records only: they are rare, and a pointer per value costs more than the value. */
function oddNumbers(root: JsonNode): Omit<RecordValue, 'value'> {
  const integers = new Map<string, bigint>()
  let infinite: string | undefined
  const visit = (node: JsonNode, pointer: string): void => {
    if (node.kind === 'array') node.items.forEach((item, at) => visit(item, `${pointer}/${at}`))
    else if (node.kind === 'object') {
      for (const { key, value } of node.entries) visit(value, `${pointer}/${escapePointer(key)}`)
    } else if (node.kind === 'number') {
      if (!Number.isFinite(Number(node.text))) infinite ??= pointer
      else {
        const integer = exactInteger(node.text)
        if (integer !== undefined && isBeyondDouble(integer)) integers.set(pointer, integer)
      }
    }
  }
  visit(root, '')
  return { integers, ...(infinite !== undefined && { infinite }) }
}
