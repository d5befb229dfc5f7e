import { apiVersionsV3, deleteRecordsV2, findCoordinatorV4, offsetCommitV8, type Connection } from '@platformatic/kafka'
import { diagnostic, isSmeltError, smeltError } from '#diagnostics'
import type { KafkaConfig } from '../config.ts'
import { createBackoff } from './backoff.ts'
import { addressText, connect, parseAddress, protocolCode, reasonOf, type Address } from './connect.ts'
import { isDenied, isRetriable, KAFKA_ERROR } from './error-codes.ts'
import { call, EARLIEST, LATEST, listOffsets, metadata, type OffsetAnswer } from './requests.ts'

/** A topic and who leads its topic partitions; a leader of -1 is not known at the moment. */
export interface TopicMetadata {
  readonly id: string
  readonly leaders: ReadonlyMap<number, number>
}

const FETCH = 1
const METADATA = 3
const OLDEST_FETCH = 12
const OLDEST_METADATA = 12
/** How long a control request is tried again while its leader moves. */
const CONTROL_DEADLINE_MS = 15_000

/** The control plane: knows the brokers, keeps one connection to each, asks for topics and offsets. */
export class Cluster {
  readonly config: KafkaConfig
  readonly #bootstrap: readonly Address[]
  readonly #brokers = new Map<number, Address>()
  readonly #connections = new Map<string, Promise<Connection>>()
  readonly #closing = new AbortController()
  #fetchVersion: 12 | 13 = 13

  private constructor(config: KafkaConfig) {
    this.config = config
    this.#bootstrap = config.brokers.map(parseAddress)
  }

