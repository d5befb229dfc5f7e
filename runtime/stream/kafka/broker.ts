import { smeltError } from '#diagnostics'
import type { KafkaConfig } from '../config.ts'
import type { Broker, Producer, ReaderOptions, RecordReader, TopicInfo } from '../port.ts'
import { BatchReader } from '../reader/batch-reader.ts'
import { checkTopicName } from '../topic-name.ts'
import { KafkaAccess } from './access.ts'
import { withAdmin } from './admin.ts'
import { Cluster } from './cluster.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { KafkaSource } from './kafka-source.ts'

/** Opens a Kafka cluster. Throws stream/broker-unreachable when no broker answers, stream/denied when we are refused. */
export async function openKafka(config: KafkaConfig): Promise<Broker> {
  return new KafkaBroker(await Cluster.open(config))
}

class KafkaBroker implements Broker {
  readonly access: KafkaAccess
  readonly #cluster: Cluster
  readonly #readers = new Set<RecordReader>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.access = new KafkaAccess(cluster)
  }

  async topic(name: string): Promise<TopicInfo | undefined> {
    checkTopicName(name)
    const topic = await this.#cluster.topic(name)
    return topic && { id: topic.id, partitions: [...topic.leaders.keys()] }
  }

  async createTopic(name: string, { partitions }: { readonly partitions: number }): Promise<'created' | 'exists'> {
    checkTopicName(name)
    const created = await this.#admin(`create topic ${name}`, (admin) =>
      admin.createTopics({ topics: [{ topic: name, numPartitions: partitions }], waitForLeaders: true }),
    )
    return created ? 'created' : 'exists'
  }

  async createPartitions(topic: string, total: number): Promise<void> {
    const { leaders } = await this.#cluster.knownTopic(topic)
    if (total <= leaders.size) return
    const topicPartitions = [{ topic, count: total }]
    await this.#admin(`create partitions of ${topic}`, (admin) => admin.createPartitions({ topicPartitions }))
    await this.#cluster.retrying(`create partitions of ${topic}`, async () => {
      const { leaders: now } = await this.#cluster.knownTopic(topic)
      return now.size >= total && ![...now.values()].includes(-1) ? true : undefined
    })
  }

  async deleteTopic(name: string): Promise<boolean> {
    if (!(await this.topic(name))) return false
    await this.#admin(`delete topic ${name}`, (admin) => admin.deleteTopics({ topics: [name] }))
    return true
  }

  deleteRecords(topic: string, before: ReadonlyMap<number, bigint>): Promise<void> {
    return this.#cluster.deleteRecords(topic, before)
  }

  async offsets(topic: string, at: 'earliest' | 'latest'): Promise<Map<number, bigint>> {
    checkTopicName(topic)
    return this.#cluster.offsets(topic, at)
  }

  async open(name: string, from: ReadonlyMap<number, bigint>, options: ReaderOptions = {}): Promise<RecordReader> {
    checkTopicName(name)
    const topic = await this.#cluster.knownTopic(name)
    for (const partition of from.keys()) {
      if (!topic.leaders.has(partition)) throw smeltError('stream/unknown-partition', { topic: name, partition })
    }
    const source = new KafkaSource(this.#cluster, name, options.topicId ?? topic.id, topic)
    const reader = new BatchReader(source, from, options)
    this.#readers.add(reader)
    return reader
  }

  producer(): Promise<Producer> {
    return Promise.resolve(new KafkaProducer(this.#cluster))
  }

  async commitGroupOffsets(group: string, topic: string, offsets: ReadonlyMap<number, bigint>): Promise<boolean> {
    try {
      await this.#cluster.commitOffsets(group, topic, offsets)
      return true
    } catch {
      return false
    }
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.close()
    await this.#cluster.close()
  }

  #admin<T>(request: string, work: Parameters<typeof withAdmin<T>>[2]): Promise<T> {
    return withAdmin(this.#cluster.config, request, work)
  }
}
