import { decimalOf, type PrimitiveType } from './schema.ts'
import type { Value } from './value.ts'

/** How much of a text (code points) or binary (bytes) a bound keeps. */
const KEPT = 16

/** The spec's binary single-value serialization (appendix D). The value must be of the type. */
export function encodeSingleValue(type: PrimitiveType, value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0])
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'number') return numberBytes(type, value)
  return decimalOf(type) === undefined ? longBytes(value) : minimalBytes(value)
}

/** The value of a single-value serialization. A bound written before its column was widened is read as it was. */
export function decodeSingleValue(type: PrimitiveType, bytes: Buffer): Value | undefined {
  switch (type) {
    case 'boolean':
      return bytes[0] !== 0
    case 'int':
    case 'date':
      return bytes.length === 4 ? bytes.readInt32LE() : undefined
    case 'long':
    case 'timestamp':
    case 'timestamptz':
      return bytes.length === 8 ? bytes.readBigInt64LE() : bytes.length === 4 ? BigInt(bytes.readInt32LE()) : undefined
    case 'float':
    case 'double':
      return bytes.length === 8 ? bytes.readDoubleLE() : bytes.length === 4 ? bytes.readFloatLE() : undefined
    case 'string':
      return bytes.toString()
    case 'binary':
      return bytes
    default:
      return bytes.length === 0 ? undefined : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
  }
}

/** A lower bound for `value`: itself, or its first 16 code points or bytes. */
export function lowerBound(value: Value): Value {
  if (Buffer.isBuffer(value)) return value.subarray(0, KEPT)
  return typeof value === 'string' ? codePoints(value).slice(0, KEPT).join('') : value
}

/**
 * An upper bound for `value`: itself if short, or its first 16 code points or bytes with the last one that can grow
 * made one greater. Undefined when none can grow.
 */
export function upperBound(value: Value): Value | undefined {
  if (Buffer.isBuffer(value)) return value.length <= KEPT ? value : nextBytes(value.subarray(0, KEPT))
  if (typeof value !== 'string') return value
  const points = codePoints(value)
  return points.length <= KEPT ? value : nextText(points.slice(0, KEPT))
}

/** The first code points of a text, one more than a bound keeps. */
function codePoints(text: string): string[] {
  return Array.from(text.slice(0, 2 * (KEPT + 1))).slice(0, KEPT + 1)
}

function nextText(points: readonly string[]): string | undefined {
  for (let last = points.length - 1; last >= 0; last--) {
    const point = points[last]?.codePointAt(0) ?? 0
    // Surrogates are no characters: the code point after U+D7FF is U+E000.
    const next = point === 0xd7ff ? 0xe000 : point + 1
    if (next <= 0x10ffff) return points.slice(0, last).join('') + String.fromCodePoint(next)
  }
  return undefined
}

function nextBytes(bytes: Buffer): Buffer | undefined {
  for (let last = bytes.length - 1; last >= 0; last--) {
    const byte = bytes[last] ?? 0
    if (byte < 0xff) return Buffer.concat([bytes.subarray(0, last), Buffer.from([byte + 1])])
  }
  return undefined
}

function numberBytes(type: PrimitiveType, value: number): Buffer {
  const bytes = Buffer.alloc(type === 'double' || type === 'long' ? 8 : 4)
  if (type === 'double') bytes.writeDoubleLE(value)
  else if (type === 'float') bytes.writeFloatLE(value)
  else if (type === 'long') bytes.writeBigInt64LE(BigInt(value))
  else bytes.writeInt32LE(value)
  return bytes
}

export function longBytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}

/** Big-endian two's complement in as few bytes as hold the sign: the form of decimals. */
export function minimalBytes(value: bigint): Buffer {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length++
  const hex = BigInt.asUintN(length * 8, value).toString(16)
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}
