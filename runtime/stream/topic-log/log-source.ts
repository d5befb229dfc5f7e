import { open, type FileHandle } from 'node:fs/promises'
import { LAYOUT, batchSize, readBatchHeader } from '../batch/layout.ts'
import type { FailureCode, FailureDetail } from '../port.ts'
import type { BatchSource, FetchAnswer, FetchWant } from '../reader/source.ts'
import { sleep } from '../sleep.ts'
import {
  boundsVersion,
  isMissing,
  partitionFolder,
  readBounds,
  readTopicFile,
  segmentFile,
  type Bounds,
} from './files.ts'
import { findSegment, logEnd } from './log-end.ts'
import { findPosition } from './offset-index.ts'
import { isZero } from './repair.ts'
import { isHeaderIntact, walkSegment } from './stored-batch.ts'

/** How often a log that had nothing new is looked at again. */
const POLL_MS = 20
/** How old the known end of a log may be; looking it up for each fetch would cost more than the fetch. */
const VIEW_MS = 100

/** Where a topic partition is read: the next batch of `file` at `position` starts at or before `offset`. */
interface ReadHead {
  readonly base: bigint
  readonly file: FileHandle
  position: number
  offset: bigint
}

/** The bounds of a log as last looked up. */
interface View extends Bounds {
  readonly version: number
  readonly end: bigint
  /** By the clock of `performance.now`. */
  readonly seenMs: number
}

/** Stops the fetch of one topic partition with the reason the reader passes on. */
class Refusal extends Error {
  readonly failure: FailureCode
  readonly detail: FailureDetail

  constructor(failure: FailureCode, detail: FailureDetail) {
    super(failure)
    this.failure = failure
    this.detail = detail
  }
}

