import { open, readFile, type FileHandle } from 'node:fs/promises'
import { LAYOUT, readBatchHeader } from '../batch/layout.ts'
import { indexFile, isMissing } from './files.ts'
import { isHeaderIntact } from './stored-batch.ts'

/** One entry: the offset relative to the segment's base (uint32), the position in its file (uint32). */
const ENTRY = 8
const INTERVAL_BYTES = 64 * 1024

/** Writes the sparse index of one segment. It only speeds up seeking: nothing is believed before the log confirms it. */
export class IndexWriter {
  readonly #base: bigint
  readonly #file: FileHandle
  #lastPosition = 0

  private constructor(base: bigint, file: FileHandle) {
    this.#base = base
    this.#file = file
  }

  static async open(folder: string, base: bigint): Promise<IndexWriter> {
    return new IndexWriter(base, await open(indexFile(folder, base), 'a'))
  }

  async note(offset: bigint, position: number): Promise<void> {
    if (position - this.#lastPosition < INTERVAL_BYTES) return
    const entry = Buffer.allocUnsafe(ENTRY)
    entry.writeUInt32BE(Number(offset - this.#base), 0)
    entry.writeUInt32BE(position, 4)
    await this.#file.write(entry)
    this.#lastPosition = position
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/**
 * A position in the segment where a batch at or before `offset` starts, as near as the index knows; 0 when it knows
 * none. Entries that the log does not confirm, such as those of a tail that was cut off, are passed over.
 */
export async function findPosition(
  folder: string,
  base: bigint,
  segment: FileHandle,
  size: number,
  offset: bigint,
): Promise<number> {
  const entries = await readEntries(folder, base)
  const wanted = Number(offset - base)
  for (let at = entries.length - ENTRY; at >= 0; at -= ENTRY) {
    const relative = entries.readUInt32BE(at)
    const position = entries.readUInt32BE(at + 4)
    if (relative > wanted || position + LAYOUT.records > size) continue
    const header = Buffer.allocUnsafe(LAYOUT.records)
    const { bytesRead } = await segment.read(header, 0, header.length, position)
    if (bytesRead < header.length || !isHeaderIntact(header, 0)) continue
    if (readBatchHeader(header, 0).baseOffset === base + BigInt(relative)) return position
  }
  return 0
}

async function readEntries(folder: string, base: bigint): Promise<Buffer> {
  try {
    const bytes = await readFile(indexFile(folder, base))
    return bytes.subarray(0, bytes.length - (bytes.length % ENTRY))
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0)
    throw error
  }
}