  /** Connects to the first broker that answers. Throws stream/broker-unreachable, stream/denied. */
  static async open(config: KafkaConfig): Promise<Cluster> {
    const cluster = new Cluster(config)
    try {
      const connection = await cluster.anyConnection()
      const { apiKeys } = await apiVersionsV3.api.async(connection, 'smelt', '1')
      const newest = (key: number): number => apiKeys.find((api) => api.apiKey === key)?.maxVersion ?? -1
      if (newest(FETCH) < OLDEST_FETCH || newest(METADATA) < OLDEST_METADATA) {
        const address = config.brokers.join(', ')
        throw smeltError('stream/broker-unreachable', { address, detail: 'it is older than Kafka 3.1' })
      }
      cluster.#fetchVersion = newest(FETCH) >= 13 ? 13 : 12
      return cluster
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  get fetchVersion(): 12 | 13 {
    return this.#fetchVersion
  }

  /** The signal that ends every wait when the broker is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** Asks for a topic; undefined when the broker knows none of that name. Throws stream/denied. */
  async topic(name: string): Promise<TopicMetadata | undefined> {
    const { brokers, topics } = await call(await this.anyConnection(), metadata([name]))
    for (const { nodeId, host, port } of brokers) this.#brokers.set(nodeId, { host, port })
    const [topic] = topics
    if (!topic || topic.error === KAFKA_ERROR.unknownTopicOrPartition) return undefined
    if (isDenied(topic.error)) throw smeltError('stream/denied', { topic: name, detail: 'DESCRIBE is not allowed' })
    const leaders = new Map(
      topic.partitions.map(({ partition, leader, error }) => [partition, error === 0 ? leader : -1]),
    )
    return { id: topic.id, leaders: new Map([...leaders].sort(([a], [b]) => a - b)) }
  }

  /** Like `topic`, but throws stream/unknown-topic. */
  async knownTopic(name: string): Promise<TopicMetadata> {
    const topic = await this.topic(name)
    if (!topic) throw smeltError('stream/unknown-topic', { topic: name })
    return topic
  }

  addressOf(nodeId: number): Address | undefined {
    return this.#brokers.get(nodeId)
  }

  /** The shared connection to a broker, opened when there is none. Not for requests that wait at the broker. */
  async connection(address: Address): Promise<Connection> {
    const key = addressText(address)
    const known = this.#connections.get(key)
    if (known && (await known).isConnected()) return known
    const opening = connect(this.config, address)
    this.#connections.set(key, opening)
    opening.catch(() => this.#connections.delete(key))
    return opening
  }

  /** Log start or last stable offset of every topic partition. */
  async offsets(name: string, at: 'earliest' | 'latest'): Promise<Map<number, bigint>> {
    return this.retrying(`list offsets of ${name}`, async () => {
      const { leaders } = await this.knownTopic(name)
      const offsets = new Map<number, bigint>()
      for (const [leader, partitions] of groupByLeader(leaders)) {
        const answers = await this.#offsetsOf(name, leader, partitions, at === 'earliest' ? EARLIEST : LATEST)
        for (const { partition, offset, error } of answers) {
          if (isDenied(error)) throw smeltError('stream/denied', { topic: name, detail: 'DESCRIBE is not allowed' })
          if (isRetriable(error)) return undefined
          if (error !== 0)
            throw smeltError('stream/request-failed', { request: 'list offsets', detail: `error ${error}` })
          offsets.set(partition, offset)
        }
      }
      return new Map([...offsets].sort(([a], [b]) => a - b))
    })
  }

  async #offsetsOf(name: string, leader: number, partitions: number[], at: bigint): Promise<readonly OffsetAnswer[]> {
    const address = this.addressOf(leader)
    if (!address) return partitions.map((partition) => ({ partition, offset: -1n, error: 5 }))
    return call(await this.connection(address), listOffsets(name, partitions, at))
  }

  /** Moves the log start of topic partitions. */
  async deleteRecords(name: string, before: ReadonlyMap<number, bigint>): Promise<void> {
    await this.retrying(`delete records of ${name}`, async () => {
      const { leaders } = await this.knownTopic(name)
      const wanted = new Map([...before.keys()].map((partition) => [partition, leaders.get(partition) ?? -1]))
      for (const [leader, some] of groupByLeader(wanted)) {
        const address = this.addressOf(leader)
        if (!address) return undefined
        const partitions = some.map((partitionIndex) => ({ partitionIndex, offset: before.get(partitionIndex) ?? 0n }))
        const connection = await this.connection(address)
        await deleteRecordsV2.api.async(connection, [{ name, partitions }], CONTROL_DEADLINE_MS)
      }
      return true
    })
  }

  /** Commits offsets for a group without members, so that lag tools see them. */
  async commitOffsets(group: string, topic: string, offsets: ReadonlyMap<number, bigint>): Promise<void> {
    const partitions = [...offsets].map(([partitionIndex, committedOffset]) => ({
      partitionIndex,
      committedOffset,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }))
    // The first group of a new cluster waits until the broker has made the topic it keeps groups in.
    await this.retrying(`commit offsets of group ${group}`, async () => {
      const found = await findCoordinatorV4.api.async(await this.anyConnection(), 0, [group])
      const [coordinator] = found.coordinators
      if (!coordinator) return undefined
      const connection = await this.connection({ host: coordinator.host, port: coordinator.port })
      return offsetCommitV8.api.async(connection, group, -1, '', null, [{ name: topic, partitions }])
    })
  }

  /**
   * Tries `work` until it gives a value, with backoff, while it gives undefined, its connection breaks or the broker
   * answers with a passing fault. Throws stream/denied, stream/unknown-topic and other refusals at once, and the last
   * fault when the time is over.
   */
  async retrying<T>(request: string, work: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + CONTROL_DEADLINE_MS
    const backoff = createBackoff(this.closing)
    for (;;) {
      let fault: unknown
      try {
        const value = await work()
        if (value !== undefined) return value
      } catch (error) {
        if (isSmeltError(error) && !isSmeltError(error, 'stream/broker-unreachable')) throw error
        const code = protocolCode(error)
        if (code !== undefined && isDenied(code)) {
          throw smeltError('stream/denied', { topic: request, detail: reasonOf(error) }, { cause: error })
        }
        if (code !== undefined && !isRetriable(code)) {
          throw smeltError('stream/request-failed', { request, detail: reasonOf(error) }, { cause: error })
        }
        fault = error
      }
      if (performance.now() > deadline || this.closing.aborted) {
        if (isSmeltError(fault)) throw fault
        const detail = fault === undefined ? 'no leader was found in time' : reasonOf(fault)
        throw smeltError('stream/request-failed', { request, detail }, { cause: fault })
      }
      await backoff.wait()
    }
  }

  /** Tells the operator of a connection that broke and is being tried again. */
  notice(address: string, error: unknown): void {
    this.config.onNotice?.(diagnostic('stream/reconnecting', { address, detail: reasonOf(error) }))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const connections = await Promise.allSettled(this.#connections.values())
    for (const each of connections) if (each.status === 'fulfilled') await each.value.close()
    this.#connections.clear()
  }

  /** A connection to whichever known broker answers first in order. */
  async anyConnection(): Promise<Connection> {
    const addresses = [...this.#brokers.values(), ...this.#bootstrap]
    const faults: unknown[] = []
    for (const address of addresses) {
      try {
        return await this.connection(address)
      } catch (error) {
        faults.push(error)
      }
    }
    const [first] = faults
    if (isSmeltError(first, 'stream/denied')) throw first
    const address = this.config.brokers.join(', ')
    const detail = first === undefined ? 'no address is given' : reasonOf(first)
    throw smeltError('stream/broker-unreachable', { address, detail }, { cause: first })
  }
}

/** Topic partitions by the broker that leads them. */
export function groupByLeader(leaders: ReadonlyMap<number, number>): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const [partition, leader] of leaders) groups.set(leader, [...(groups.get(leader) ?? []), partition])
  return groups
}
