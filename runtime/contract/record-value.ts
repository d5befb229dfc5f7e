import { escapePointer, type JsonNode } from './json-reader.ts'
import { decimalText, exactInteger, isBeyondDouble, LONG_MAX, LONG_MIN } from './number.ts'
import { DECIMAL_TEXT } from './smelt-type.ts'
import { member } from './subschemas.ts'
import type { DataType, Field } from './types.ts'

/** A record's value as ajv takes it, with what a JavaScript number cannot say. */
export interface RecordValue {
  readonly value: unknown
  /** Integers that no double holds for sure, by JSON pointer. */
  readonly integers: ReadonlyMap<string, bigint>
  /** The pointer of the first number that is no finite double. */
  readonly infinite?: string
}

/** Builds the value. Objects have no prototype, so that no key of the data can mean one of JavaScript's own. */
export function recordValue(root: JsonNode): RecordValue {
  const integers = new Map<string, bigint>()
  let infinite: string | undefined
  const build = (node: JsonNode, pointer: string): unknown => {
    switch (node.kind) {
      case 'null':
        return null
      case 'true':
      case 'false':
        return node.kind === 'true'
      case 'string':
        return node.value
      case 'number': {
        const value = Number(node.text)
        if (!Number.isFinite(value)) infinite ??= pointer
        else if (!Number.isSafeInteger(value) && Number.isInteger(value)) noteInteger(node.text, pointer)
        return value
      }
      case 'array':
        return node.items.map((item, at) => build(item, `${pointer}/${at}`))
      case 'object': {
        const object = Object.create(null) as Record<string, unknown>
        for (const { key, value } of node.entries) object[key] = build(value, `${pointer}/${escapePointer(key)}`)
        return object
      }
    }
  }
  const noteInteger = (text: string, pointer: string): void => {
    const integer = exactInteger(text)
    if (integer !== undefined && isBeyondDouble(integer)) integers.set(pointer, integer)
  }
  const value = build(root, '')
  return { value, integers, ...(infinite !== undefined && { infinite }) }
}

/** Numbers that their column cannot hold, and fractions of integer columns that a double would swallow. */
export interface NumberFaults {
  readonly outOfRange: string[]
  readonly fractions: string[]
  readonly notDecimal: string[]
}

/** Judges every number of an integer or decimal column exactly, by pointer. */
export function numberFaults(root: JsonNode, fields: readonly Field[]): NumberFaults {
  const faults: NumberFaults = { outOfRange: [], fractions: [], notDecimal: [] }
  const members = (node: JsonNode, inner: readonly Field[], pointer: string): void => {
    for (const { name, type } of inner) {
      const value = member(node, name)
      if (value !== undefined) visit(value, type, `${pointer}/${escapePointer(name)}`)
    }
  }
  const visit = (node: JsonNode, type: DataType, pointer: string): void => {
    if (type.kind === 'struct') members(node, type.fields, pointer)
    else if (type.kind === 'list' && node.kind === 'array') {
      node.items.forEach((item, at) => visit(item, type.element.type, `${pointer}/${at}`))
    } else if (type.kind === 'long' && node.kind === 'number') judgeLong(node.text, pointer, faults)
    else if (type.kind === 'decimal') judgeDecimal(node, type, pointer, faults)
  }
  members(root, fields, '')
  return faults
}

function judgeLong(text: string, pointer: string, faults: NumberFaults): void {
  if (/^-?[0-9]{1,18}$/.test(text) || !Number.isFinite(Number(text))) return
  const integer = exactInteger(text)
  if (integer === undefined) {
    if (Number.isInteger(Number(text))) faults.fractions.push(pointer)
  } else if (integer < LONG_MIN || integer > LONG_MAX) faults.outOfRange.push(pointer)
}

const DECIMAL = new RegExp(`^${DECIMAL_TEXT}$`)

function judgeDecimal(
  node: JsonNode,
  type: DataType & { kind: 'decimal' },
  pointer: string,
  faults: NumberFaults,
): void {
  const text = node.kind === 'number' ? node.text : node.kind === 'string' ? node.value : undefined
  if (text === undefined) return
  if (node.kind === 'string' && !DECIMAL.test(text)) faults.notDecimal.push(pointer)
  else if (decimalText(text, type.precision, type.scale) === undefined) faults.outOfRange.push(pointer)
}
