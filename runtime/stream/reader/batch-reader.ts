import { findCodec, loadCodec } from '../batch/codecs.ts'
import { walkBatches } from '../batch/layout.ts'
import type { ReaderOptions, ReadFailure, ReadLimits, ReadResult, RecordReader } from '../port.ts'
import type { RecordColumns } from '../record-columns.ts'
import { createRoom, fillFairly, isActive } from './fair-share.ts'
import {
  acceptAnswer,
  createPartitionState,
  failureNow,
  isAtUntil,
  isBehind,
  seekState,
  type PartitionState,
} from './partition-state.ts'
import type { BatchSource, FetchAnswer, FetchWant } from './source.ts'

const DEFAULT_PREFETCH_BYTES = 16 * 1024 * 1024
const LONG_POLL_MS = 250
/** While other topic partitions of the lane have records ready, a question must not hold the lane up. */
const SHORT_POLL_MS = 10

/** The reader both adapters share: fetches ahead within its byte budget and hands records out fairly. */
export class BatchReader implements RecordReader {
  readonly #source: BatchSource
  readonly #prefetchBytes: number
  readonly #states = new Map<number, PartitionState>()
  readonly #busyLanes = new Set<number>()
  /** Lanes that answered the last question with nothing, so that the next one may wait at the broker. */
  readonly #idleLanes = new Set<number>()
  #until: ReadLimits['until']
  #turn = 0
  #fetches = 0
  #reading = false
  #closed = false
  #wake: (() => void) | undefined
  #fault: Error | undefined

  constructor(source: BatchSource, from: ReadonlyMap<number, bigint>, options: ReaderOptions = {}) {
    this.#source = source
    this.#prefetchBytes = options.prefetchBytes ?? DEFAULT_PREFETCH_BYTES
    for (const [partition, offset] of from) this.#states.set(partition, createPartitionState(partition, offset))
  }

