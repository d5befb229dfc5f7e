import { diagnostic, smeltError, type Diagnostic } from '#diagnostics'
import { encodeBatch } from '../batch/encode-batch.ts'
import type { OutgoingRecord } from '../port.ts'
import { partitionFolder, readTopicFile } from './files.ts'
import { PartitionLog } from './partition-log.ts'
import { DamagedLog } from './repair.ts'
import { takeWriterLock, type WriterLock } from './writer-lock.ts'

/** Encoded bytes after which a batch is closed: large enough to be cheap, small enough to read piecemeal. */
const BATCH_BYTES = 256 * 1024

interface Sending {
  /** Records by topic partition. */
  readonly records: ReadonlyMap<number, readonly OutgoingRecord[]>
  readonly resolve: (offsets: Map<number, bigint>) => void
  readonly reject: (error: unknown) => void
}

export interface TopicWriterOptions {
  readonly topic: string
  readonly folder: string
  readonly segmentBytes: number
  readonly onNotice: (notice: Diagnostic) => void
}

/** Appends to all topic partitions of one topic, under its writer lock. Sends that wait share one sync to disk. */
export class TopicWriter {
  readonly #options: TopicWriterOptions
  readonly #lock: WriterLock
  readonly #logs = new Map<number, PartitionLog>()
  #waiting: Sending[] = []
  #draining: Promise<void> | undefined
  /** Set when the state of a file is unknown; the topic must then be opened anew. */
  #broken: unknown
  #closed = false

  private constructor(options: TopicWriterOptions, lock: WriterLock) {
    this.#options = options
    this.#lock = lock
  }

  /** Takes the lock and repairs torn ends. Throws stream/topic-locked, stream/corrupt-batch. */
  static async open(options: TopicWriterOptions): Promise<TopicWriter> {
    const writer = new TopicWriter(options, await takeWriterLock(options.topic, options.folder))
    try {
      await writer.refresh()
      return writer
    } catch (error) {
      await writer.close()
      throw error
    }
  }

  get partitions(): number {
    return this.#logs.size
  }

  /** True when nothing more can be sent: closed, or a write failed and the topic must be opened anew. */
  get finished(): boolean {
    return this.#closed || this.#broken !== undefined
  }

  /** Opens the logs of topic partitions that are not open yet. */
  async refresh(): Promise<void> {
    const { topic, folder, segmentBytes, onNotice } = this.#options
    const partitions = (await readTopicFile(folder))?.partitions ?? 0
    for (let partition = this.#logs.size; partition < partitions; partition++) {
      const place = { topic, partition }
      try {
        const log = await PartitionLog.open(partitionFolder(folder, partition), segmentBytes, (tear) =>
          onNotice(diagnostic('stream/log-repaired', { ...place, ...tear })),
        )
        this.#logs.set(partition, log)
      } catch (error) {
        if (!(error instanceof DamagedLog)) throw error
        throw smeltError(
          'stream/corrupt-batch',
          { ...place, offset: error.offset, reason: error.message },
          { cause: error },
        )
      }
    }
  }

  /** Resolves to the first offset per topic partition when the records are on the disk. */
  send(records: ReadonlyMap<number, readonly OutgoingRecord[]>): Promise<Map<number, bigint>> {
    if (this.#closed) throw smeltError('stream/topic-gone', { topic: this.#options.topic })
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  async deleteRecords(before: ReadonlyMap<number, bigint>): Promise<void> {
    await this.#draining
    for (const [partition, offset] of before) await this.#log(partition).deleteRecords(offset)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#draining
    try {
      if (this.#broken === undefined) for (const log of this.#logs.values()) await log.close()
    } finally {
      await this.#lock.release()
    }
  }

  #log(partition: number): PartitionLog {
    const log = this.#logs.get(partition)
    if (!log) throw smeltError('stream/unknown-partition', { topic: this.#options.topic, partition })
    return log
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        const offsets = await this.#appendGroup(group)
        group.forEach(({ resolve }, index) => resolve(offsets[index] ?? new Map<number, bigint>()))
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#draining = undefined
  }

  async #appendGroup(group: readonly Sending[]): Promise<Map<number, bigint>[]> {
    if (this.#broken !== undefined) throw this.#unwritable(this.#broken)
    const offsets = group.map(() => new Map<number, bigint>())
    const byPartition = new Map<number, OutgoingRecord[]>()
    for (const [index, { records }] of group.entries()) {
      for (const [partition, some] of records) {
        const all = byPartition.get(partition) ?? []
        offsets[index]?.set(partition, this.#log(partition).next + BigInt(all.length))
        byPartition.set(partition, all.concat(some))
      }
    }
    try {
      for (const [partition, records] of byPartition) await appendBatches(this.#log(partition), records)
      await Promise.all([...byPartition.keys()].map((partition) => this.#log(partition).sync()))
    } catch (error) {
      this.#broken = error
      throw this.#unwritable(error)
    }
    return offsets
  }

  #unwritable(cause: unknown): Error {
    const detail = cause instanceof Error ? cause.message : String(cause)
    return smeltError('stream/log-unwritable', { topic: this.#options.topic, detail }, { cause })
  }
}

async function appendBatches(log: PartitionLog, records: readonly OutgoingRecord[]): Promise<void> {
  const nowMs = Date.now()
  let from = 0
  let bytes = 0
  for (const [index, record] of records.entries()) {
    bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0) + 32
    if (bytes < BATCH_BYTES && index < records.length - 1) continue
    const batch = records.slice(from, index + 1)
    await log.append(encodeBatch(batch, { baseOffset: log.next, nowMs }), batch.length)
    from = index + 1
    bytes = 0
  }
}
