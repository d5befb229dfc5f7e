import type { FailureCode, FailureDetail } from '../port.ts'

/** One topic partition to fetch from. */
export interface FetchWant {
  readonly partition: number
  readonly offset: bigint
  /** Bytes to answer with at most; a first batch larger than this is given whole. */
  readonly maxBytes: number
}

/** Transactions that were aborted: records of this producer from this offset on, up to its abort marker. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/** Stored batches of one topic partition, or why there are none. */
export type FetchAnswer =
  | {
      readonly partition: number
      /** Whole batches, the first of which may begin before the wanted offset; a partial one at the end is ignored. */
      readonly batches: Buffer
      readonly end: bigint
      readonly logStart: bigint
      readonly aborted: readonly AbortedTransaction[]
    }
  | { readonly partition: number; readonly failure: FailureCode; readonly detail: FailureDetail }

/**
 * What an adapter gives the shared reader: stored batches by topic partition. Fetches of one lane (a connection) come
 * one at a time. Passing faults are waited out inside: then the answer leaves the topic partition out.
 */
export interface BatchSource {
  readonly topic: string
  laneOf(partition: number): number
  /** Answers as soon as there are bytes, and after `maxWaitMs` at the latest. Never rejects. */
  fetch(lane: number, wants: readonly FetchWant[], maxWaitMs: number): Promise<FetchAnswer[]>
  /** Ends fetches that are under way. */
  close(): Promise<void>
}