  async read(into: RecordColumns, limits: ReadLimits): Promise<ReadResult> {
    if (this.#reading) throw new Error('A read is under way')
    if (this.#closed) throw new Error('The reader is closed')
    this.#reading = true
    try {
      return await this.#read(into, limits)
    } finally {
      this.#reading = false
    }
  }

  async #read(into: RecordColumns, limits: ReadLimits): Promise<ReadResult> {
    const deadline = performance.now() + limits.deadlineMs
    const room = createRoom(into, limits)
    const before = into.count
    const order = this.#rotated()
    this.#until = limits.until
    for (const state of order) state.share = 0
    this.#fetchAhead(true)
    for (;;) {
      if (this.#fault) throw this.#fault
      const failure = this.#failure(limits)
      if (failure) return into.count > before ? this.#positions() : failure
      fillFairly(order, this.#source.topic, into, limits, room)
      this.#fetchAhead(false)
      if (this.#failure(limits)) continue
      const left = deadline - performance.now()
      if (room.full || left <= 0 || this.#closed || this.#isAtEnd(limits)) return this.#positions()
      await this.#sleep(left)
    }
  }

  pause(partitions: Iterable<number>): void {
    for (const partition of partitions) this.#state(partition).paused = true
  }

  resume(partitions: Iterable<number>): void {
    for (const partition of partitions) this.#state(partition).paused = false
    this.#fetchAhead(true)
  }

  seek(partition: number, offset: bigint): void {
    seekState(this.#state(partition), offset)
    this.#fetchAhead(true)
  }

  add(partition: number, offset: bigint): void {
    if (this.#states.has(partition)) throw new Error(`Topic partition ${partition} is being read already`)
    this.#states.set(partition, createPartitionState(partition, offset))
    this.#fetchAhead(true)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    await this.#source.close()
    this.#states.clear()
  }

  #state(partition: number): PartitionState {
    const state = this.#states.get(partition)
    if (!state) throw new Error(`Topic partition ${partition} is not being read`)
    return state
  }

  /** Another topic partition comes first each time, so that small reads serve all of them. */
  #rotated(): PartitionState[] {
    const states = [...this.#states.values()]
    const start = states.length === 0 ? 0 : this.#turn++ % states.length
    return [...states.slice(start), ...states.slice(0, start)]
  }

  #failure(limits: ReadLimits): ReadFailure | undefined {
    for (const state of this.#states.values()) {
      const failure = failureNow(state)
      if (failure && !state.paused && !isAtUntil(state, limits.until?.get(state.partition))) return failure
    }
    return undefined
  }

  #isAtEnd({ until }: ReadLimits): boolean {
    if (!until) return false
    return [...this.#states.values()].every((state) => state.paused || isAtUntil(state, until.get(state.partition)))
  }

  #positions(): ReadResult {
    const positions = [...this.#states.values()]
      .map(({ partition, next, end, logStart }) => ({ partition, next, end, logStart }))
      .sort((a, b) => a.partition - b.partition)
    return { ok: true, positions }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      this.#wake = done
      function done(): void {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /**
   * Keeps one fetch per lane under way while there is room. `asked` says that a caller waits: then topic partitions at
   * the end of their log are asked again even when others have records ready, once and without waiting.
   */
  #fetchAhead(asked: boolean): void {
    if (this.#closed) return
    const limits = { rows: 0, bytes: 0, deadlineMs: 0, ...(this.#until && { until: this.#until }) }
    const lanes = new Map<number, PartitionState[]>()
    for (const state of this.#states.values()) {
      if (!isActive(state, limits) || isAtUntilFetch(state, this.#until)) continue
      const lane = this.#source.laneOf(state.partition)
      lanes.set(lane, [...(lanes.get(lane) ?? []), state])
    }
    for (const [lane, states] of lanes) {
      if (this.#busyLanes.has(lane)) continue
      const room = states.filter((state) => !state.asking && state.buffered < this.#partitionBytes())
      const atEnd = !room.some(isBehind)
      const alone = room.length === states.length
      if (room.length === 0 || (atEnd && !alone && !asked)) continue
      const mayWait = this.#idleLanes.has(lane) || (atEnd && alone)
      const maxWaitMs = mayWait ? (alone ? LONG_POLL_MS : SHORT_POLL_MS) : 0
      this.#fetch(lane, room, maxWaitMs).catch((error: unknown) => {
        this.#fault = error instanceof Error ? error : new Error(String(error))
        this.#wake?.()
      })
    }
  }

  /** A third each for what is unconsumed, what is being fetched, and the rest of a chunk that is partly consumed. */
  #partitionBytes(): number {
    return Math.max(1, Math.floor(this.#prefetchBytes / (3 * this.#states.size)))
  }

  async #fetch(lane: number, states: readonly PartitionState[], maxWaitMs: number): Promise<void> {
    this.#busyLanes.add(lane)
    const wants = this.#wants(states)
    const eras = states.map((state) => ({ state, era: state.era }))
    const answers = await this.#source.fetch(lane, wants, maxWaitMs)
    await loadCodecs(answers)
    const asked = new Map(
      eras.filter(({ state, era }) => state.era === era).map(({ state }) => [state.partition, state]),
    )
    for (const state of asked.values()) state.asking = false
    let bytes = 0
    for (const answer of answers) {
      const state = asked.get(answer.partition)
      if (!state) continue
      const before = state.buffered
      acceptAnswer(state, this.#source.topic, answer)
      bytes += state.buffered - before
    }
    if (bytes > 0) this.#idleLanes.delete(lane)
    else this.#idleLanes.add(lane)
    this.#busyLanes.delete(lane)
    this.#fetchAhead(false)
    this.#wake?.()
  }

  /** The broker gives the first topic partition a batch of any size, so another one is first each time. */
  #wants(states: readonly PartitionState[]): FetchWant[] {
    const maxBytes = this.#partitionBytes()
    const first = this.#fetches++ % states.length
    return [...states.slice(first), ...states.slice(0, first)].map((state) => {
      state.asking = true
      return { partition: state.partition, offset: state.fetchOffset, maxBytes }
    })
  }
}

async function loadCodecs(answers: readonly FetchAnswer[]): Promise<void> {
  for (const answer of answers) {
    if ('failure' in answer) continue
    for (const { header, complete } of walkBatches(answer.batches)) {
      if (complete && !findCodec(header.codec)) await loadCodec(header.codec)
    }
  }
}

function isAtUntilFetch(state: PartitionState, until: ReadLimits['until']): boolean {
  const end = until?.get(state.partition)
  return end !== undefined && state.fetchOffset >= end
}
