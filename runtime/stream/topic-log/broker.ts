import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { TopicLogConfig } from '../config.ts'
import type { BlankedRecords, Broker, Producer, ReaderOptions, RecordReader, StoredRecord, TopicInfo } from '../port.ts'
import { BatchReader } from '../reader/batch-reader.ts'
import { checkTopicName } from '../topic-name.ts'
import { blankRecords } from './blank-records.ts'
import {
  createPartitionFolders,
  partitionFolder,
  readBounds,
  readTopicFile,
  removeFolder,
  syncFolder,
  writeTopicFile,
  type TopicFile,
} from './files.ts'
import { logEnd } from './log-end.ts'
import { LogProducer } from './log-producer.ts'
import { LogSource } from './log-source.ts'
import { TopicWriters } from './topic-writers.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024

/** Opens the embedded broker over a folder, which is made when it is not there. */
export async function openTopicLog(config: TopicLogConfig): Promise<Broker> {
  try {
    await mkdir(config.path, { recursive: true })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw smeltError('stream/broker-unreachable', { address: config.path, detail }, { cause: error })
  }
  return new TopicLogBroker(config)
}

class TopicLogBroker implements Broker {
  readonly #root: string
  readonly #writers: TopicWriters
  readonly #readers = new Set<RecordReader>()

  constructor(config: TopicLogConfig) {
    this.#root = config.path
    const { segmentBytes = SEGMENT_BYTES, onNotice = () => undefined } = config
    this.#writers = new TopicWriters({ root: config.path, segmentBytes, onNotice })
  }

  async topic(name: string): Promise<TopicInfo | undefined> {
    const topic = await readTopicFile(this.#folder(name))
    return topic && { id: topic.id, partitions: numbers(topic) }
  }

  async createTopic(name: string, { partitions }: { readonly partitions: number }): Promise<'created' | 'exists'> {
    const folder = this.#folder(name)
    const draft = path.join(this.#root, `.creating-${randomUUID()}`)
    await createPartitionFolders(draft, 0, partitions)
    await writeTopicFile(draft, { id: randomUUID(), partitions })
    try {
      await rename(draft, folder)
    } catch (error) {
      await rm(draft, { recursive: true, force: true })
      if (await readTopicFile(folder)) return 'exists'
      throw error
    }
    await syncFolder(this.#root)
    return 'created'
  }

  async createPartitions(name: string, total: number): Promise<void> {
    await this.#known(name)
    const writer = await this.#writers.acquire(name)
    try {
      const { id, partitions } = await this.#known(name)
      if (total <= partitions) return
      await createPartitionFolders(this.#folder(name), partitions, total)
      await writeTopicFile(this.#folder(name), { id, partitions: total })
      await writer.refresh()
    } finally {
      await this.#writers.release(name)
    }
  }

  async deleteTopic(name: string): Promise<boolean> {
    if (!(await this.topic(name))) return false
    await this.#writers.exclude(name, () => removeFolder(this.#folder(name)))
    return true
  }

  async deleteRecords(name: string, before: ReadonlyMap<number, bigint>): Promise<void> {
    await this.#known(name)
    const writer = await this.#writers.acquire(name)
    try {
      await writer.deleteRecords(before)
    } finally {
      await this.#writers.release(name)
    }
  }

  async blankRecords(
    name: string,
    holds: (partition: number, record: StoredRecord) => boolean,
    { dryRun = false }: { readonly dryRun?: boolean } = {},
  ): Promise<BlankedRecords[]> {
    const topic = await this.#known(name)
    const found: BlankedRecords[] = []
    const blank = async (): Promise<void> => {
      for (const partition of numbers(topic)) {
        const folder = partitionFolder(this.#folder(name), partition)
        const blanked = await blankRecords(folder, (record) => holds(partition, record), { dryRun })
        if (blanked.offsets.length > 0) found.push({ partition, ...blanked })
      }
    }
    await (dryRun ? blank() : this.#writers.exclude(name, blank))
    return found
  }

  async offsets(name: string, at: 'earliest' | 'latest'): Promise<Map<number, bigint>> {
    const topic = await this.#known(name)
    const offsets = new Map<number, bigint>()
    for (const partition of numbers(topic)) {
      const folder = partitionFolder(this.#folder(name), partition)
      offsets.set(partition, at === 'latest' ? await logEnd(folder) : (await readBounds(folder)).logStart)
    }
    return offsets
  }

  async open(name: string, from: ReadonlyMap<number, bigint>, options: ReaderOptions = {}): Promise<RecordReader> {
    const topic = await this.#known(name)
    for (const partition of from.keys()) {
      if (partition < 0 || partition >= topic.partitions)
        throw smeltError('stream/unknown-partition', { topic: name, partition })
    }
    const source = new LogSource(name, this.#folder(name), options.topicId ?? topic.id)
    const reader = new BatchReader(source, from, options)
    this.#readers.add(reader)
    return reader
  }

  producer(): Promise<Producer> {
    return Promise.resolve(new LogProducer(this.#writers))
  }

  /** There are no lag tools to tell: the topic log keeps no groups. */
  commitGroupOffsets(): Promise<boolean> {
    return Promise.resolve(false)
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.close()
    await this.#writers.close()
  }

  #folder(topic: string): string {
    checkTopicName(topic)
    return path.join(this.#root, topic)
  }

  async #known(name: string): Promise<TopicFile> {
    const topic = await readTopicFile(this.#folder(name))
    if (!topic) throw smeltError('stream/unknown-topic', { topic: name })
    return topic
  }
}

function numbers({ partitions }: TopicFile): number[] {
  return Array.from({ length: partitions }, (_, partition) => partition)
}
