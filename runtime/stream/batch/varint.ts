/** A place in a buffer and the end it must not pass. */
export interface Cursor {
  at: number
  end: number
}

/** What a batch is refused with when its bytes do not follow the format. */
export class MalformedBatch extends Error {
  override readonly name = 'MalformedBatch'
}

/** Reads a zigzag varint of at most 32 bits (Kafka's `varint`) and moves the cursor. */
export function readVarint(bytes: Buffer, cursor: Cursor): number {
  let result = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = nextByte(bytes, cursor)
    result |= (byte & 0x7f) << shift
    if (byte < 0x80) return (result >>> 1) ^ -(result & 1)
  }
  throw new MalformedBatch('a varint is longer than 5 bytes')
}

/**
 * Reads a zigzag varint of at most 64 bits (Kafka's `varlong`) and moves the cursor. A value that a number cannot hold
 * exactly comes back as a bigint.
 */
export function readVarlong(bytes: Buffer, cursor: Cursor): number | bigint {
  const start = cursor.at
  let low = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = nextByte(bytes, cursor)
    low |= (byte & 0x7f) << shift
    if (byte < 0x80) return (low >>> 1) ^ -(low & 1)
  }
  cursor.at = start
  return readLongVarlong(bytes, cursor)
}

function readLongVarlong(bytes: Buffer, cursor: Cursor): number | bigint {
  let raw = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = nextByte(bytes, cursor)
    raw |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) {
      const value = BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n))
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
    }
  }
  throw new MalformedBatch('a varint is longer than 10 bytes')
}

function nextByte(bytes: Buffer, cursor: Cursor): number {
  const byte = cursor.at < cursor.end ? bytes[cursor.at] : undefined
  if (byte === undefined) throw new MalformedBatch('a varint runs past the end of its record')
  cursor.at += 1
  return byte
}

/** Bytes that `value` takes as a zigzag varint of 32 bits. */
export function varintSize(value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  let size = 1
  while (rest >= 0x80) {
    rest >>>= 7
    size += 1
  }
  return size
}

/** Writes `value` as a zigzag varint of 32 bits at `at`; returns the place after it. */
export function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

/** Bytes that `value` takes as a zigzag varint of 64 bits. */
export function varlongSize(value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return varintSize(value)
  let rest = zigzag64(value)
  let size = 1
  while (rest >= 0x80n) {
    rest >>= 7n
    size += 1
  }
  return size
}

/** Writes the safe integer `value` as a zigzag varint of 64 bits at `at`; returns the place after it. */
export function writeVarlong(bytes: Buffer, at: number, value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return writeVarint(bytes, at, value)
  let rest = zigzag64(value)
  while (rest >= 0x80n) {
    bytes[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  bytes[at++] = Number(rest)
  return at
}

function zigzag64(value: number): bigint {
  const wide = BigInt(value)
  return BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))
}
