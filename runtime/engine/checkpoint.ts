import { smeltError } from '#diagnostics'
import type { StagedCommit, TableShape } from '#lake'
import type { Accounting } from './accounting.ts'
import type { OutboxBooks } from './outbox.ts'
import { seal, unseal } from './sealed-json.ts'

/**
 * One checkpoint (DESIGN section 7): everything a process needs to go on where another stopped. Plain JSON. Its
 * creation in the lake is the commit point; what stands in `commits` is applied after it, by whoever comes first.
 */
export interface Checkpoint {
  readonly format: 1
  /** Counts from 1, without gaps. */
  readonly id: number
  readonly tenant: string
  readonly pipeline: string
  readonly planHash: string
  /** Which run wrote it. */
  readonly runId: string
  readonly createdMs: number
  readonly sources: Readonly<Record<string, SourcePosition>>
  /** Per window table: the time of the watermark, in microseconds since the epoch, by which its windows are closed. */
  readonly closed: Readonly<Record<string, string>>
  /** Per state table, the files that rebuild it. */
  readonly state: Readonly<Record<string, StateFiles>>
  /** The plans before this one, oldest first, of which rows may still stand, and where each ended. */
  readonly past?: readonly PastPlan[]
  /** Tables that get another shape before the commits, by the first checkpoint of another plan. */
  readonly shapes?: readonly TableShape[]
  /** It takes everything back to `to`; the checkpoints up to `from` that came after that are given up. */
  readonly rewound?: { readonly to: string; readonly from: number; readonly reason?: string }
  readonly commits: readonly StagedCommit[]
  readonly accounting: Accounting
  /** Alerts on their way; left out while there never was one. */
  readonly outbox?: OutboxBooks
}

/** A plan that ran up to these positions, and was then taken over by another, had tables rebuilt, or rows of quarantine moved. */
export interface PastPlan {
  readonly planHash: string
  readonly sources: Readonly<Record<string, SourcePosition>>
  /** The tables, as `layer.name`, that were rebuilt there whatever the next plan said of them. */
  readonly rebuilt?: readonly string[]
  /** The next plan took over there, and worked nothing out anew: tables were rebuilt since then, and no window was closed. */
  readonly kept?: true
  /** What an operator took out of quarantine there. */
  readonly moved?: MovedRows
}

/** Rows that left quarantine at one checkpoint: what a deep audit needs to do the same. */
export interface MovedRows {
  /** `replay`: judged again and accepted, or refused otherwise. `discard`: given up. */
  readonly action: 'replay' | 'discard'
  /** The rows: source, table_name, kafka_partition, kafka_offset. */
  readonly rows: StateFile
  /** How far windows were closed then, as in a checkpoint. */
  readonly closed: Readonly<Record<string, string>>
}

/** Where a source stands, per topic partition. Offsets and microseconds are decimal text. */
export interface SourcePosition {
  readonly topic: string
  readonly topicId: string
  readonly partitions: Readonly<Record<string, PartitionPosition>>
}

export interface PartitionPosition {
  /** The first offset ever asked for. */
  readonly start: string
  /** The next offset to read. */
  readonly next: string
  /** Offsets from `start` to `next` that held no record: control records, aborted or compacted ones. */
  readonly passed: string
  /** The newest event time of a valid record; null before the first. */
  readonly newest: string | null
}

/** A base and what was added since, in order. Keys in the tenant's store. */
export interface StateFiles {
  readonly base: StateFile | null
  readonly deltas: readonly StateFile[]
}

export interface StateFile {
  readonly key: string
  readonly rows: number
}

/** The checkpoint as bytes, with a checksum over its content. */
export function encodeCheckpoint(checkpoint: Checkpoint): Buffer {
  return seal('checkpoint', checkpoint)
}

/** The checkpoint in `bytes`; checkpoint/corrupt when they are not what was written. `key` names them in the error. */
export function decodeCheckpoint(bytes: Buffer, key: string): Checkpoint {
  const found = unseal('checkpoint', bytes)
  if (!found.ok) throw smeltError('checkpoint/corrupt', { key, detail: found.detail })
  return found.value as Checkpoint
}

/** The keys of every state file that a checkpoint names. */
export function stateKeys(checkpoint: Checkpoint | undefined): Set<string> {
  const files = Object.values(checkpoint?.state ?? {}).flatMap(({ base, deltas }) =>
    base ? [base, ...deltas] : deltas,
  )
  const moved = (checkpoint?.past ?? []).flatMap((past) => past.moved?.rows ?? [])
  const waiting = checkpoint?.outbox?.files ?? []
  return new Set([...files, ...moved, ...waiting].map((file) => file.key))
}
