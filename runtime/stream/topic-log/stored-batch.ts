import type { FileHandle } from 'node:fs/promises'
import { crc32c } from '../batch/crc32c.ts'
import { LAYOUT, readBatchHeader, type BatchHeader } from '../batch/layout.ts'

// Kafka's checksum does not cover base offset and length. A log without leaders has no use for the leader epoch, so the
// field holds a checksum of those twelve bytes: every byte of a segment file is then covered, and readers of the format
// do not notice.
const SUMMED = LAYOUT.leaderEpoch

/** Stamps the header checksum on a batch that goes to disk. */
export function stampHeader(batch: Buffer): void {
  batch.writeInt32BE(crc32c(batch.subarray(0, SUMMED)) | 0, LAYOUT.leaderEpoch)
}

/** True when base offset and length of the batch at `at` are as they were written. */
export function isHeaderIntact(bytes: Buffer, at: number): boolean {
  return (crc32c(bytes.subarray(at, at + SUMMED)) | 0) === bytes.readInt32BE(at + LAYOUT.leaderEpoch)
}

/** What lies at one place of a segment file. */
export type Found =
  | { readonly kind: 'batch'; readonly position: number; readonly header: BatchHeader }
  /** The file ends here, or inside a batch that is not (yet) whole. */
  | { readonly kind: 'end'; readonly position: number }
  | { readonly kind: 'damage'; readonly position: number }

const WINDOW = 64 * 1024

/** Walks the headers of the whole batches of a segment file from `position` to `size`; the last item is no batch. */
export async function* walkSegment(file: FileHandle, position: number, size: number): AsyncGenerator<Found> {
  const window = Buffer.allocUnsafe(WINDOW)
  let start = position
  let filled = 0
  for (let at = position; ;) {
    if (at + LAYOUT.records > size) {
      yield { kind: 'end', position: at }
      return
    }
    if (at + LAYOUT.records > start + filled) {
      start = at
      filled = (await file.read(window, 0, Math.min(WINDOW, size - at), at)).bytesRead
      if (filled < LAYOUT.records) throw new Error('The segment file became shorter while it was read')
    }
    if (!isHeaderIntact(window, at - start)) {
      yield { kind: 'damage', position: at }
      return
    }
    const header = readBatchHeader(window, at - start)
    if (at + header.size > size) {
      yield { kind: 'end', position: at }
      return
    }
    yield { kind: 'batch', position: at, header }
    at += header.size
  }
}
