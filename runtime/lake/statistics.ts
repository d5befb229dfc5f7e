import { quoteName } from './duckdb-type.ts'
import { isObject } from './json-value.ts'
import { leavesOf, type Field, type Leaf } from './schema.ts'
import { encodeSingleValue, lowerBound, upperBound } from './single-value.ts'
import { valueFromText, type Value } from './value.ts'
import type { ColumnMetrics } from './data-file.ts'

/** One file as DuckDB's `COPY ... (RETURN_STATS)` tells of it. */
export interface WrittenFile {
  readonly filename: string
  readonly recordCount: number
  readonly fileSizeBytes: number
  /** By column path as quoted names, `"a"."b"`: the statistics' names and texts. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly partitionKeys: ReadonlyMap<string, string>
}

/** Reads a row of `RETURN_STATS` in any of the forms that DuckDB's bindings give maps and big numbers in. */
export function writtenFile(row: Readonly<Record<string, unknown>>): WrittenFile {
  const columns = [...mapEntries(row['column_statistics'])].map(([key, value]) => [key, textMap(value)] as const)
  return {
    filename: String(row['filename']),
    recordCount: Number(row['count']),
    fileSizeBytes: Number(row['file_size_bytes']),
    columns: new Map(columns),
    partitionKeys: textMap(row['partition_keys']),
  }
}

/** The metrics of a data file; bounds for columns and fields of structs, of at most 16 code points or bytes. */
export function metricsOf(file: WrittenFile, fields: readonly Field[]): ColumnMetrics {
  const metrics = emptyMetrics()
  for (const leaf of leavesOf(fields)) {
    const stats = file.columns.get(leaf.path.map(quoteName).join('.'))
    if (stats !== undefined) addMetrics(metrics, leaf, stats)
  }
  return metrics
}

/** How many rows have null in the column, or 0 when the file does not tell. */
export function nullCount(file: WrittenFile, field: Field): number {
  return Number(file.columns.get(quoteName(field.name))?.get('null_count') ?? 0)
}

/** The least and the greatest value of a column, by its path as quoted names; undefined when it has nulls or no bounds. */
export function valueRange(
  file: WrittenFile,
  column: string,
  type: Leaf['type'],
): { readonly min: Value; readonly max: Value } | undefined {
  const stats = file.columns.get(column)
  if (stats?.get('null_count') !== '0') return undefined
  const [min, max] = [statistic(type, stats.get('min')), statistic(type, stats.get('max'))]
  return min === undefined || max === undefined ? undefined : { min, max }
}

type Writable<T> = { -readonly [K in keyof T]: { -readonly [P in keyof T[K]]: T[K][P] } }

function emptyMetrics(): Writable<ColumnMetrics> {
  return { columnSizes: {}, valueCounts: {}, nullValueCounts: {}, nanValueCounts: {}, lowerBounds: {}, upperBounds: {} }
}

function addMetrics(metrics: Writable<ColumnMetrics>, leaf: Leaf, stats: ReadonlyMap<string, string>): void {
  const { id, type } = leaf
  addCount(metrics.columnSizes, id, stats.get('column_size_bytes'))
  addCount(metrics.valueCounts, id, stats.get('num_values'))
  addCount(metrics.nullValueCounts, id, stats.get('null_count'))
  if (stats.get('has_nan') === 'false') metrics.nanValueCounts[id] = 0
  if (!leaf.single) return
  const min = statistic(type, stats.get('min'))
  const max = statistic(type, stats.get('max'))
  const upper = max === undefined ? undefined : upperBound(max)
  if (min !== undefined) metrics.lowerBounds[id] = encodeSingleValue(type, lowerBound(min)).toString('hex')
  if (upper !== undefined) metrics.upperBounds[id] = encodeSingleValue(type, upper).toString('hex')
}

function statistic(type: Leaf['type'], text: string | undefined): Value | undefined {
  return text === undefined ? undefined : valueFromText(type, text)
}

function addCount(counts: Record<number, number>, id: number, text: string | undefined): void {
  if (text !== undefined) counts[id] = Number(text)
}

function textMap(value: unknown): Map<string, string> {
  return new Map([...mapEntries(value)].map(([key, each]) => [key, String(each)]))
}

/** A DuckDB map as the bindings give it: a Map, a list of pairs, or an object with such a list. */
function* mapEntries(value: unknown): Generator<[string, unknown]> {
  const pairs: unknown = isObject(value) && 'entries' in value ? value['entries'] : value
  if (pairs instanceof Map) {
    for (const [key, each] of pairs) yield [String(key), each]
  } else if (Array.isArray(pairs)) {
    for (const pair of pairs) if (isObject(pair)) yield [String(pair['key']), pair['value']]
  }
}
