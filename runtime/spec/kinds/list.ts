import type { Located } from '../nodes.ts'
import { fieldName, reportAt, type Reading } from '../reading.ts'
import type { YamlNode } from '../yaml/tree.ts'
import { describeNode } from './describe.ts'
import type { Kind } from './kind.ts'
import { isMissing } from './scalar.ts'

/** A list with at least one entry, each of one kind. The list has a value when every entry has one. */
export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  const expects = `a list whose entries are each ${item.expects}`
  return {
    expects,
    shape: { type: 'list', item: item.shape },
    read: (node, reading) => {
      if (node.kind !== 'sequence') return notList(node, expects, reading)
      if (node.items.length === 0) {
        return reportAt(reading, 'spec/no-value', { field: fieldName(node), expected: 'at least one entry' }, node)
      }
      const values = node.items.map((each) => item.read(each, reading))
      const known = values.filter((value): value is Awaited<T> & T => value !== undefined)
      return known.length === values.length ? known : undefined
    },
  }
}

/** A list of texts in which none stands twice. */
export function distinct(kind: Kind<readonly Located<string>[]>): Kind<readonly Located<string>[]> {
  return {
    ...kind,
    read: (node, reading) => {
      const values = kind.read(node, reading)
      if (values === undefined) return undefined
      const seen = new Set<string>()
      for (const each of values) {
        if (seen.has(each.value)) {
          return reportAt(reading, 'spec/duplicate-entry', { field: fieldName(node), value: each.value }, each)
        }
        seen.add(each.value)
      }
      return values
    },
  }
}

function notList(node: YamlNode, expected: string, reading: Reading): undefined {
  const field = fieldName(node)
  if (node.kind === 'scalar' && isMissing(node)) {
    return reportAt(reading, 'spec/no-value', { field, expected }, { ...node, span: node.keySpan })
  }
  return reportAt(reading, 'spec/wrong-type', { field, expected, found: describeNode(node) }, node)
}
