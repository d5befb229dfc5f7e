import { initProducerIdV4 } from '@platformatic/kafka'
import { smeltError, type SmeltError } from '#diagnostics'
import { encodeBatch, type ProducerStamp } from '../batch/encode-batch.ts'
import { createPartitioner, type Partitioner } from '../partitioner.ts'
import type { Appended, OffsetRun, OutgoingRecord, Producer } from '../port.ts'
import { groupByLeader, type Cluster } from './cluster.ts'
import { isDenied, isRetriable, KAFKA_ERROR } from './error-codes.ts'
import { call, produce, type ProducedPartition } from './requests.ts'

/** Encoded bytes of a batch; brokers take a little over 1 MB as they are shipped. */
const BATCH_BYTES = 512 * 1024
const ACK_TIMEOUT_MS = 20_000

/** A batch under its number, which lets the broker drop it when it comes twice. */
interface Pending {
  readonly records: readonly OutgoingRecord[]
  readonly bytes: Buffer
}

/**
 * An idempotent producer: a batch that is sent again after a lost answer is stored once. One send at a time, so that
 * the order of calls is the order in each topic partition.
 */
export class KafkaProducer implements Producer {
  readonly #cluster: Cluster
  readonly #partitioners = new Map<string, Partitioner>()
  readonly #sequences = new Map<string, number>()
  #identity: { readonly id: bigint; readonly epoch: number } | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #pending: Promise<unknown> = Promise.resolve()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async send(topic: string, records: readonly OutgoingRecord[]): Promise<Map<number, bigint>> {
    const { runs, refused } = await this.append(topic, records)
    if (refused) throw refused
    return new Map([...runs].flatMap(([partition, [run]]) => (run === undefined ? [] : [[partition, run.first]])))
  }

  append(topic: string, records: readonly OutgoingRecord[]): Promise<Appended> {
    const sending = this.#turn.then(() => this.#append(topic, records))
    this.#turn = sending.catch(() => undefined)
    this.#pending = Promise.all([this.#pending, sending])
    this.#pending.catch(() => undefined) // flush reports it; an unwatched flush must not end the process
    return sending
  }

  async flush(): Promise<void> {
    const pending = this.#pending
    this.#pending = Promise.resolve()
    await pending
  }

  async close(): Promise<void> {
    await this.#turn
  }

  async #append(topic: string, records: readonly OutgoingRecord[]): Promise<Appended> {
    const { leaders } = await this.#cluster.retrying(`send to ${topic}`, () => this.#cluster.knownTopic(topic))
    const queues = new Map<number, readonly OutgoingRecord[][]>()
    for (const [partition, some] of this.#assign(topic, leaders.size, records))
      queues.set(partition, splitBatches(some))
    const runs = new Map<number, OffsetRun[]>()
    const rounds = Math.max(0, ...[...queues.values()].map((batches) => batches.length))
    for (let round = 0; round < rounds; round++) {
      const batches = new Map<number, readonly OutgoingRecord[]>()
      for (const [partition, queue] of queues) {
        const batch = queue[round]
        if (batch) batches.set(partition, batch)
      }
      const { offsets, refused } = await this.#sendRound(topic, batches)
      for (const [partition, first] of offsets) {
        const run = { first, count: batches.get(partition)?.length ?? 0 }
        runs.set(partition, [...(runs.get(partition) ?? []), run])
      }
      if (refused) return { runs, refused }
    }
    return { runs }
  }

  #assign(topic: string, partitions: number, records: readonly OutgoingRecord[]): Map<number, OutgoingRecord[]> {
    const partitioner = this.#partitioners.get(topic) ?? createPartitioner()
    this.#partitioners.set(topic, partitioner)
    const assigned = new Map<number, OutgoingRecord[]>()
    for (const record of records) {
      const partition = record.partition ?? partitioner(record.key, partitions)
      if (partition < 0 || partition >= partitions) throw smeltError('stream/unknown-partition', { topic, partition })
      const some = assigned.get(partition)
      if (some) some.push(record)
      else assigned.set(partition, [record])
    }
    return assigned
  }

  /** Sends one batch per topic partition and again until each is stored, or refused. */
  async #sendRound(
    topic: string,
    records: ReadonlyMap<number, readonly OutgoingRecord[]>,
  ): Promise<{ readonly offsets: ReadonlyMap<number, bigint>; readonly refused?: SmeltError }> {
    const offsets = new Map<number, bigint>()
    let refused: SmeltError | undefined
    try {
      const waiting = await this.#stamp(topic, records)
      await this.#cluster.retrying(`send to ${topic}`, async () => {
        for (const { partition, error, baseOffset, message } of await this.#sendOnce(topic, waiting)) {
          if (isRetriable(error)) continue
          if (error === KAFKA_ERROR.none || error === KAFKA_ERROR.duplicateSequenceNumber)
            offsets.set(partition, baseOffset)
          else refused = refusal(topic, error, message)
          waiting.delete(partition)
        }
        return waiting.size === 0 ? true : undefined
      })
    } catch (error) {
      // What the broker holds of this round is not known, so the numbers cannot go on.
      this.#identity = undefined
      throw error
    }
    if (refused === undefined) return { offsets }
    // Numbers were given to a batch that the broker does not have.
    this.#identity = undefined
    return { offsets, refused }
  }

  async #stamp(topic: string, records: ReadonlyMap<number, readonly OutgoingRecord[]>): Promise<Map<number, Pending>> {
    const identity = await this.#identify()
    const nowMs = Date.now()
    const stamped = new Map<number, Pending>()
    for (const [partition, batch] of records) {
      const key = `${topic}/${partition}`
      const sequence = this.#sequences.get(key) ?? 0
      const producer: ProducerStamp = { ...identity, sequence }
      this.#sequences.set(key, (sequence + batch.length) % 0x8000_0000)
      stamped.set(partition, { records: batch, bytes: encodeBatch(batch, { baseOffset: 0n, nowMs, producer }) })
    }
    return stamped
  }

  async #identify(): Promise<{ readonly id: bigint; readonly epoch: number }> {
    if (this.#identity) return this.#identity
    const { producerId, producerEpoch } = await this.#cluster.retrying('get a producer id', async () =>
      initProducerIdV4.api.async(await this.#cluster.anyConnection(), null, ACK_TIMEOUT_MS, -1n, -1),
    )
    this.#sequences.clear()
    this.#identity = { id: producerId, epoch: producerEpoch }
    return this.#identity
  }

  async #sendOnce(topic: string, waiting: ReadonlyMap<number, Pending>): Promise<ProducedPartition[]> {
    const { leaders } = await this.#cluster.knownTopic(topic)
    const wanted = new Map([...waiting.keys()].map((partition) => [partition, leaders.get(partition) ?? -1]))
    const answers = await Promise.all(
      [...groupByLeader(wanted)].map(async ([leader, partitions]) => {
        const address = this.#cluster.addressOf(leader)
        if (!address) return []
        const batches = new Map(
          partitions.map((partition) => [partition, waiting.get(partition)?.bytes ?? Buffer.alloc(0)]),
        )
        return call(await this.#cluster.connection(address), produce(topic, batches, ACK_TIMEOUT_MS))
      }),
    )
    return answers.flat()
  }
}

function refusal(topic: string, error: number, message: string | null): SmeltError {
  const detail = message ?? `error ${error}`
  if (isDenied(error)) return smeltError('stream/denied', { topic, detail: 'WRITE is not allowed' })
  return smeltError('stream/request-failed', { request: `send to ${topic}`, detail })
}

function splitBatches(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const batches: OutgoingRecord[][] = []
  let batch: OutgoingRecord[] = []
  let bytes = 0
  for (const record of records) {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0) + 32
    if (batch.length > 0 && bytes + size > BATCH_BYTES) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
