import { isSmeltError, smeltError, type SmeltError } from '#diagnostics'
import { createPartitioner, type Broker, type Partitioner, type Producer } from '#stream'
import { appendWork } from './append-work.ts'
import { findMarked } from './find-marked.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { nextGroup } from './next-group.ts'
import type { RequestKey } from './request-key.ts'
import {
  answer,
  entryOf,
  isStored,
  mergedEntry,
  storedBefore,
  workOf,
  type Stored,
  type Submission,
  type Waiting,
  type Work,
} from './submission.ts'

export interface AppenderOptions {
  readonly broker: Broker
  /** The topic at the broker. */
  readonly topic: string
  /** Topic partitions of the topic when it is not there and has to be created. */
  readonly partitions: number
  readonly ledgerFile: string
  readonly clock: () => number
  readonly limits: { readonly keyWindowMs: number; readonly keyWindowBytes: number; readonly idleMs: number }
}

interface OpenTopic {
  readonly id: string
  readonly producer: Producer
  readonly partitioner: Partitioner
  partitions: number
  checkedMs: number
}

/** A topic that got more partitions is noticed after this long. */
const RECHECK_MS = 30_000
/** Records without a key after which the marks are written all the same, so that a search behind them stays short. */
const UNMARKED_RECORDS = 100_000

/**
 * Stores the records of one topic. Requests that wait while a group is on its way are the next group, so that many small ones
 * share a round trip or a sync. One group at a time: what the ledger says of a key is settled before it is asked again.
 */
export class Appender {
  readonly #options: AppenderOptions
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined
  #topic: OpenTopic | undefined
  #ledger: Ledger | undefined
  #ledgerTopic = ''
  readonly #ends = new Map<number, bigint>()
  #unmarked = 0
  #idle: NodeJS.Timeout | undefined

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /**
   * Resolves when every record is durable, and for a request with a key noted. Throws ingest/key-reused,
   * ingest/refused-by-broker, and ingest/unavailable, of which nobody knows what was stored.
   */
  submit(submission: Submission): Promise<Stored> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...submission, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** What a request with this key was answered before it is looked at any further. Throws ingest/key-reused. */
  known(key: RequestKey): Stored | undefined {
    const entry = this.#ledger?.find(key.key)
    return entry && storedBefore(entry, key)
  }

  async close(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining
    await this.#letGo()
    await this.#closeLedger()
  }

  async #drain(): Promise<void> {
    clearTimeout(this.#idle)
    while (this.#waiting.length > 0) {
      const { group, rest } = nextGroup(this.#waiting)
      this.#waiting = rest
      await this.#store(group)
    }
    this.#idle = setTimeout(() => {
      this.#draining ??= this.#letGo().finally(() => {
        this.#draining = this.#waiting.length > 0 ? this.#drain() : undefined
      })
    }, this.#options.limits.idleMs)
    this.#idle.unref()
    this.#draining = undefined
  }

  async #store(group: readonly Waiting[]): Promise<void> {
    let work: Work[] = []
    try {
      const topic = await this.#openTopic()
      if (group.some(({ key }) => key !== undefined)) await this.#openLedger(topic)
      work = group.flatMap((waiting) => workOf(waiting, waiting.key && this.#ledger?.find(waiting.key.key)) ?? [])
      await this.#appendGroup(topic, work)
    } catch (error) {
      await this.#giveUp()
      const failure = unavailable(error)
      for (const { reject } of group) reject(failure)
    }
  }

  async #appendGroup(topic: OpenTopic, work: readonly Work[]): Promise<void> {
    const refused = await this.#append(topic, work)
    await this.#settle(work, refused, refused === undefined || work.length === 1 ? work : work.filter(isStored))
    if (refused === undefined || work.length === 1) return
    // One request that the broker will not take must not take the others down with it.
    for (const each of work) if (!isStored(each)) await this.#settle([each], await this.#append(topic, [each]))
  }

  async #append(topic: OpenTopic, work: readonly Work[]): Promise<SmeltError | undefined> {
    const { sent, ends, refused } = await appendWork({ ...topic, name: this.#options.topic }, work)
    for (const [partition, end] of ends) this.#ends.set(partition, end)
    this.#unmarked += sent
    return refused
  }

  /** Notes what of `work` is stored, and then answers `answered`; those without a key need not wait for that. */
  async #settle(work: readonly Work[], refused: SmeltError | undefined, answered = work): Promise<void> {
    const noted = work.flatMap((each) => entryOf(each, this.#options.clock()) ?? [])
    for (const each of answered) if (each.waiting.key === undefined) answer(each, refused)
    if (this.#ledger !== undefined && (noted.length > 0 || this.#unmarked >= UNMARKED_RECORDS)) {
      await this.#ledger.put(noted, this.#ends)
      this.#unmarked = 0
    }
    for (const each of answered) if (each.waiting.key !== undefined) answer(each, refused)
  }

  async #openTopic(): Promise<OpenTopic> {
    const { broker, topic, partitions, clock } = this.#options
    if (this.#topic !== undefined && clock() - this.#topic.checkedMs < RECHECK_MS) return this.#topic
    let info = await broker.topic(topic)
    if (info === undefined) {
      await broker.createTopic(topic, { partitions })
      info = await broker.topic(topic)
    }
    if (info === undefined) throw smeltError('stream/unknown-topic', { topic })
    if (this.#topic !== undefined && this.#topic.id !== info.id) await this.#giveUp()
    this.#topic ??= {
      id: info.id,
      producer: await broker.producer(),
      partitioner: createPartitioner(),
      partitions: 0,
      checkedMs: 0,
    }
    this.#topic.partitions = info.partitions.length
    this.#topic.checkedMs = clock()
    return this.#topic
  }

  async #openLedger({ id }: OpenTopic): Promise<void> {
    if (this.#ledger !== undefined && this.#ledgerTopic === id) return
    await this.#closeLedger()
    const { broker, topic, clock, ledgerFile, limits } = this.#options
    const ledger = await openLedger({ file: ledgerFile, topicId: id, clock, ...limits })
    try {
      const found = await findMarked(broker, { name: topic, id }, { marks: ledger.marks, nowMs: clock() })
      await ledger.put(
        found.entries.flatMap((entry) => mergedEntry(entry, ledger.find(entry.key)) ?? []),
        found.marks,
      )
      this.#ends.clear()
      for (const [partition, end] of found.marks) this.#ends.set(partition, end)
    } catch (error) {
      await ledger.close()
      throw error
    }
    this.#ledger = ledger
    this.#ledgerTopic = id
    this.#unmarked = 0
  }

  /** After a fault nobody knows what the topic holds: it is opened anew, and the ledger is completed from it. */
  async #giveUp(): Promise<void> {
    await this.#letGo()
    await this.#closeLedger()
  }

  async #letGo(): Promise<void> {
    clearTimeout(this.#idle)
    const topic = this.#topic
    this.#topic = undefined
    await topic?.producer.close().catch(() => undefined)
  }

  async #closeLedger(): Promise<void> {
    const ledger = this.#ledger
    this.#ledger = undefined
    await ledger?.close().catch(() => undefined)
  }
}

/** Clients are told what kind of fault it is; addresses and paths are for the log of the server. */
function unavailable(error: unknown): unknown {
  if (isSmeltError(error)) return smeltError('ingest/unavailable', { detail: `\`${error.code}\`` }, { cause: error })
  const isSystem = error instanceof Error && 'syscall' in error
  return isSystem
    ? smeltError('ingest/unavailable', { detail: 'the state folder cannot be written' }, { cause: error })
    : error
}
