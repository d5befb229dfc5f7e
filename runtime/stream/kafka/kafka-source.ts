import type { Connection } from '@platformatic/kafka'
import { isSmeltError } from '#diagnostics'
import type { BatchSource, FetchAnswer, FetchWant } from '../reader/source.ts'
import { createBackoff, type Backoff } from './backoff.ts'
import type { Cluster, TopicMetadata } from './cluster.ts'
import { addressText, connect, reasonOf } from './connect.ts'
import { isDenied, KAFKA_ERROR } from './error-codes.ts'
import { call, fetch, type FetchedPartition } from './requests.ts'

/** The lane of topic partitions whose leader is not known. */
const NO_LEADER = -1
/** A topic counts as deleted when the brokers denied knowing it for so long: one that just started may be behind. */
const GONE_AFTER_MS = 3000

/** Fetches from the leaders of a topic's partitions, over a connection of its own to each. A leader is a lane. */
export class KafkaSource implements BatchSource {
  readonly topic: string
  readonly #cluster: Cluster
  readonly #topicId: string
  readonly #connections = new Map<number, Connection>()
  readonly #closing = new AbortController()
  readonly #backoffs = new Map<number, Backoff>()
  #leaders: ReadonlyMap<number, number>
  #goneSince: number | undefined

  constructor(cluster: Cluster, topic: string, topicId: string, current: TopicMetadata) {
    this.topic = topic
    this.#cluster = cluster
    this.#topicId = topicId
    this.#leaders = current.id === topicId ? current.leaders : new Map()
  }

  laneOf(partition: number): number {
    return this.#leaders.get(partition) ?? NO_LEADER
  }

  async fetch(lane: number, wants: readonly FetchWant[], maxWaitMs: number): Promise<FetchAnswer[]> {
    if (lane === NO_LEADER) return this.#refresh(lane, wants)
    try {
      const request = {
        version: this.#cluster.fetchVersion,
        topic: this.topic,
        topicId: this.#topicId,
        wants,
        maxWaitMs,
      }
      const connection = await this.#connection(lane)
      const partitions = await call(connection, fetch(request))
      this.#backoff(lane).reset()
      return await this.#answers(lane, wants, partitions)
    } catch (error) {
      if (this.#isClosing()) return []
      return this.#recover(lane, wants, error)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    for (const connection of this.#connections.values()) await connection.close()
    this.#connections.clear()
  }

  async #connection(lane: number): Promise<Connection> {
    const known = this.#connections.get(lane)
    if (known?.isConnected()) return known
    const address = this.#cluster.addressOf(lane)
    if (!address) throw new Error(`Broker ${lane} has no known address`)
    const connection = await connect(this.#cluster.config, address)
    if (this.#isClosing()) await connection.close()
    this.#connections.set(lane, connection)
    return connection
  }

  async #answers(
    lane: number,
    wants: readonly FetchWant[],
    partitions: readonly FetchedPartition[],
  ): Promise<FetchAnswer[]> {
    const answers: FetchAnswer[] = []
    const stale: FetchWant[] = []
    for (const fetched of partitions) {
      const want = wants.find((each) => each.partition === fetched.partition)
      if (!want) continue
      if (fetched.error === KAFKA_ERROR.none) answers.push(toAnswer(fetched))
      else {
        const failure = await this.#failure(want, fetched.error)
        if (failure) answers.push(failure)
        else stale.push(want)
      }
    }
    return stale.length === 0 ? answers : [...answers, ...(await this.#refresh(lane, stale))]
  }

  /** What the reader must be told; undefined for a fault that passes once the leaders are known again. */
  async #failure(want: FetchWant, error: number): Promise<FetchAnswer | undefined> {
    const { partition, offset } = want
    if (isDenied(error)) return { partition, failure: 'denied', detail: { reason: 'READ is not allowed' } }
    if (error === KAFKA_ERROR.corruptMessage) {
      return { partition, failure: 'corrupt-batch', detail: { offset, reason: 'the broker found it damaged' } }
    }
    if (error !== KAFKA_ERROR.offsetOutOfRange) return undefined
    const start = (await this.#cluster.offsets(this.topic, 'earliest')).get(partition) ?? -1n
    const end = (await this.#cluster.offsets(this.topic, 'latest')).get(partition) ?? -1n
    // A leader that lags behind in its own bounds can refuse an offset that exists.
    if (offset >= start && offset <= end) return undefined
    return { partition, failure: 'offset-out-of-range', detail: { offset, start, end } }
  }

  /** After a broken connection: waits, then asks who leads now. */
  async #recover(lane: number, wants: readonly FetchWant[], error: unknown): Promise<FetchAnswer[]> {
    const connection = this.#connections.get(lane)
    this.#connections.delete(lane)
    await connection?.close()
    if (isSmeltError(error, 'stream/denied')) {
      return wants.map(({ partition }) => ({ partition, failure: 'denied', detail: { reason: reasonOf(error) } }))
    }
    const address = this.#cluster.addressOf(lane)
    this.#cluster.notice(address ? addressText(address) : `broker ${lane}`, error)
    return this.#refresh(lane, wants)
  }

  /** Waits, then asks for the leaders. Finds out here that a topic was deleted or created again. */
  async #refresh(lane: number, wants: readonly FetchWant[]): Promise<FetchAnswer[]> {
    await this.#backoff(lane).wait()
    if (this.#isClosing()) return []
    try {
      const topic = await this.#cluster.topic(this.topic)
      if (topic && topic.id !== this.#topicId) {
        const reason = `its id was ${this.#topicId} and is now ${topic.id}`
        return wants.map(({ partition }) => ({ partition, failure: 'topic-recreated', detail: { reason } }))
      }
      this.#goneSince = topic ? undefined : (this.#goneSince ?? performance.now())
      if (this.#goneSince !== undefined && performance.now() - this.#goneSince >= GONE_AFTER_MS) {
        return wants.map(({ partition }) => ({ partition, failure: 'topic-gone', detail: {} }))
      }
      if (topic) this.#leaders = topic.leaders
    } catch (error) {
      if (isSmeltError(error, 'stream/denied')) {
        return wants.map(({ partition }) => ({ partition, failure: 'denied', detail: { reason: reasonOf(error) } }))
      }
      if (!this.#isClosing()) this.#cluster.notice(this.#cluster.config.brokers.join(', '), error)
    }
    return []
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted
  }

  #backoff(lane: number): Backoff {
    const backoff = this.#backoffs.get(lane) ?? createBackoff(this.#closing.signal)
    this.#backoffs.set(lane, backoff)
    return backoff
  }
}

function toAnswer({ partition, batches, lastStable, logStart, aborted }: FetchedPartition): FetchAnswer {
  return { partition, batches, end: lastStable, logStart, aborted }
}
