import { smeltError } from '#diagnostics'
import { checkNames } from './new-schema.ts'
import { isPrimitive, leavesOf, type Field, type PrimitiveType, type Schema } from './schema.ts'
import { parseTransform, transformResult } from './transform.ts'

/** A partition transform by its name in the spec. */
export type Transform =
  'identity' | 'year' | 'month' | 'day' | 'hour' | 'void' | `bucket[${number}]` | `truncate[${number}]`

export interface PartitionField {
  readonly sourceId: number
  readonly fieldId: number
  readonly name: string
  readonly transform: Transform
}

export interface PartitionSpec {
  readonly specId: number
  readonly fields: readonly PartitionField[]
}

/** How a column shall partition a new table. The name defaults to Iceberg's usual one, such as `reported_at_day`. */
export interface NewPartitionField {
  readonly column: string
  readonly transform: Transform
  readonly name?: string
}

/**
 * A partition value as plain JSON: int, date (days), year, month, day, hour and bucket as numbers; long, timestamps
 * (microseconds), decimals as decimal text; binary as hex; NaN does not occur.
 */
export type PartitionValue = string | number | boolean | null

/** The values of one partition, in the order of the spec's fields. Empty for an unpartitioned table. */
export type PartitionTuple = readonly PartitionValue[]

/** Partition field ids start here, apart from column ids. */
export const FIRST_PARTITION_ID = 1000

/** Makes the first spec of a table. `lake/bad-schema` when a column is missing or its type does not fit the transform. */
export function newPartitionSpec(fields: readonly Field[], partitionBy: readonly NewPartitionField[]): PartitionSpec {
  const made = partitionBy.map(({ column, transform, name }, index) => {
    const source = fields.find((field) => field.name === column)
    if (source === undefined) throw smeltError('lake/bad-schema', { detail: `it is partitioned by \`${column}\`, which is no column` })
    if (!isPrimitive(source.type) || transformResult(transform, source.type) === undefined) {
      throw smeltError('lake/bad-schema', { detail: `\`${column}\` cannot be partitioned by \`${transform}\`` })
    }
    return { sourceId: source.id, fieldId: FIRST_PARTITION_ID + index, name: name ?? usualName(column, transform), transform }
  })
  const names = [...made, ...fields.filter((field) => !made.some((each) => each.name === field.name && isIdentityOf(each, field)))]
  checkNames(names)
  return { specId: 0, fields: made }
}

/** A partition field with the types of its source column and of its values. */
export interface BoundPartitionField extends PartitionField {
  readonly column: string
  readonly source: PrimitiveType
  readonly result: PrimitiveType
}

/** The spec's fields with their types. A field whose column was dropped is bound to nothing and reads as void text. */
export function bindSpec(spec: PartitionSpec, schema: Schema): BoundPartitionField[] {
  return spec.fields.map((field) => {
    const source = leavesOf(schema.fields).find((leaf) => leaf.id === field.sourceId)
    const result = source === undefined ? undefined : transformResult(field.transform, source.type)
    if (source === undefined || result === undefined) return { ...field, transform: 'void', column: '', source: 'string', result: 'string' }
    return { ...field, column: source.path[0] ?? '', source: source.type, result }
  })
}

/** A text that is equal for equal partitions of one table. */
export function partitionKey(specId: number, partition: PartitionTuple): string {
  return JSON.stringify([specId, ...partition])
}

/** The folder of a partition below `data`, for people who look: readers go by the manifests. Empty when unpartitioned. */
export function partitionFolder(spec: PartitionSpec, partition: PartitionTuple): string {
  return spec.fields.map((field, index) => `${plain(field.name)}=${plain(String(partition[index] ?? 'null'))}/`).join('')
}

function plain(text: string): string {
  return text.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_').slice(0, 64)
}

function isIdentityOf(partition: PartitionField, field: Field): boolean {
  return partition.transform === 'identity' && partition.sourceId === field.id
}

function usualName(column: string, transform: Transform): string {
  const parts = parseTransform(transform)
  switch (parts?.name) {
    case undefined:
    case 'identity':
      return column
    case 'void':
      return `${column}_null`
    case 'truncate':
      return `${column}_trunc`
    default:
      return `${column}_${parts.name}`
  }
}
