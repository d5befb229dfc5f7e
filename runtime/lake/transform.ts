import { murmur3 } from './murmur3.ts'
import { decimalOf, type PrimitiveType } from './schema.ts'
import { encodeSingleValue, longBytes } from './single-value.ts'
import type { Value } from './value.ts'

const PLAIN = ['identity', 'year', 'month', 'day', 'hour', 'void'] as const
const DAY_MICROS = 86_400_000_000n
const HOUR_MICROS = 3_600_000_000n

/** A partition transform by its name in the spec. */
export type Transform =
  'identity' | 'year' | 'month' | 'day' | 'hour' | 'void' | `bucket[${number}]` | `truncate[${number}]`

/** A transform in parts: the name, and the number in the brackets of bucket and truncate (0 for the others). */
export interface TransformParts {
  readonly name: 'identity' | 'year' | 'month' | 'day' | 'hour' | 'void' | 'bucket' | 'truncate'
  readonly width: number
}

/** Undefined for text that is no transform. */
export function parseTransform(text: string): TransformParts | undefined {
  const plain = PLAIN.find((name) => name === text)
  if (plain !== undefined) return { name: plain, width: 0 }
  const match = /^(bucket|truncate)\[([1-9]\d{0,8})\]$/.exec(text)
  return match === null ? undefined : { name: match[1] === 'bucket' ? 'bucket' : 'truncate', width: Number(match[2]) }
}

export function isTransform(text: string): text is Transform {
  return parseTransform(text) !== undefined
}

/** Whether the transform cuts time into stretches: values between two of one stretch are in it. */
export function isTimeTransform(transform: Transform): boolean {
  return transform === 'year' || transform === 'month' || transform === 'day' || transform === 'hour'
}

/** The type of the transform's values; undefined when the transform cannot be applied to the source type. */
export function transformResult(transform: Transform, source: PrimitiveType): PrimitiveType | undefined {
  const time = source === 'timestamp' || source === 'timestamptz'
  switch (parseTransform(transform)?.name) {
    case 'identity':
    case 'void':
      return source
    case 'bucket':
      return source === 'boolean' || source === 'float' || source === 'double' ? undefined : 'int'
    case 'truncate':
      return ['int', 'long', 'string', 'binary'].includes(source) || decimalOf(source) ? source : undefined
    case 'year':
    case 'month':
      return time || source === 'date' ? 'int' : undefined
    case 'day':
      return time || source === 'date' ? 'date' : undefined
    case 'hour':
      return time ? 'int' : undefined
    case undefined:
      return undefined
  }
}

/** The partition value of one column value (undefined is null), for a transform that fits the source type. */
export function applyTransform(
  transform: Transform,
  source: PrimitiveType,
  value: Value | undefined,
): Value | undefined {
  const parts = parseTransform(transform)
  if (value === undefined || parts === undefined) return undefined
  switch (parts.name) {
    case 'identity':
      return value
    case 'void':
      return undefined
    case 'bucket':
      return (murmur3(hashedBytes(source, value)) & 0x7fffffff) % parts.width
    case 'truncate':
      return truncate(value, parts.width)
    case 'year':
      return date(source, value).getUTCFullYear() - 1970
    case 'month':
      return (date(source, value).getUTCFullYear() - 1970) * 12 + date(source, value).getUTCMonth()
    case 'day':
      return daysOf(source, value)
    case 'hour':
      return Number(floorDivide(BigInt(String(value)), HOUR_MICROS))
  }
}

/** What bucket hashes: integers of every width and times as eight bytes, so that widening keeps the bucket. */
function hashedBytes(source: PrimitiveType, value: Value): Buffer {
  return typeof value === 'number' ? longBytes(BigInt(value)) : encodeSingleValue(source, value)
}

function truncate(value: Value, width: number): Value {
  if (Buffer.isBuffer(value)) return value.subarray(0, width)
  if (typeof value === 'string')
    return Array.from(value.slice(0, 2 * width))
      .slice(0, width)
      .join('')
  if (typeof value === 'bigint') return floorDivide(value, BigInt(width)) * BigInt(width)
  return typeof value === 'number' ? Math.floor(value / width) * width : value
}

function daysOf(source: PrimitiveType, value: Value): number {
  return source === 'date' ? Number(value) : Number(floorDivide(BigInt(String(value)), DAY_MICROS))
}

function date(source: PrimitiveType, value: Value): Date {
  return new Date(daysOf(source, value) * 86_400_000)
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
