import { crc32c } from './crc32c.ts'

/** Kafka's record batch, format version 2: where its fields lie, in bytes from its start. All integers are big-endian. */
export const LAYOUT = {
  baseOffset: 0,
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordsCount: 57,
  records: 61,
} as const

/** `batchLength` counts from the byte after itself. */
const LENGTH_BASE = LAYOUT.leaderEpoch

const CODEC_MASK = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

/** The fields of a batch that a reader needs. */
export interface BatchHeader {
  readonly baseOffset: bigint
  /** Whole size in bytes, header included. */
  readonly size: number
  readonly magic: number
  readonly codec: number
  readonly logAppendTime: boolean
  readonly transactional: boolean
  readonly control: boolean
  readonly lastOffsetDelta: number
  readonly baseTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly producerId: bigint
  readonly recordsCount: number
}

/** Whole size in bytes of the batch at `at`, by its length field; needs 12 bytes. Less than a header means damage. */
export function batchSize(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + LAYOUT.batchLength) + LENGTH_BASE
}

/** Reads the header at `at`; needs the 61 bytes of it to be there. Nothing is checked. */
export function readBatchHeader(bytes: Buffer, at: number): BatchHeader {
  const attributes = bytes.readInt16BE(at + LAYOUT.attributes)
  return {
    baseOffset: bytes.readBigInt64BE(at + LAYOUT.baseOffset),
    size: batchSize(bytes, at),
    magic: bytes.readInt8(at + LAYOUT.magic),
    codec: attributes & CODEC_MASK,
    logAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
    transactional: (attributes & TRANSACTIONAL) !== 0,
    control: (attributes & CONTROL) !== 0,
    lastOffsetDelta: bytes.readInt32BE(at + LAYOUT.lastOffsetDelta),
    baseTimestamp: bytes.readBigInt64BE(at + LAYOUT.baseTimestamp),
    maxTimestamp: bytes.readBigInt64BE(at + LAYOUT.maxTimestamp),
    producerId: bytes.readBigInt64BE(at + LAYOUT.producerId),
    recordsCount: bytes.readInt32BE(at + LAYOUT.recordsCount),
  }
}

/** The offset after the batch. Holds for control, aborted and emptied batches too. */
export function offsetAfter(header: BatchHeader): bigint {
  return header.baseOffset + BigInt(header.lastOffsetDelta) + 1n
}

/** True when the checksum over everything from the attributes on is right. The fields before them are not covered. */
export function hasValidCrc(bytes: Buffer, at: number, size: number): boolean {
  return crc32c(bytes.subarray(at + LAYOUT.attributes, at + size)) === bytes.readUInt32BE(at + LAYOUT.crc)
}

/** The batches of `bytes` in order. The last one may be incomplete, or be damage that its length field gives away. */
export function* walkBatches(bytes: Buffer): Generator<{ header: BatchHeader; complete: boolean }> {
  for (let at = 0; at + LAYOUT.records <= bytes.length;) {
    const header = readBatchHeader(bytes, at)
    const complete = header.size >= LAYOUT.records && at + header.size <= bytes.length
    yield { header, complete }
    if (!complete) return
    at += header.size
  }
}
