import { avroName } from './manifest-schema.ts'
import { arrayAt, integerAt, objectAt, type JsonObject } from './json-value.ts'
import type { ColumnMetrics } from './data-file.ts'
import type { PartitionField } from './partition-spec.ts'
import type { SnapshotId } from './snapshot.ts'

/** Column metrics as the pairs that Avro holds maps with int keys in. */
export function metricsToAvro(metrics: ColumnMetrics): JsonObject {
  return {
    column_sizes: pairs(metrics.columnSizes, Number),
    value_counts: pairs(metrics.valueCounts, Number),
    null_value_counts: pairs(metrics.nullValueCounts, Number),
    nan_value_counts: pairs(metrics.nanValueCounts, Number),
    lower_bounds: pairs(metrics.lowerBounds, hexBytes),
    upper_bounds: pairs(metrics.upperBounds, hexBytes),
  }
}

export function metricsFromAvro(record: JsonObject, at: string): ColumnMetrics {
  const counts = (name: string): Record<number, number> => fromPairs(record[name], at, integerAt)
  const bounds = (name: string): Record<number, string> => fromPairs(record[name], at, hexText)
  return {
    columnSizes: counts('column_sizes'),
    valueCounts: counts('value_counts'),
    nullValueCounts: counts('null_value_counts'),
    nanValueCounts: counts('nan_value_counts'),
    lowerBounds: bounds('lower_bounds'),
    upperBounds: bounds('upper_bounds'),
  }
}

/** The Avro names of partition fields, in order. */
export function fieldNames(fields: readonly PartitionField[]): string[] {
  return fields.map((field) => avroName(field.name))
}

/** A long of an Avro record as decimal digits. */
export function longAt(value: unknown, at: string): SnapshotId {
  return typeof value === 'bigint' ? value.toString() : String(integerAt(value, at))
}

function pairs<T>(map: Readonly<Record<number, T>>, convert: (value: T) => unknown): JsonObject[] | null {
  const entries = Object.entries(map)
  return entries.length === 0 ? null : entries.map(([key, value]) => ({ key: Number(key), value: convert(value) }))
}

function fromPairs<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): Record<number, T> {
  if (value === null || value === undefined) return {}
  const found: Record<number, T> = {}
  for (const each of arrayAt(value, at)) {
    const pair = objectAt(each, at)
    found[integerAt(pair['key'], at)] = read(pair['value'], at)
  }
  return found
}

function hexBytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

function hexText(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('hex') : ''
}
