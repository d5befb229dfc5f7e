import { isSmeltError, smeltError, type SmeltError } from '#diagnostics'
import {
  createPartitioner,
  type Appended,
  type Broker,
  type OffsetRun,
  type OutgoingRecord,
  type Partitioner,
  type Producer,
} from '#stream'
import { findMarked } from './find-marked.ts'
import { openLedger, type Ledger, type LedgerEntry } from './ledger.ts'
import type { Position } from './placement.ts'
import { markHeader, type RequestKey } from './request-key.ts'

/** The records of one request. */
export interface Submission {
  readonly records: readonly OutgoingRecord[]
  readonly key?: RequestKey
}

/** What is answered: where each record lies. */
export interface Stored {
  readonly positions: readonly Position[]
  /** Stored by an earlier request with the same idempotency key. */
  readonly repeated: boolean
}

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

interface Waiting extends Submission {
  readonly resolve: (stored: Stored) => void
  readonly reject: (error: unknown) => void
}

/** A request while it is being stored. */
interface Work {
  readonly waiting: Waiting
  readonly positions: (Position | undefined)[]
}

interface OpenTopic {
  readonly id: string
  readonly producer: Producer
  readonly partitioner: Partitioner
  partitions: number
  checkedMs: number
}

/** What goes to the broker at once: large enough to be cheap, small enough to be answered soon. */
const GROUP_RECORDS = 20_000
const GROUP_BYTES = 4 << 20
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
    while (this.#waiting.length > 0) await this.#store(this.#nextGroup())
    this.#idle = setTimeout(() => {
      this.#draining ??= this.#letGo().finally(() => {
        this.#draining = this.#waiting.length > 0 ? this.#drain() : undefined
      })
    }, this.#options.limits.idleMs)
    this.#idle.unref()
    this.#draining = undefined
  }

  /** Of two requests with one key the second waits until the first is settled. */
  #nextGroup(): Waiting[] {
    const group: Waiting[] = []
    const rest: Waiting[] = []
    const keys = new Set<string>()
    let records = 0
    let bytes = 0
    for (const each of this.#waiting) {
      const isFull = group.length > 0 && (records >= GROUP_RECORDS || bytes >= GROUP_BYTES)
      if (isFull || (each.key !== undefined && keys.has(each.key.key))) {
        rest.push(each)
        continue
      }
      group.push(each)
      if (each.key !== undefined) keys.add(each.key.key)
      records += each.records.length
      bytes += each.records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
    }
    this.#waiting = rest
    return group
  }

  async #store(group: readonly Waiting[]): Promise<void> {
    let work: Work[] = []
    try {
      const topic = await this.#openTopic()
      if (group.some(({ key }) => key !== undefined)) await this.#openLedger(topic)
      work = group.flatMap((waiting) => this.#begin(waiting) ?? [])
      await this.#appendGroup(topic, work)
    } catch (error) {
      await this.#giveUp()
      const failure = unavailable(error)
      for (const { reject } of group) reject(failure)
    }
  }

  /** The work that a request leaves; undefined when it is answered already. */
  #begin(waiting: Waiting): Work | undefined {
    const { key, records } = waiting
    const entry = key && this.#ledger?.find(key.key)
    if (key === undefined || entry === undefined) return { waiting, positions: records.map(() => undefined) }
    try {
      const stored = storedBefore(entry, key)
      // A part of them lies in the topic, of a request that did not come to its end.
      if (stored === undefined) return { waiting, positions: [...entry.positions] }
      waiting.resolve(stored)
    } catch (error) {
      waiting.reject(error)
    }
    return undefined
  }

  async #appendGroup(topic: OpenTopic, work: readonly Work[]): Promise<void> {
    const refused = await this.#append(topic, work)
    await this.#settle(work, refused, refused === undefined || work.length === 1 ? work : work.filter(isStored))
    if (refused === undefined || work.length === 1) return
    // One request that the broker will not take must not take the others down with it.
    for (const each of work) if (!isStored(each)) await this.#settle([each], await this.#append(topic, [each]))
  }

  /** Appends what of `work` is not stored yet and fills in its positions. */
  async #append(topic: OpenTopic, work: readonly Work[]): Promise<SmeltError | undefined> {
    const records: (OutgoingRecord & { readonly partition: number })[] = []
    const places: { readonly positions: Work['positions']; readonly index: number }[] = []
    for (const { waiting, positions } of work) {
      for (const [index, record] of waiting.records.entries()) {
        if (positions[index] !== undefined) continue
        const partition = topic.partitioner(record.key, topic.partitions)
        records.push({ ...marked(record, waiting, index), partition })
        places.push({ positions, index })
      }
    }
    if (records.length === 0) return undefined
    const appended = await topic.producer.append(this.#options.topic, records)
    const next = offsetsOf(appended)
    for (const [at, { partition }] of records.entries()) {
      const offset = next(partition)
      const place = places[at]
      if (offset === undefined || place === undefined) continue
      place.positions[place.index] = { partition, offset }
      this.#ends.set(partition, offset + 1n)
    }
    this.#unmarked += records.length
    return appended.refused
  }

  /** Notes what of `work` is stored, and then answers `answered`; those without a key need not wait for that. */
  async #settle(work: readonly Work[], refused: SmeltError | undefined, answered = work): Promise<void> {
    const noted = work.flatMap(({ waiting: { key }, positions }): LedgerEntry[] => {
      const isAny = positions.some((position) => position !== undefined)
      return key === undefined || !isAny ? [] : [{ ...key, atMs: this.#options.clock(), positions }]
    })
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
        found.entries.flatMap((entry) => merged(entry, ledger.find(entry.key)) ?? []),
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

/** The answer of an entry that is whole. Throws ingest/key-reused when it is that of other records. */
function storedBefore({ body, positions }: LedgerEntry, key: RequestKey): Stored | undefined {
  if (body !== key.body) throw smeltError('ingest/key-reused', {})
  return positions.every(isPosition) ? { positions, repeated: true } : undefined
}

/** What is known of a request by its entry and by its records in the topic; undefined when the entry says it all. */
function merged(found: LedgerEntry, known: LedgerEntry | undefined): LedgerEntry | undefined {
  if (known === undefined) return found
  if (known.body !== found.body || known.positions.every(isPosition)) return undefined
  return { ...known, positions: known.positions.map((position, index) => position ?? found.positions[index]) }
}

function marked(record: OutgoingRecord, { key, records }: Submission, index: number): OutgoingRecord {
  if (key === undefined) return record
  return { ...record, headers: [...(record.headers ?? []), markHeader(key, index, records.length)] }
}

/** Hands out the offsets of each topic partition in turn. Throws when the broker did not tell where a batch lies. */
function offsetsOf({ runs }: Appended): (partition: number) => bigint | undefined {
  const turns = new Map<number, { readonly runs: readonly OffsetRun[]; run: number; index: number }>()
  for (const [partition, some] of runs) {
    if (some.some(({ first }) => first < 0n)) throw new RangeError('the broker did not tell the offsets')
    turns.set(partition, { runs: some, run: 0, index: 0 })
  }
  return (partition) => {
    const turn = turns.get(partition)
    const run = turn?.runs[turn.run]
    if (turn === undefined || run === undefined) return undefined
    const offset = run.first + BigInt(turn.index)
    turn.index += 1
    if (turn.index === run.count) {
      turn.run += 1
      turn.index = 0
    }
    return offset
  }
}

function isPosition(position: Position | undefined): position is Position {
  return position !== undefined
}

function isStored({ positions }: Work): boolean {
  return positions.every(isPosition)
}

function answer({ waiting, positions }: Work, refused: SmeltError | undefined): void {
  const whole = positions.filter(isPosition)
  if (whole.length === positions.length) waiting.resolve({ positions: whole, repeated: false })
  else {
    const detail = refused === undefined ? 'it stored a part of them' : refused.message
    waiting.reject(smeltError('ingest/refused-by-broker', { detail }, { cause: refused }))
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
