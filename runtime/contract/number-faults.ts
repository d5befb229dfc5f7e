import { escapePointer, type JsonNode } from './json-reader.ts'
import { decimalText, exactInteger, LONG_MAX, LONG_MIN } from './number.ts'
import { DECIMAL_TEXT } from './smelt-type.ts'
import { member } from './subschemas.ts'
import type { DataType, Field } from './types.ts'

/** Numbers that their column cannot hold, and what of integer and decimal columns ajv cannot see. By JSON pointer. */
export interface NumberFaults {
  readonly outOfRange: string[]
  /** Fractions that a double swallows. */
  readonly fractions: string[]
  readonly notDecimal: string[]
}

type Judge = (node: JsonNode, pointer: string, faults: NumberFaults) => void

/** Makes the exact judge of every number of an integer or decimal column. */
export function numberJudge(fields: readonly Field[]): (root: JsonNode) => NumberFaults {
  const judge = structJudge(fields)
  return (root) => {
    const faults: NumberFaults = { outOfRange: [], fractions: [], notDecimal: [] }
    judge?.(root, '', faults)
    return faults
  }
}

/** The judge of the members that have numbers to judge, or undefined when none has. */
function structJudge(fields: readonly Field[]): Judge | undefined {
  const members = fields.flatMap(({ name, type }) => {
    const judge = judgeOf(type)
    return judge === undefined ? [] : [{ name, step: `/${escapePointer(name)}`, judge }]
  })
  if (members.length === 0) return undefined
  return (node, pointer, faults) => {
    for (const { name, step, judge } of members) {
      const value = member(node, name)
      if (value !== undefined) judge(value, pointer + step, faults)
    }
  }
}

function judgeOf(type: DataType): Judge | undefined {
  switch (type.kind) {
    case 'long':
      return judgeLong
    case 'decimal':
      return (node, pointer, faults) => judgeDecimal(node, type.precision, type.scale, pointer, faults)
    case 'struct':
      return structJudge(type.fields)
    case 'list': {
      const judge = judgeOf(type.element.type)
      if (judge === undefined) return undefined
      return (node, pointer, faults) => {
        if (node.kind === 'array') node.items.forEach((item, at) => judge(item, `${pointer}/${at}`, faults))
      }
    }
    default:
      return undefined
  }
}

function judgeLong(node: JsonNode, pointer: string, faults: NumberFaults): void {
  if (node.kind !== 'number' || /^-?[0-9]{1,18}$/.test(node.text) || !Number.isFinite(Number(node.text))) return
  const integer = exactInteger(node.text)
  if (integer === undefined) {
    if (Number.isInteger(Number(node.text))) faults.fractions.push(pointer)
  } else if (integer < LONG_MIN || integer > LONG_MAX) faults.outOfRange.push(pointer)
}

const DECIMAL = new RegExp(`^${DECIMAL_TEXT}$`)

function judgeDecimal(node: JsonNode, precision: number, scale: number, pointer: string, faults: NumberFaults): void {
  const text = node.kind === 'number' ? node.text : node.kind === 'string' ? node.value : undefined
  if (text === undefined) return
  if (node.kind === 'string' && !DECIMAL.test(text)) faults.notDecimal.push(pointer)
  else if (decimalText(text, precision, scale) === undefined) faults.outOfRange.push(pointer)
}
