import type { JsonObject, JsonTree, LocatedJson } from '../json-tree.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import type { YamlNode, YamlScalar } from '../yaml/tree.ts'
import type { Kind } from './kind.ts'
import { readScalar } from './scalar.ts'
import { isMissing, reportWrongType } from './wrong-type.ts'

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/

/** Any JSON value, `null` too. Numbers keep their digits as written. */
export const json: Kind<LocatedJson> = {
  expects: 'a value',
  shape: { type: 'json', object: false },
  read: (node, reading) => {
    const value = treeOf(node, reading)
    return value === undefined ? undefined : { value, span: node.span, pointer: node.pointer }
  },
}

/** A JSON object. */
export const jsonObject: Kind<LocatedJson<JsonObject>> = {
  expects: 'a mapping with the fields of a JSON object',
  shape: { type: 'json', object: true },
  read: (node, reading) => {
    if (node.kind !== 'mapping') {
      reportWrongType(node, 'a mapping with the fields of a JSON object', reading)
      return undefined
    }
    const value = treeOf(node, reading)
    return value?.kind === 'object' ? { value, span: node.span, pointer: node.pointer } : undefined
  },
}

function treeOf(node: YamlNode, reading: Reading): JsonTree | undefined {
  if (node.kind === 'scalar') return scalarTree(node, reading)
  if (node.kind === 'sequence') {
    const items = node.items.map((each) => treeOf(each, reading))
    const known = items.filter((each) => each !== undefined)
    return known.length === items.length ? { kind: 'list', items: known } : undefined
  }
  const members = new Map<string, JsonTree>()
  for (const { name, value } of node.entries) {
    const tree = treeOf(value, reading)
    if (tree !== undefined) members.set(name, tree)
  }
  return members.size === node.entries.length ? { kind: 'object', members } : undefined
}

function scalarTree(node: YamlScalar, reading: Reading): JsonTree | undefined {
  if (isMissing(node)) return { kind: 'null' }
  const filled = readScalar(node, 'a value', reading)
  if (filled === undefined) return undefined
  const { value, text } = filled
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (NUMBER.test(text)) return { kind: 'number', text }
  if (Number.isFinite(value)) return { kind: 'number', text: String(value) }
  const params = { field: fieldName(node), value: text, expected: 'a number that JSON has' }
  reportAt(reading, 'spec/bad-value', params, node)
  return undefined
}