/** Reads a topic's segment files, also while another process appends to them. Each topic partition is a lane. */
export class LogSource implements BatchSource {
  readonly topic: string
  readonly #folder: string
  readonly #topicId: string
  readonly #heads = new Map<number, ReadHead>()
  readonly #views = new Map<number, View>()
  readonly #fetching = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  constructor(topic: string, folder: string, topicId: string) {
    this.topic = topic
    this.#folder = folder
    this.#topicId = topicId
  }

  laneOf(partition: number): number {
    return partition
  }

  async fetch(_lane: number, wants: readonly FetchWant[], maxWaitMs: number): Promise<FetchAnswer[]> {
    const all = Promise.all(wants.map((want) => this.#fetchOne(want, maxWaitMs)))
    this.#fetching.add(all)
    try {
      return (await all).flatMap((answer) => answer ?? [])
    } finally {
      this.#fetching.delete(all)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#fetching)
    for (const head of this.#heads.values()) await head.file.close()
    this.#heads.clear()
  }

  async #fetchOne(want: FetchWant, maxWaitMs: number): Promise<FetchAnswer | undefined> {
    const deadline = performance.now() + maxWaitMs
    const { partition } = want
    try {
      for (;;) {
        const answer = await this.#look(want)
        if ('failure' in answer || answer.batches.length > 0 || performance.now() >= deadline) return answer
        await sleep(POLL_MS, this.#closing.signal)
        if (this.#closing.signal.aborted) return undefined
      }
    } catch (error) {
      await this.#drop(partition)
      if (error instanceof Refusal) return { partition, failure: error.failure, detail: error.detail }
      // A file can vanish under us when its topic is deleted or its segment is retired; say which.
      if (isMissing(error)) return await this.#explainMissing(want)
      throw error
    }
  }

  /** What lies at the wanted offset now; no bytes at the end of the log. */
  async #look(want: FetchWant): Promise<FetchAnswer> {
    const { partition } = want
    const folder = partitionFolder(this.#folder, partition)
    let head = this.#heads.get(partition)
    const stat = head && (await head.file.stat())
    if (!head || !stat || head.offset !== want.offset || stat.nlink === 0) {
      await this.#drop(partition)
      head = await this.#seek(folder, want)
      this.#heads.set(partition, head)
    }
    const { logStart, recoveryPoint, end } = await this.#view(partition, folder)
    if (want.offset < logStart) throw await this.#outOfRange(folder, want.offset)
    const size = stat && stat.nlink > 0 ? stat.size : (await head.file.stat()).size
    const batches = await this.#readBatches(head, size, want)
    if (batches.length === 0 && (await this.#followRoll(folder, partition, head))) return this.#look(want)
    // Records that were on the disk are not there any more; waiting for them would hide the loss.
    if (batches.length === 0 && head.offset < recoveryPoint) throw refusal(head, 'its end is missing')
    return { partition, batches, end: end > head.offset ? end : head.offset, logStart, aborted: [] }
  }

  async #view(partition: number, folder: string): Promise<View> {
    const known = this.#views.get(partition)
    const version = await boundsVersion(folder)
    if (known?.version === version && performance.now() - known.seenMs < VIEW_MS) return known
    const view = { version, ...(await readBounds(folder)), end: await logEnd(folder), seenMs: performance.now() }
    this.#views.set(partition, view)
    return view
  }

  async #seek(folder: string, { offset }: FetchWant): Promise<ReadHead> {
    const topic = await readTopicFile(this.#folder)
    if (!topic) throw new Refusal('topic-gone', {})
    if (topic.id !== this.#topicId) {
      throw new Refusal('topic-recreated', { reason: `its id was ${this.#topicId} and is now ${topic.id}` })
    }
    const base = await findSegment(folder, offset)
    if (base === undefined) throw await this.#outOfRange(folder, offset)
    const file = await open(segmentFile(folder, base), 'r')
    const { size } = await file.stat()
    const start = await findPosition(folder, base, file, size, offset)
    let end = base
    for await (const found of walkSegment(file, start, size)) {
      if (found.kind === 'batch') {
        end = found.header.baseOffset + BigInt(found.header.lastOffsetDelta) + 1n
        if (end <= offset) continue
      } else if (found.kind === 'end' && end < offset) {
        await file.close()
        throw await this.#outOfRange(folder, offset)
      }
      return { base, file, position: found.position, offset }
    }
    throw new Error('A walk over a segment ended without its last item')
  }

  /** Reads whole batches from the head on, at most `maxBytes` but at least one. */
  async #readBatches(head: ReadHead, size: number, want: FetchWant): Promise<Buffer> {
    const available = size - head.position
    if (available < LAYOUT.records) return Buffer.alloc(0)
    let bytes = await readAt(head.file, head.position, Math.min(available, Math.max(want.maxBytes, LAYOUT.records)))
    if (bytes.length >= LAYOUT.records && isHeaderIntact(bytes, 0) && batchSize(bytes, 0) > bytes.length) {
      if (batchSize(bytes, 0) > available) return Buffer.alloc(0)
      bytes = await readAt(head.file, head.position, batchSize(bytes, 0))
    }
    let end = 0
    while (end + LAYOUT.records <= bytes.length) {
      if (!isHeaderIntact(bytes, end)) {
        // Zeros are the end of a log that lost power; its next writer cuts them off.
        if (end > 0 || (await isZero(head.file, head.position, size))) break
        throw refusal(head, 'its header is wrong')
      }
      const header = readBatchHeader(bytes, end)
      if (end + header.size > bytes.length) break
      end += header.size
      head.offset = header.baseOffset + BigInt(header.lastOffsetDelta) + 1n
    }
    head.position += end
    return bytes.subarray(0, end)
  }

  /** At the end of a segment: true when the next one has begun and the head was moved to it. */
  async #followRoll(folder: string, partition: number, head: ReadHead): Promise<boolean> {
    if (head.offset === head.base) return false
    try {
      const file = await open(segmentFile(folder, head.offset), 'r')
      await head.file.close()
      this.#heads.set(partition, { base: head.offset, file, position: 0, offset: head.offset })
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  }

  async #outOfRange(folder: string, offset: bigint): Promise<Refusal> {
    const { logStart } = await readBounds(folder)
    return new Refusal('offset-out-of-range', { offset, start: logStart, end: await logEnd(folder) })
  }

  async #explainMissing({ partition }: FetchWant): Promise<FetchAnswer | undefined> {
    const topic = await readTopicFile(this.#folder)
    if (!topic) return { partition, failure: 'topic-gone', detail: {} }
    if (topic.id === this.#topicId) return undefined
    const reason = `its id was ${this.#topicId} and is now ${topic.id}`
    return { partition, failure: 'topic-recreated', detail: { reason } }
  }

  async #drop(partition: number): Promise<void> {
    this.#views.delete(partition)
    const head = this.#heads.get(partition)
    this.#heads.delete(partition)
    await head?.file.close()
  }
}

function refusal(head: ReadHead, reason: string): Refusal {
  return new Refusal('corrupt-batch', { offset: head.offset, reason })
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
