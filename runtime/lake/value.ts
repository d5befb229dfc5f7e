import { decimalOf, type PrimitiveType } from './schema.ts'

/**
 * One value in memory: int and date (days) as number, long and timestamps (microseconds) and decimals (unscaled) as
 * bigint, binary as bytes, the others as JavaScript has them.
 */
export type Value = boolean | number | bigint | string | Buffer

/**
 * A partition value as plain JSON: int, date (days), year, month, day, hour and bucket as numbers; long, timestamps
 * (microseconds), decimals as decimal text; binary as hex; NaN does not occur.
 */
export type PartitionValue = string | number | boolean | null

/** The values of one partition, in the order of the spec's fields. Empty for an unpartitioned table. */
export type PartitionTuple = readonly PartitionValue[]

/**
 * Reads a value from its text: DuckDB's printed form, RFC 3339 for times, hex for binary. Undefined when the text is
 * no value of the type, or one that Iceberg cannot hold (infinite times, years beyond four digits).
 */
export function valueFromText(type: PrimitiveType, text: string): Value | undefined {
  switch (type) {
    case 'boolean':
      return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : undefined
    case 'int':
      return /^-?\d+$/.test(text) ? Number(text) : undefined
    case 'long':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined
    case 'float':
    case 'double':
      return floatFromText(text)
    case 'date':
      return daysFromText(text)
    case 'timestamp':
    case 'timestamptz':
      return microsFromText(text)
    case 'string':
      return text
    case 'binary':
      return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined
    default:
      return unscaledFromText(text, decimalOf(type)?.scale ?? 0)
  }
}

/** The value as plain JSON, see `PartitionValue`. */
export function toPartitionValue(type: PrimitiveType, value: Value | undefined): PartitionValue {
  if (value === undefined) return null
  if (Buffer.isBuffer(value)) return value.toString('hex')
  if (typeof value !== 'bigint') return value
  const scale = decimalOf(type)?.scale
  return scale === undefined ? value.toString() : decimalText(value, scale)
}

/** The value that the plain JSON form stands for; undefined for null. */
export function fromPartitionValue(type: PrimitiveType, value: PartitionValue): Value | undefined {
  if (value === null) return undefined
  if (typeof value !== 'string') return value
  if (type === 'timestamp' || type === 'timestamptz') return BigInt(value)
  return valueFromText(type, value)
}

/** Order of values of one type, as Iceberg compares them: text by code point, binary by unsigned bytes. */
export function compareValues(a: Value, b: Value): number {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b)
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

function floatFromText(text: string): number | undefined {
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text)
  return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : undefined
}

function daysFromText(text: string): number | undefined {
  const millis = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  // JavaScript takes 30 February for 2 March.
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text) ? millis / 86_400_000 : undefined
}

function microsFromText(text: string): bigint | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text)
  if (match === null || daysFromText(match[1] ?? '') === undefined) return undefined
  const [, date = '', time = '', fraction = '', zone = 'Z'] = match
  const offset = zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const millis = Date.parse(`${date}T${time}${offset}`)
  return Number.isNaN(millis) ? undefined : BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

function unscaledFromText(text: string, scale: number): bigint | undefined {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text)
  const [, sign = '', whole = '', fraction = ''] = match ?? []
  if (match === null || whole + fraction === '' || fraction.length > scale) return undefined
  const digits = BigInt(whole + fraction.padEnd(scale, '0'))
  return sign === '-' ? -digits : digits
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return unscaled < 0n ? `-${text}` : text
}
