import { open, rm, type FileHandle } from 'node:fs/promises'
import { indexFile, listSegments, readBounds, segmentFile, syncFolder, writeBounds, type Bounds } from './files.ts'
import { IndexWriter } from './offset-index.ts'
import { findEnd, type Tear } from './repair.ts'
import { stampHeader } from './stored-batch.ts'

interface Segment {
  readonly base: bigint
  readonly file: FileHandle
  readonly index: IndexWriter
  /** Bytes written. */
  position: number
}

/** The appending end of one topic partition. One owner at a time: the holder of the topic's writer lock. */
export class PartitionLog {
  readonly #folder: string
  readonly #segmentBytes: number
  #segment: Segment
  #bounds: Bounds
  #next: bigint
  #clean = true

  private constructor(folder: string, segmentBytes: number, segment: Segment, bounds: Bounds, next: bigint) {
    this.#folder = folder
    this.#segmentBytes = segmentBytes
    this.#segment = segment
    this.#bounds = bounds
    this.#next = next
  }

  /** Opens the log for appending, repairing a torn end; `onTear` hears what was cut off. */
  static async open(folder: string, segmentBytes: number, onTear: (tear: Tear) => void): Promise<PartitionLog> {
    let bounds = await readBounds(folder)
    const base = (await listSegments(folder)).at(-1) ?? bounds.logStart
    const file = await open(segmentFile(folder, base), 'a+')
    try {
      const found = await findEnd(folder, base, file, bounds.recoveryPoint)
      if (found.tear) {
        await file.truncate(found.position)
        await file.sync()
        bounds = { ...bounds, recoveryPoint: found.end }
        await writeBounds(folder, bounds)
        onTear(found.tear)
      }
      const index = await IndexWriter.open(folder, base)
      const next = found.end > bounds.logStart ? found.end : bounds.logStart
      return new PartitionLog(folder, segmentBytes, { base, file, index, position: found.position }, bounds, next)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The offset the next record gets. */
  get next(): bigint {
    return this.#next
  }

  /** Appends a batch that starts at `next` and has `count` records. Not durable before `sync`. */
  async append(batch: Buffer, count: number): Promise<void> {
    if (this.#segment.position > 0 && this.#segment.position + batch.length > this.#segmentBytes) await this.#roll()
    const { file, index, position } = this.#segment
    stampHeader(batch)
    this.#clean = false
    try {
      for (let written = 0; written < batch.length;) written += (await file.write(batch, written)).bytesWritten
    } catch (error) {
      // A part of a batch must not stay before the next one.
      await file.truncate(position)
      throw error
    }
    await index.note(this.#next, position)
    this.#segment.position += batch.length
    this.#next += BigInt(count)
  }

  sync(): Promise<void> {
    return this.#segment.file.datasync()
  }

  /** Moves the log start up to `before`, at most to the end, and removes segments that lie wholly below it. */
  async deleteRecords(before: bigint): Promise<void> {
    const logStart = before > this.#next ? this.#next : before
    if (logStart <= this.#bounds.logStart) return
    await this.#writeBounds({ ...this.#bounds, logStart })
    const bases = await listSegments(this.#folder)
    for (const [index, base] of bases.entries()) {
      const after = bases[index + 1]
      if (after === undefined || after > logStart) break
      await rm(segmentFile(this.#folder, base))
      await rm(indexFile(this.#folder, base), { force: true })
    }
  }

  async close(): Promise<void> {
    await this.#endSegment()
  }

  async #roll(): Promise<void> {
    await this.#endSegment()
    const base = this.#next
    const file = await open(segmentFile(this.#folder, base), 'a+')
    this.#segment = { base, file, index: await IndexWriter.open(this.#folder, base), position: 0 }
    await syncFolder(this.#folder)
  }

  async #endSegment(): Promise<void> {
    const { file, index } = this.#segment
    await file.datasync()
    if (!this.#clean) await this.#writeBounds({ ...this.#bounds, recoveryPoint: this.#next })
    this.#clean = true
    await index.close()
    await file.close()
  }

  async #writeBounds(bounds: Bounds): Promise<void> {
    await writeBounds(this.#folder, bounds)
    this.#bounds = bounds
  }
}
