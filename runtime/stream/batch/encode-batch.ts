import type { OutgoingRecord } from '../port.ts'
import { crc32c } from './crc32c.ts'
import { LAYOUT } from './layout.ts'
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.ts'

/** Who wrote a batch and under which number, for brokers that drop repeats. */
export interface ProducerStamp {
  readonly id: bigint
  readonly epoch: number
  readonly sequence: number
}

export interface BatchOptions {
  readonly baseOffset: bigint
  /** CreateTime of records that name none, in Unix milliseconds. */
  readonly nowMs: number
  readonly producer?: ProducerStamp
}

const MAGIC = 2
const NO_PRODUCER: ProducerStamp = { id: -1n, epoch: -1, sequence: -1 }

/** Encodes records as one uncompressed record batch, format version 2, with consecutive offsets from `baseOffset` on. */
export function encodeBatch(records: readonly OutgoingRecord[], options: BatchOptions): Buffer {
  const { baseOffset, nowMs, producer = NO_PRODUCER } = options
  const baseTimestamp = records[0]?.timestampMs ?? nowMs
  const sizes = records.map((record, index) => bodySize(record, index, (record.timestampMs ?? nowMs) - baseTimestamp))
  const size = sizes.reduce((sum, body) => sum + varintSize(body) + body, LAYOUT.records)
  const bytes = Buffer.allocUnsafe(size)
  let at: number = LAYOUT.records
  let maxTimestamp = baseTimestamp
  for (const [index, record] of records.entries()) {
    const timestamp = record.timestampMs ?? nowMs
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
    at = writeVarint(bytes, at, sizes[index] ?? 0)
    at = writeBody(bytes, at, record, index, timestamp - baseTimestamp)
  }
  bytes.writeBigInt64BE(baseOffset, LAYOUT.baseOffset)
  bytes.writeInt32BE(size - LAYOUT.leaderEpoch, LAYOUT.batchLength)
  bytes.writeInt32BE(-1, LAYOUT.leaderEpoch)
  bytes.writeInt8(MAGIC, LAYOUT.magic)
  bytes.writeInt16BE(0, LAYOUT.attributes)
  bytes.writeInt32BE(records.length - 1, LAYOUT.lastOffsetDelta)
  bytes.writeBigInt64BE(BigInt(baseTimestamp), LAYOUT.baseTimestamp)
  bytes.writeBigInt64BE(BigInt(maxTimestamp), LAYOUT.maxTimestamp)
  bytes.writeBigInt64BE(producer.id, LAYOUT.producerId)
  bytes.writeInt16BE(producer.epoch, LAYOUT.producerEpoch)
  bytes.writeInt32BE(producer.sequence, LAYOUT.baseSequence)
  bytes.writeInt32BE(records.length, LAYOUT.recordsCount)
  sealBatch(bytes)
  return bytes
}

/** Writes the checksum of a batch whose other fields are in place. */
export function sealBatch(batch: Buffer): void {
  batch.writeUInt32BE(crc32c(batch.subarray(LAYOUT.attributes)), LAYOUT.crc)
}

/** Bytes of a record after its length: attributes, timestamp delta, offset delta, key, value, headers. */
function bodySize(record: OutgoingRecord, offsetDelta: number, timestampDelta: number): number {
  const headers = record.headers ?? []
  let size = 1 + varlongSize(timestampDelta) + varintSize(offsetDelta) + varintSize(headers.length)
  size += spanSize(record.key) + spanSize(record.value)
  for (const [name, value] of headers) {
    const length = Buffer.byteLength(name)
    size += varintSize(length) + length + spanSize(value)
  }
  return size
}

function writeBody(bytes: Buffer, at: number, record: OutgoingRecord, offsetDelta: number, timestamp: number): number {
  const headers = record.headers ?? []
  bytes[at++] = 0
  at = writeVarlong(bytes, at, timestamp)
  at = writeVarint(bytes, at, offsetDelta)
  at = writeSpan(bytes, at, record.key)
  at = writeSpan(bytes, at, record.value)
  at = writeVarint(bytes, at, headers.length)
  for (const [name, value] of headers) {
    at = writeVarint(bytes, at, Buffer.byteLength(name))
    at += bytes.write(name, at)
    at = writeSpan(bytes, at, value)
  }
  return at
}

function spanSize(span: Buffer | null): number {
  return span === null ? 1 : varintSize(span.length) + span.length
}

function writeSpan(bytes: Buffer, at: number, span: Buffer | null): number {
  if (span === null) return writeVarint(bytes, at, -1)
  at = writeVarint(bytes, at, span.length)
  return at + span.copy(bytes, at)
}
