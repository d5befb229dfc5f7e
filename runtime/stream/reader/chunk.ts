import { LAYOUT, offsetAfter, type BatchHeader } from '../batch/layout.ts'
import { MalformedBatch, readVarint, readVarlong, type Cursor } from '../batch/varint.ts'
import type { AbortedTransaction } from './source.ts'

/** Fetched batches that were not consumed yet, with what the broker said about transactions in them. */
export interface Chunk {
  readonly bytes: Buffer
  readonly end: number
  /** Where the next batch starts. */
  at: number
  /** Ascending by first offset; each moves to `abortedProducers` when its offset is reached. */
  readonly aborted: AbortedTransaction[]
  readonly abortedProducers: Set<bigint>
}

export function createChunk(bytes: Buffer, end: number, aborted: readonly AbortedTransaction[]): Chunk {
  const ascending = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  return { bytes, end, at: 0, aborted: ascending, abortedProducers: new Set() }
}

const ABORT_MARKER = 0

/**
 * True for control batches and for batches of an aborted transaction, which a committed reader does not see. Call once
 * per batch, in order: a producer counts as aborted from the first offset the broker named to its abort marker.
 */
export function skipsBatch(chunk: Chunk, header: BatchHeader): boolean {
  const after = offsetAfter(header)
  for (let first = chunk.aborted[0]; first && first.firstOffset < after; first = chunk.aborted[0]) {
    chunk.abortedProducers.add(first.producerId)
    chunk.aborted.shift()
  }
  if (header.control) {
    if (controlType(chunk) === ABORT_MARKER) chunk.abortedProducers.delete(header.producerId)
    return true
  }
  return header.transactional && chunk.abortedProducers.has(header.producerId)
}

/** The type in the key of the control record at `chunk.at`: version (int16), then type (int16). */
function controlType({ bytes, at, end }: Chunk): number {
  const cursor: Cursor = { at: at + LAYOUT.records, end }
  readVarint(bytes, cursor)
  cursor.at += 1
  readVarlong(bytes, cursor)
  readVarint(bytes, cursor)
  const keyLength = readVarint(bytes, cursor)
  if (keyLength < 4 || cursor.at + 4 > end) throw new MalformedBatch('a control record has no type')
  return bytes.readInt16BE(cursor.at + 2)
}
