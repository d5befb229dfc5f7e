import { fieldName, reportAt, type Reading } from '../reading.ts'
import type { YamlNode, YamlScalar } from '../yaml/tree.ts'
import type { Kind } from './kind.ts'

/** As `kind`, of a value that Terragrunt reads out of the same file: no placeholder may stand in it, at any depth. */
export function asWritten<T>(kind: Kind<T>): Kind<T> {
  return {
    ...kind,
    shape: { type: 'as-written', of: kind.shape },
    read: (node, reading) => {
      const filled = scalarsOf(node).filter(({ text }) => text.includes('${'))
      for (const each of filled) reportFilled(each, reading)
      return filled.length > 0 ? undefined : kind.read(node, reading)
    },
  }
}

function reportFilled(node: YamlScalar, reading: Reading): void {
  reportAt(reading, 'tenant/filled-in', { field: fieldName(node), found: node.text.slice(0, 60) }, node)
}

function scalarsOf(node: YamlNode): YamlScalar[] {
  switch (node.kind) {
    case 'scalar':
      return [node]
    case 'sequence':
      return node.items.flatMap(scalarsOf)
    case 'mapping':
      return node.entries.flatMap(({ value }) => scalarsOf(value))
  }
}
