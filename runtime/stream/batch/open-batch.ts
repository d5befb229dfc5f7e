import { findCodec } from './codecs.ts'
import { hasValidCrc, LAYOUT, type BatchHeader } from './layout.ts'
import { MalformedBatch } from './varint.ts'

/** A batch whose records are being taken: checksum checked, records decompressed. */
export interface OpenBatch {
  readonly header: BatchHeader
  /** The decompressed records. */
  readonly records: Buffer
  /** Where the next record starts in `records`. */
  at: number
  /** Records already passed. */
  passed: number
  /** Offset delta of the record passed last; -1 before the first. */
  lastDelta: number
}

/** A codec or a format version that is not understood. */
export class UnknownCodec extends Error {
  override readonly name = 'UnknownCodec'
}

const MAGIC = 2

/** Checks the batch at `at` of `bytes`. Throws MalformedBatch or UnknownCodec; afterwards its header can be trusted. */
export function checkBatch(bytes: Buffer, at: number, header: BatchHeader): void {
  if (header.magic === 0 || header.magic === 1) throw new UnknownCodec(`it has format version ${header.magic}`)
  if (header.magic !== MAGIC) throw new MalformedBatch(`its format version is ${header.magic}`)
  if (!hasValidCrc(bytes, at, header.size)) throw new MalformedBatch('its checksum is wrong')
  if (header.lastOffsetDelta < 0 || header.recordsCount < 0)
    throw new MalformedBatch('a count in its header is negative')
}

/** Opens the checked batch at `at` of `bytes`: decompresses its records. Throws MalformedBatch or UnknownCodec. */
export function openBatch(bytes: Buffer, at: number, header: BatchHeader): OpenBatch {
  const decompress = findCodec(header.codec)
  if (!decompress) throw new UnknownCodec(`it is compressed with codec ${header.codec}`)
  const packed = bytes.subarray(at + LAYOUT.records, at + header.size)
  return { header, records: unpack(decompress, packed), at: 0, passed: 0, lastDelta: -1 }
}

function unpack(decompress: (bytes: Buffer) => Buffer, packed: Buffer): Buffer {
  try {
    return packed.length === 0 ? packed : decompress(packed)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new MalformedBatch(`its records cannot be decompressed (${reason})`)
  }
}
