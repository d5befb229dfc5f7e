import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api'

/**
 * A value as JSON text that keeps every digit: integers and decimals of any size are numbers, timestamps ISO 8601 with
 * microseconds where there are some, bytes the engine's own text form, NaN and infinity null.
 */
export function valueJson(value: DuckDBValue): string {
  if (value === null) return 'null'
  if (typeof value === 'bigint') return value.toString()
  // JSON has no form for what is no finite number; `stringify` writes null.
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (value instanceof DuckDBDecimalValue) return value.toString()
  if (value instanceof DuckDBTimestampTZValue) return timestampJson(value, 'Z')
  if (value instanceof DuckDBTimestampValue) return timestampJson(value, '')
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return `[${value.items.map(valueJson).join(',')}]`
  if (value instanceof DuckDBStructValue) return objectJson(Object.entries(value.entries))
  if (value instanceof DuckDBUnionValue) return valueJson(value.value)
  if (value instanceof DuckDBMapValue) {
    return `[${value.entries.map((each) => objectJson(Object.entries(each))).join(',')}]`
  }
  return JSON.stringify(String(value))
}

function objectJson(entries: readonly (readonly [string, DuckDBValue])[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`).join(',')}}`
}

/** JavaScript's dates reach as far as any event; what lies beyond, infinity too, is told in the engine's own form. */
function timestampJson(value: DuckDBTimestampValue | DuckDBTimestampTZValue, zone: string): string {
  const rest = ((value.micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const date = new Date(Number((value.micros - rest) / 1000n))
  if (Number.isNaN(date.getTime())) return JSON.stringify(value.toString())
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(6, '0').replace(/000$/, '')}`
  return `"${date.toISOString().slice(0, -5)}${fraction}${zone}"`
}
