import { fieldName, reportAt, type Reading } from '../reading.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { describeNode } from './describe.ts'

/** Reports that `node` is not what was `expected`: nothing at all (marked at its key), or something else. */
export function reportWrongType(node: YamlNode, expected: string, reading: Reading): void {
  const field = node.pointer === '' ? 'the file' : fieldName(node)
  if (isMissing(node)) reportAt(reading, 'spec/no-value', { field, expected }, { ...node, span: node.keySpan })
  else reportAt(reading, 'spec/wrong-type', { field, expected, found: describeNode(node) }, node)
}

/** True for a key with nothing behind it. */
export function isMissing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null && node.text === ''
}
