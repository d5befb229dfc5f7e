import { typeText } from '../expression/index.ts'
import type { Field } from '#contract'
import type { LocatedText } from '#spec'
import type { PartitionField } from '../types.ts'
import { type Problems } from './context.ts'

const TIMES = ['year', 'month', 'day', 'hour'] as const

/** Resolves `partition_by` against a table's columns; the default when it is not given. */
export function resolvePartitions(
  nodes: readonly LocatedText[] | undefined,
  columns: readonly Field[],
  fallback: readonly PartitionField[],
  problems: Problems,
): readonly PartitionField[] {
  if (nodes === undefined) return fallback
  return nodes.flatMap((node) => resolvePartition(node, columns, problems))
}

function resolvePartition(node: LocatedText, columns: readonly Field[], problems: Problems): PartitionField[] {
  const text = node.value.trim()
  const found =
    /^(?:(year|month|day|hour)\(\s*(\w+)\s*\)|(bucket|truncate)\(\s*(\d{1,9})\s*,\s*(\w+)\s*\)|(\w+))$/.exec(text)
  if (found === null || Number(found[4] ?? 1) < 1) {
    problems.add('plan/bad-partition', { text }, node)
    return []
  }
  const [, time, timeColumn, sized, argument, sizedColumn, plain] = found
  const name = timeColumn ?? sizedColumn ?? plain ?? ''
  const column = problems.find(
    'column',
    { ...node, value: name },
    columns.map((each) => ({ name: each.name, key: { ...node, value: each.name }, node: each })),
  )
  if (column === undefined) return []
  const partition: PartitionField = {
    column: name,
    transform: TIMES.find((each) => each === time) ?? (sized as 'bucket' | 'truncate' | undefined) ?? 'identity',
    ...(argument === undefined ? {} : { argument: Number(argument) }),
  }
  const { kind } = column.node.type
  if (!fits(partition.transform, kind)) {
    const expected = time === undefined ? 'a plain value' : 'a timestamp or date'
    problems.add(
      'plan/wrong-type',
      { what: `The column of \`${text}\``, expected, actual: typeText(column.node.type) },
      node,
    )
  }
  return [partition]
}

function fits(transform: PartitionField['transform'], kind: Field['type']['kind']): boolean {
  if (kind === 'struct' || kind === 'list') return false
  switch (transform) {
    case 'identity':
      return true
    case 'hour':
      return kind === 'timestamp'
    case 'year':
    case 'month':
    case 'day':
      return kind === 'timestamp' || kind === 'date'
    case 'bucket':
      return kind !== 'boolean' && kind !== 'double'
    case 'truncate':
      return kind === 'long' || kind === 'string' || kind === 'binary' || kind === 'decimal'
  }
}
