import { offsetAfter, readBatchHeader, walkBatches, type BatchHeader } from '../batch/layout.ts'
import { checkBatch, openBatch, UnknownCodec, type OpenBatch } from '../batch/open-batch.ts'
import { takeRecords, type Taken } from '../batch/take-records.ts'
import { MalformedBatch } from '../batch/varint.ts'
import type { FailureCode, FailureDetail, ReadFailure } from '../port.ts'
import type { RecordColumns } from '../record-columns.ts'
import { createChunk, skipsBatch, type Chunk } from './chunk.ts'
import type { FetchAnswer } from './source.ts'

export interface TurnLimits {
  readonly until: bigint | undefined
  readonly rows: number
  readonly turnBytes: number
  readonly roomBytes: number
}

/** What is read of one topic partition: its position, what was fetched ahead, and the batch being taken. */
export interface PartitionState {
  readonly partition: number
  next: bigint
  fetchOffset: bigint
  end: bigint
  logStart: bigint
  paused: boolean
  failure: ReadFailure | undefined
  /** Grows with every seek, so that an answer to an older question is known for what it is. */
  era: number
  /** A fetch of this era is under way. */
  asking: boolean
  /** Bytes fetched and not consumed. */
  buffered: number
  /** Rows taken in the read under way. */
  share: number
  chunks: Chunk[]
  batch: OpenBatch | undefined
}

export function createPartitionState(partition: number, offset: bigint): PartitionState {
  return {
    partition,
    next: offset,
    fetchOffset: offset,
    end: -1n,
    logStart: -1n,
    paused: false,
    failure: undefined,
    era: 0,
    asking: false,
    buffered: 0,
    share: 0,
    chunks: [],
    batch: undefined,
  }
}

/** Drops everything fetched and goes on from `offset`. */
export function seekState(state: PartitionState, offset: bigint): void {
  const fresh = createPartitionState(state.partition, offset)
  Object.assign(state, { ...fresh, paused: state.paused, era: state.era + 1, end: state.end, logStart: state.logStart })
}

/** True when everything below `until` was read. */
export function isAtUntil(state: PartitionState, until: bigint | undefined): boolean {
  return until !== undefined && state.next >= until
}

/** True while the broker is known, or not known not to, have more than was fetched. */
export function isBehind(state: PartitionState): boolean {
  return state.end < 0n || state.fetchOffset < state.end
}

/** True when records, or something to pass over, were fetched and not consumed. */
export function hasFetched(state: PartitionState): boolean {
  return state.batch !== undefined || state.chunks.length > 0
}

/** Takes in the broker's answer to the fetch at `fetchOffset`. */
export function acceptAnswer(state: PartitionState, topic: string, answer: FetchAnswer): void {
  if ('failure' in answer) {
    fail(state, topic, answer.failure, answer.detail)
    return
  }
  state.end = answer.end
  state.logStart = answer.logStart
  const { batches } = answer
  let end = 0
  for (const { header, complete } of walkBatches(batches)) {
    if (complete) {
      end += header.size
      // A damaged header must not move the fetch backwards; its batch is refused when it is reached.
      const after = offsetAfter(header)
      if (after > state.fetchOffset) state.fetchOffset = after
    } else if (end === 0) {
      const reason = `its length field says ${header.size} bytes`
      fail(state, topic, 'corrupt-batch', { offset: header.baseOffset, reason })
    }
  }
  if (end === 0) return
  state.chunks.push(createChunk(batches, end, answer.aborted))
  state.buffered += end
}

/** Consumes fetched batches until one turn of records was taken or none is left. */
export function takeTurn(state: PartitionState, topic: string, into: RecordColumns, limits: TurnLimits): Taken {
  for (;;) {
    const opened = state.batch ?? openNext(state, topic, limits.until)
    if (opened === 'none') return { rows: 0, bytes: 0, stop: 'end' }
    if (opened === 'until') return { rows: 0, bytes: 0, stop: 'until' }
    state.batch = opened
    const taken = guarded(state, topic, opened.header, () =>
      takeRecords(opened, into, { ...limits, partition: state.partition, from: state.next }),
    )
    if (!taken) return { rows: 0, bytes: 0, stop: 'end' }
    settle(state, opened, taken, limits.until)
    if (taken.rows > 0 || taken.stop !== 'end') return taken
  }
}

/** Moves `next` past what a take consumed. */
function settle(state: PartitionState, batch: OpenBatch, taken: Taken, until: bigint | undefined): void {
  if (taken.stop === 'end') {
    moveNext(state, offsetAfter(batch.header), until)
    state.batch = undefined
  } else if (taken.stop === 'until') moveNext(state, until ?? state.next, until)
  else if (batch.lastDelta >= 0) moveNext(state, batch.header.baseOffset + BigInt(batch.lastDelta) + 1n, until)
}

function moveNext(state: PartitionState, to: bigint, until: bigint | undefined): void {
  const capped = until !== undefined && to > until ? until : to
  if (capped > state.next) state.next = capped
}

/** Opens the next batch that holds records to hand out; control and aborted batches only move `next`. */
function openNext(state: PartitionState, topic: string, until: bigint | undefined): OpenBatch | 'none' | 'until' {
  for (;;) {
    const chunk = state.chunks[0]
    if (!chunk) return 'none'
    if (chunk.at >= chunk.end) {
      state.chunks.shift()
      continue
    }
    const { bytes, at } = chunk
    const header = readBatchHeader(bytes, at)
    const checked = guarded(state, topic, header, () => {
      checkBatch(bytes, at, header)
      return true
    })
    if (!checked) return 'none'
    if (until !== undefined && header.baseOffset >= until) {
      moveNext(state, until, until)
      return 'until'
    }
    const skipped = guarded(state, topic, header, () => skipsBatch(chunk, header))
    if (skipped === undefined) return 'none'
    chunk.at += header.size
    state.buffered -= header.size
    if (skipped) {
      moveNext(state, offsetAfter(header), until)
      continue
    }
    const batch = guarded(state, topic, header, () => openBatch(bytes, at, header))
    return batch ?? 'none'
  }
}

/** Runs what may meet damage; damage becomes the failure of the topic partition. */
function guarded<T>(state: PartitionState, topic: string, header: BatchHeader, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    const code =
      error instanceof UnknownCodec ? 'unknown-codec' : error instanceof MalformedBatch ? 'corrupt-batch' : undefined
    if (!code || !(error instanceof Error)) throw error
    fail(state, topic, code, { offset: header.baseOffset, reason: error.message })
    dropFetched(state)
    return undefined
  }
}

/** Why no record can be read from the topic partition; undefined while there are fetched ones before the failure. */
export function failureNow(state: PartitionState): ReadFailure | undefined {
  return hasFetched(state) ? undefined : state.failure
}

function fail(state: PartitionState, topic: string, code: FailureCode, detail: FailureDetail): void {
  state.failure = { ok: false, code, topic, partition: state.partition, detail }
}

function dropFetched(state: PartitionState): void {
  state.chunks = []
  state.batch = undefined
  state.buffered = 0
}
