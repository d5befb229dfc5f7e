import { smeltError } from '#diagnostics'
import { tableName } from './identifier.ts'
import { bindSpec, type BoundPartitionField } from './partition-spec.ts'
import { isPrimitive, type PrimitiveType, type Schema } from './schema.ts'
import { decodeSingleValue } from './single-value.ts'
import { schemaOfSpec, specOf } from './table-metadata.ts'
import { applyTransform, parseTransform } from './transform.ts'
import { compareValues, fromPartitionValue, valueFromText, type Value } from './value.ts'
import type { DataFile } from './data-file.ts'
import type { ManifestFile } from './manifest-list.ts'
import type { Table } from './table.ts'

/** A literal in text form where JSON has no exact one: RFC 3339 times, `YYYY-MM-DD`, decimal digits, hex bytes. */
export type Literal = string | number | boolean

export type Predicate =
  | { readonly op: '=' | '<' | '<=' | '>' | '>='; readonly column: string; readonly value: Literal }
  | { readonly op: 'in'; readonly column: string; readonly values: readonly Literal[] }
  | { readonly op: 'is-null' | 'not-null'; readonly column: string }

/** What is known of the values of a column over some rows; absent bounds are not known. */
interface Range {
  readonly lower?: Value | undefined
  readonly upper?: Value | undefined
  readonly hasNull: boolean
  readonly hasValue: boolean
}

/** A predicate on a column, bound to its id and type. `values` are empty for the null tests. */
interface Bound {
  readonly op: Predicate['op']
  readonly fieldId: number
  readonly type: PrimitiveType
  readonly values: readonly Value[]
}

/** Whether a manifest may list a file with a matching row, by its partition summaries. */
export function manifestPruner(
  table: Table,
  schema: Schema,
  where: readonly Predicate[],
): (manifest: ManifestFile) => boolean {
  const bound = where.map((predicate) => bind(table, schema, predicate))
  return (manifest) => {
    const fields = boundSpec(table, manifest.specId, schema)
    return fields.every((field, index) => {
      const summary = manifest.partitions[index]
      if (summary === undefined) return true
      const lower = decode(field.result, summary.lowerBound)
      const upper = decode(field.result, summary.upperBound)
      // Bounds of text and binary are cut, so a value may be greater than the lower one it is told by.
      const range = { lower, upper, hasNull: summary.containsNull, hasValue: lower !== undefined }
      return partitionMayMatch(field, bound, range)
    })
  }
}

/** Whether a data file may have a matching row, by its partition and its column bounds. */
export function filePruner(table: Table, schema: Schema, where: readonly Predicate[]): (file: DataFile) => boolean {
  const bound = where.map((predicate) => bind(table, schema, predicate))
  if (bound.length === 0) return () => true
  return (file) => {
    const fields = boundSpec(table, file.specId, schema)
    const inPartition = fields.every((field, index) => {
      const value = fromPartitionValue(field.result, file.partition[index] ?? null)
      const range = { lower: value, upper: value, hasNull: value === undefined, hasValue: value !== undefined }
      return partitionMayMatch(field, bound, range)
    })
    return inPartition && bound.every((predicate) => mayMatch(predicate, rangeOf(file, predicate)))
  }
}

function boundSpec({ metadata }: Table, specId: number, schema: Schema): BoundPartitionField[] {
  const spec = specOf(metadata, specId)
  return bindSpec(spec, schemaOfSpec(metadata, spec, schema))
}

function bind(table: Table, schema: Schema, predicate: Predicate): Bound {
  const field = schema.fields.find((each) => each.name === predicate.column)
  if (field === undefined || !isPrimitive(field.type)) {
    throw smeltError('lake/unknown-column', { table: tableName(table.identifier), column: predicate.column })
  }
  const { id: fieldId, type } = field
  const literals = predicate.op === 'in' ? predicate.values : 'value' in predicate ? [predicate.value] : []
  return { op: predicate.op, fieldId, type, values: literals.map((literal) => valueOf(type, literal)) }
}

function valueOf(type: PrimitiveType, literal: Literal): Value {
  const value = valueFromText(type, String(literal))
  if (value === undefined) throw smeltError('lake/bad-literal', { text: String(literal), type })
  return value
}

function rangeOf(file: DataFile, { fieldId, type }: Bound): Range {
  const nulls = file.nullValueCounts[fieldId]
  const values = file.valueCounts[fieldId]
  return {
    lower: decode(type, file.lowerBounds[fieldId]),
    upper: decode(type, file.upperBounds[fieldId]),
    // A file from before the column was added has no counts; all its rows read as null.
    hasNull: nulls !== 0,
    hasValue: nulls === undefined || values === undefined || values > nulls,
  }
}

function decode(type: PrimitiveType, hex: string | undefined): Value | undefined {
  return hex === undefined ? undefined : decodeSingleValue(type, Buffer.from(hex, 'hex'))
}

function partitionMayMatch(field: BoundPartitionField, where: readonly Bound[], range: Range): boolean {
  return where
    .filter((each) => each.fieldId === field.sourceId)
    .every((predicate) => {
      const projected = project(field, predicate)
      return projected === undefined || mayMatch(projected, range)
    })
}

/** The predicate that every partition value of a matching row fulfils; undefined when there is none. */
function project(field: BoundPartitionField, predicate: Bound): Bound | undefined {
  const { name } = parseTransform(field.transform) ?? { name: 'void' }
  if (name === 'void') return undefined
  const values = predicate.values.flatMap((value) => applyTransform(field.transform, field.source, value) ?? [])
  const made = { ...predicate, fieldId: field.fieldId, type: field.result, values }
  if (predicate.op === '<' || predicate.op === '>') {
    if (name === 'identity') return made
    // Rounding down keeps order but makes neighbours equal.
    return name === 'bucket' ? undefined : { ...made, op: predicate.op === '<' ? '<=' : '>=' }
  }
  return name === 'bucket' && (predicate.op === '<=' || predicate.op === '>=') ? undefined : made
}

function mayMatch({ op, values }: Bound, range: Range): boolean {
  if (op === 'is-null') return range.hasNull
  if (!range.hasValue) return false
  if (op === 'not-null') return true
  return values.some((value) => valueMayMatch(op, value, range))
}

function valueMayMatch(op: Bound['op'], value: Value, { lower, upper }: Range): boolean {
  const aboveLower = lower === undefined ? 1 : compareValues(value, lower)
  const belowUpper = upper === undefined ? -1 : compareValues(value, upper)
  switch (op) {
    case '<':
      return aboveLower > 0
    case '<=':
      return aboveLower >= 0
    case '>':
      return belowUpper < 0
    case '>=':
      return belowUpper <= 0
    default:
      return aboveLower >= 0 && belowUpper <= 0
  }
}
