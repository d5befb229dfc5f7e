import { smeltError } from '#diagnostics'
import { quoteName } from './duckdb-type.ts'
import { checkNames } from './new-schema.ts'
import { isPrimitive, leavesOf, type Field, type PrimitiveType, type Schema } from './schema.ts'
import { parseTransform, transformResult, type Transform } from './transform.ts'
import type { PartitionTuple } from './value.ts'

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

/** Partition field ids start here, apart from column ids. */
export const FIRST_PARTITION_ID = 1000

/** Makes the first spec of a table. `lake/bad-schema` when a column is missing or its type does not fit the transform. */
export function newPartitionSpec(fields: readonly Field[], partitionBy: readonly NewPartitionField[]): PartitionSpec {
  const made = partitionBy.map(({ column, transform, name }, index) => {
    const source = fields.find((field) => field.name === column)
    if (source === undefined)
      throw smeltError('lake/bad-schema', { detail: `it is partitioned by \`${column}\`, which is no column` })
    if (!isPrimitive(source.type) || transformResult(transform, source.type) === undefined) {
      throw smeltError('lake/bad-schema', { detail: `\`${column}\` cannot be partitioned by \`${transform}\`` })
    }
    return {
      sourceId: source.id,
      fieldId: FIRST_PARTITION_ID + index,
      name: name ?? usualName(column, transform),
      transform,
    }
  })
  const names = [
    ...made,
    ...fields.filter((field) => !made.some((each) => each.name === field.name && isIdentityOf(each, field))),
  ]
  checkNames(names)
  return { specId: 0, fields: made }
}

/** A partition field with the types of its source column and of its values. */
export interface BoundPartitionField extends PartitionField {
  /** SQL text of the source column. */
  readonly column: string
  readonly source: PrimitiveType
  readonly result: PrimitiveType
}

/** The spec's fields with their types; a void field needs no column. `lake/unsupported` when another one has none. */
export function bindSpec(spec: PartitionSpec, schema: Schema): BoundPartitionField[] {
  const leaves = leavesOf(schema.fields)
  return spec.fields.map((field) => {
    const source = leaves.find((leaf) => leaf.id === field.sourceId)
    const result = source === undefined ? undefined : transformResult(field.transform, source.type)
    if (source !== undefined && result !== undefined) {
      return { ...field, column: source.path.map(quoteName).join('.'), source: source.type, result }
    }
    if (field.transform === 'void') return { ...field, column: 'NULL', source: 'string', result: 'string' }
    throw smeltError('lake/unsupported', {
      location: field.name,
      feature: 'a partition field whose column was dropped',
    })
  })
}

/** A text that is equal for equal partitions of one table, also when an int column became long in between. */
export function partitionKey(specId: number, partition: PartitionTuple): string {
  return JSON.stringify([specId, ...partition.map((value) => (value === null ? null : String(value)))])
}

/** The folder of a partition below `data`, for people who look: readers go by the manifests. Empty when unpartitioned. */
export function partitionFolder(spec: PartitionSpec, partition: PartitionTuple): string {
  return spec.fields
    .map((field, index) => `${plain(field.name)}=${plain(String(partition[index] ?? 'null'))}/`)
    .join('')
}

function plain(text: string): string {
  return text
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 64)
}

function isIdentityOf(partition: PartitionField, field: Field): boolean {
  return partition.transform === 'identity' && partition.sourceId === field.id
}

function usualName(column: string, transform: Transform): string {
  const kind = parseTransform(transform)?.name ?? 'identity'
  switch (kind) {
    case 'identity':
      return column
    case 'void':
      return `${column}_null`
    case 'truncate':
      return `${column}_trunc`
    default:
      return `${column}_${kind}`
  }
}
