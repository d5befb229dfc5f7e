import type { RecordColumns } from '../record-columns.ts'
import type { OpenBatch } from './open-batch.ts'
import { MalformedBatch, readVarint, readVarlong, type Cursor } from './varint.ts'

export interface TakeLimits {
  readonly partition: number
  /** Records below this offset are passed over. */
  readonly from: bigint
  /** Records at or past this offset are left. */
  readonly until: bigint | undefined
  readonly rows: number
  /** Bytes after which no further record is begun, once there is one. */
  readonly turnBytes: number
  /** Bytes that must not be passed, but by a record that comes into empty columns. */
  readonly roomBytes: number
}

export interface Taken {
  readonly rows: number
  readonly bytes: number
  /** Why it stopped: no record is left, the next record is past `until`, the turn is over, or the room is used up. */
  readonly stop: 'end' | 'until' | 'turn' | 'room'
}

const WORD = 0x1_0000_0000

/**
 * Appends records of an open batch to `into`, in order. One copy moves all bytes of the taken records; the columns
 * point into it. Throws MalformedBatch where the bytes do not follow the format; then nothing was appended.
 */
export function takeRecords(batch: OpenBatch, into: RecordColumns, limits: TakeLimits): Taken {
  const { header, records } = batch
  const cursor: Cursor = { at: batch.at, end: records.length }
  const fromDelta = delta(limits.from, header.baseOffset)
  const untilDelta = limits.until === undefined ? Infinity : delta(limits.until, header.baseOffset)
  const write = columnWriter(into, batch, limits.partition)
  let { passed, lastDelta } = batch
  let rangeStart = -1
  let taken = 0
  let stop: Taken['stop'] = 'end'
  while (passed < header.recordsCount) {
    const recordAt = cursor.at
    const size = readVarint(records, cursor)
    const start = cursor.at
    const end = start + size
    if (size < 0 || end > records.length) throw new MalformedBatch('a record runs past the end of its batch')
    cursor.at = start + 1 // the attributes of a record are unused
    cursor.end = end
    const timestampDelta = readVarlong(records, cursor)
    const offsetDelta = readVarint(records, cursor)
    if (offsetDelta <= lastDelta || offsetDelta > header.lastOffsetDelta)
      throw new MalformedBatch('offsets do not ascend')
    if (offsetDelta >= fromDelta) {
      const bytes = end - (rangeStart < 0 ? start : rangeStart)
      if (offsetDelta >= untilDelta) stop = 'until'
      else if (taken >= limits.rows || (taken > 0 && bytes > limits.turnBytes)) stop = 'turn'
      else if (bytes > limits.roomBytes && (into.count > 0 || taken > 0)) stop = 'room'
      if (stop !== 'end') {
        cursor.at = recordAt
        break
      }
      if (rangeStart < 0) rangeStart = start
      write(taken, cursor, into.bytesUsed - rangeStart, offsetDelta, timestampDelta)
      taken += 1
    }
    lastDelta = offsetDelta
    passed += 1
    cursor.at = end
    cursor.end = records.length
  }
  if (stop === 'end' && cursor.at !== records.length) throw new MalformedBatch('bytes follow its last record')
  const bytes = rangeStart < 0 ? 0 : cursor.at - rangeStart
  if (taken > 0) {
    copyBytes(into, records, rangeStart, bytes)
    into.count += taken
  }
  Object.assign(batch, { at: cursor.at, passed, lastDelta })
  return { rows: taken, bytes, stop }
}

type WriteRow = (
  index: number,
  cursor: Cursor,
  shift: number,
  offsetDelta: number,
  timestampDelta: number | bigint,
) => void

/** Writes one row; the cursor stands before the key and is left before the headers. `shift` maps records to arena. */
function columnWriter(into: RecordColumns, batch: OpenBatch, partition: number): WriteRow {
  const { header, records } = batch
  // 64-bit columns are written as two halves: no bigint is made per record.
  const offsetWords = words(into.offset)
  const timestampWords = words(into.timestampMs)
  const baseLow = Number(BigInt.asUintN(32, header.baseOffset))
  const baseHigh = Number(header.baseOffset >> 32n)
  const baseTimestamp = Number(header.baseTimestamp)
  const exact = Number.isSafeInteger(baseTimestamp) && !header.logAppendTime
  return (index, cursor, shift, offsetDelta, timestampDelta) => {
    const row = into.count + index
    into.partition[row] = partition
    const low = baseLow + offsetDelta
    offsetWords[row * 2] = low
    offsetWords[row * 2 + 1] = low < WORD ? baseHigh : baseHigh + 1
    const timestamp = exact && typeof timestampDelta === 'number' ? baseTimestamp + timestampDelta : NaN
    if (Number.isSafeInteger(timestamp)) {
      const high = Math.floor(timestamp / WORD)
      timestampWords[row * 2] = timestamp - high * WORD
      timestampWords[row * 2 + 1] = high
    } else into.timestampMs[row] = wideTimestamp(batch, timestampDelta)
    into.keyLength[row] = readSpan(records, cursor)
    into.keyStart[row] = cursor.at + shift
    cursor.at += Math.max(into.keyLength[row] ?? 0, 0)
    into.valueLength[row] = readSpan(records, cursor)
    into.valueStart[row] = cursor.at + shift
    cursor.at += Math.max(into.valueLength[row] ?? 0, 0)
    if (cursor.at >= cursor.end) throw new MalformedBatch('a record has no header count')
    into.headersStart[row] = cursor.at + shift
    into.headersLength[row] = records[cursor.at] === 0 ? 0 : cursor.end - cursor.at
  }
}

function wideTimestamp({ header }: OpenBatch, delta: number | bigint): bigint {
  return header.logAppendTime ? header.maxTimestamp : BigInt.asIntN(64, header.baseTimestamp + BigInt(delta))
}

function readSpan(records: Buffer, cursor: Cursor): number {
  const length = readVarint(records, cursor)
  if (length < -1 || cursor.at + length > cursor.end)
    throw new MalformedBatch('a field runs past the end of its record')
  return length
}

function copyBytes(into: RecordColumns, records: Buffer, start: number, bytes: number): void {
  if (into.bytesUsed + bytes > into.bytes.length) into.bytes = Buffer.allocUnsafeSlow(bytes)
  records.copy(into.bytes, into.bytesUsed, start, start + bytes)
  into.bytesUsed += bytes
}

// Every platform Node runs on with an embedded engine is little-endian, so the low word comes first.
function words(column: BigInt64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length * 2)
}

function delta(offset: bigint, base: bigint): number {
  return Number(offset - base)
}
