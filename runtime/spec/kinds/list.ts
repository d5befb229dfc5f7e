import type { Located } from '../nodes.ts'
import { fieldName, reportAt } from '../reading.ts'
import type { Kind } from './kind.ts'
import { reportWrongType } from './wrong-type.ts'

/** A list with at least one entry, each of one kind. The list has a value when every entry has one. */
export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  const expects = `a list whose entries are each ${item.expects}`
  return {
    expects,
    shape: { type: 'list', item: item.shape, least: 1, distinct: false },
    read: (node, reading) => {
      if (node.kind !== 'sequence') {
        reportWrongType(node, expects, reading)
        return undefined
      }
      if (node.items.length === 0) {
        reportAt(reading, 'spec/no-value', { field: fieldName(node), expected: 'at least one entry' }, node)
        return undefined
      }
      const values = node.items.map((each) => item.read(each, reading))
      const known = values.filter((value) => value !== undefined)
      return known.length === values.length ? known : undefined
    },
  }
}

/** A list that may be empty, each entry of one kind. */
export function listOrNone<T>(item: Kind<T>): Kind<readonly T[]> {
  const some = list(item)
  return {
    ...some,
    shape: { type: 'list', item: item.shape, least: 0, distinct: false },
    read: (node, reading) => (node.kind === 'sequence' && node.items.length === 0 ? [] : some.read(node, reading)),
  }
}

/** A list of texts in which none stands twice. */
export function distinct<W extends string>(kind: Kind<readonly Located<W>[]>): Kind<readonly Located<W>[]> {
  return {
    ...kind,
    shape: kind.shape.type === 'list' ? { ...kind.shape, distinct: true } : kind.shape,
    read: (node, reading) => {
      const values = kind.read(node, reading)
      if (values === undefined) return undefined
      const seen = new Set<string>()
      for (const each of values) {
        if (seen.has(each.value)) {
          reportAt(reading, 'spec/duplicate-entry', { field: fieldName(node), value: each.value }, each)
          return undefined
        }
        seen.add(each.value)
      }
      return values
    },
  }
}
