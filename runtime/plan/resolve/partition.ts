import { typeText } from '../expression/index.ts'
import type { Field } from '#contract'
import type { LocatedText } from '#spec'
import type { PartitionField } from '../types.ts'
import { type Problems } from './context.ts'
import { findField, type Columns } from './scope.ts'

const TIMES = ['year', 'month', 'day', 'hour'] as const

/**
 * In place of a partition that cannot be told because of a problem that was: a time, so that the same problem is not told
 * again of a table whose rows are to go by time.
 */
export const UNKNOWN_PARTITION: PartitionField = { column: '', transform: 'day' }

/** The default of a table: the day of its event time. `timed` is false when it cannot be told which column carries it. */
export function dayOf(eventTime: { readonly name: string } | undefined, timed: boolean): PartitionField[] {
  if (eventTime !== undefined) return [{ column: eventTime.name, transform: 'day' }]
  return timed ? [] : [UNKNOWN_PARTITION]
}

/** Resolves `partition_by` against a table's columns; the default when it is not given. */
export function resolvePartitions(
  nodes: readonly LocatedText[] | undefined,
  columns: Columns,
  fallback: readonly PartitionField[],
  problems: Problems,
): readonly PartitionField[] {
  if (nodes === undefined) return fallback
  return nodes.map((node) => resolvePartition(node, columns, problems))
}

function resolvePartition(node: LocatedText, columns: Columns, problems: Problems): PartitionField {
  const text = node.value.trim()
  const found =
    /^(?:(year|month|day|hour)\(\s*(\w+)\s*\)|(bucket|truncate)\(\s*(\d{1,9})\s*,\s*(\w+)\s*\)|(\w+))$/.exec(text)
  if (found === null || Number(found[4] ?? 1) < 1) {
    problems.add('plan/bad-partition', { text }, node)
    return UNKNOWN_PARTITION
  }
  const [, time, timeColumn, sized, argument, sizedColumn, plain] = found
  const name = timeColumn ?? sizedColumn ?? plain ?? ''
  const column = findField({ ...node, value: name }, columns, problems)
  if (column === undefined) return UNKNOWN_PARTITION
  const partition: PartitionField = {
    column: name,
    transform: TIMES.find((each) => each === time) ?? (sized as 'bucket' | 'truncate' | undefined) ?? 'identity',
    ...(argument === undefined ? {} : { argument: Number(argument) }),
  }
  if (column === 'broken') return partition
  const { kind } = column.type
  if (!fits(partition.transform, kind)) {
    const expected = time === undefined ? 'a plain value' : 'a timestamp or date'
    problems.add(
      'plan/wrong-type',
      { what: `The column of \`${text}\``, expected, actual: typeText(column.type) },
      node,
    )
  }
  return partition
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
