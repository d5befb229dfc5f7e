import { createPartitioner, type Partitioner } from '../partitioner.ts'
import type { Appended, OutgoingRecord, Producer } from '../port.ts'
import type { TopicWriter } from './topic-writer.ts'
import type { TopicWriters } from './topic-writers.ts'

interface Target {
  readonly writer: TopicWriter
  readonly partitioner: Partitioner
}

/** Appends to topic logs. Holds the writer lock of each topic it sent to until it is closed. */
export class LogProducer implements Producer {
  readonly #writers: TopicWriters
  readonly #targets = new Map<string, Promise<Target>>()
  #pending: Promise<unknown> = Promise.resolve()

  constructor(writers: TopicWriters) {
    this.#writers = writers
  }

  async send(topic: string, records: readonly OutgoingRecord[]): Promise<Map<number, bigint>> {
    const { runs } = await this.append(topic, records)
    return new Map([...runs].flatMap(([partition, [run]]) => (run === undefined ? [] : [[partition, run.first]])))
  }

  append(topic: string, records: readonly OutgoingRecord[]): Promise<Appended> {
    const sending = this.#append(topic, records)
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
    await this.#pending.catch(() => undefined)
    for (const [topic, target] of this.#targets) {
      if (await target.catch(() => undefined)) await this.#writers.release(topic)
    }
    this.#targets.clear()
  }

  async #append(topic: string, records: readonly OutgoingRecord[]): Promise<Appended> {
    if (records.length === 0) return { runs: new Map() }
    const { writer, partitioner } = await this.#target(topic)
    const byPartition = new Map<number, OutgoingRecord[]>()
    for (const record of records) {
      const partition = record.partition ?? partitioner(record.key, writer.partitions)
      const some = byPartition.get(partition)
      if (some) some.push(record)
      else byPartition.set(partition, [record])
    }
    const firsts = await writer.send(byPartition)
    // One process writes a topic, so nothing of another comes between.
    const runs = [...firsts].map(([partition, first]) => {
      return [partition, [{ first, count: byPartition.get(partition)?.length ?? 0 }]] as const
    })
    return { runs: new Map(runs) }
  }

  async #target(topic: string): Promise<Target> {
    const known = this.#targets.get(topic)
    // A topic that was deleted, or a write that failed, needs its writer opened anew; by one of the senders only.
    if (known && (await known).writer.finished && this.#targets.get(topic) === known) this.#targets.delete(topic)
    const target = this.#targets.get(topic) ?? this.#acquire(topic)
    this.#targets.set(topic, target)
    return target
  }

  #acquire(topic: string): Promise<Target> {
    const target = this.#writers.acquire(topic).then((writer) => ({ writer, partitioner: createPartitioner() }))
    target.catch(() => this.#targets.delete(topic))
    return target
  }
}
