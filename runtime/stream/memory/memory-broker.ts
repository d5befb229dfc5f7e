import { smeltError } from '#diagnostics'
import { createPartitioner } from '../partitioner.ts'
import type { Broker, OffsetRun, OutgoingRecord, Producer, RecordReader } from '../port.ts'
import { BatchReader } from '../reader/batch-reader.ts'
import { checkTopicName } from '../topic-name.ts'
import { memorySource } from './memory-source.ts'
import { createMemoryTopic, emptyLog, type MemoryTopic, type PlacedRecord } from './topic.ts'

/** A broker whose topics are gone with it. Records can be put at chosen offsets, as compaction leaves them. */
export interface MemoryBroker extends Broker {
  /** Appends records to a topic; throws stream/unknown-topic, and a RangeError for an offset that is taken. */
  append(topic: string, records: readonly PlacedRecord[]): void
}

/** Opens an empty broker. `clock` dates records that bring no time of their own. */
export function openMemoryBroker(clock: () => number = Date.now): MemoryBroker {
  const topics = new Map<string, MemoryTopic>()
  const readers = new Set<RecordReader>()
  const find = (name: string): MemoryTopic => {
    const topic = topics.get(name)
    if (topic === undefined) throw smeltError('stream/unknown-topic', { topic: name })
    return topic
  }
  return {
    topic(name) {
      const topic = topics.get(name)
      return Promise.resolve(topic && { id: topic.id, partitions: [...topic.logs.keys()] })
    },
    async createTopic(name, { partitions }) {
      await Promise.resolve()
      checkTopicName(name)
      if (topics.has(name)) return 'exists'
      topics.set(name, createMemoryTopic(name, partitions))
      return 'created'
    },
    async createPartitions(name, total) {
      await Promise.resolve()
      const { logs } = find(name)
      while (logs.length < total) logs.push(emptyLog())
    },
    deleteTopic: (name) => Promise.resolve(topics.delete(name)),
    async deleteRecords(name, before) {
      await Promise.resolve()
      const topic = find(name)
      for (const [partition, offset] of before) topic.log(partition).start = offset
      topic.changed()
    },
    async offsets(name, at) {
      await Promise.resolve()
      return new Map(find(name).logs.map((log, partition) => [partition, at === 'earliest' ? log.start : log.end]))
    },
    async open(name, from, options = {}) {
      await Promise.resolve()
      const topic = find(name)
      for (const partition of from.keys()) topic.log(partition)
      const source = memorySource(topic, options.topicId ?? topic.id, () => topics.get(name))
      const reader = new BatchReader(source, from, options)
      readers.add(reader)
      return reader
    },
    producer: () => Promise.resolve(memoryProducer(find, clock)),
    append: (name, records) => find(name).append(records, clock()),
    commitGroupOffsets: () => Promise.resolve(false),
    async close() {
      for (const reader of readers) await reader.close()
    },
  }
}

function memoryProducer(find: (topic: string) => MemoryTopic, clock: () => number): Producer {
  const partitioner = createPartitioner()
  const append: Producer['append'] = async (name, records) => {
    await Promise.resolve()
    const topic = find(name)
    const placed = records.map((record) => place(record, partitioner, topic.logs.length))
    const before = new Map(placed.map(({ partition }) => [partition, topic.log(partition).end]))
    topic.append(placed, clock())
    const runOf = (partition: number, first: bigint): OffsetRun => {
      return { first, count: Number(topic.log(partition).end - first) }
    }
    return { runs: new Map([...before].map(([partition, first]) => [partition, [runOf(partition, first)]])) }
  }
  return {
    append,
    async send(name, records) {
      const { runs } = await append(name, records)
      return new Map([...runs].flatMap(([partition, [run]]) => (run === undefined ? [] : [[partition, run.first]])))
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

function place(
  record: OutgoingRecord,
  partitioner: ReturnType<typeof createPartitioner>,
  partitions: number,
): PlacedRecord {
  return { ...record, partition: record.partition ?? partitioner(record.key, partitions) }
}
