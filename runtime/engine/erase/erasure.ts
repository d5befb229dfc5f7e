import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Counts } from '../accounting.ts'

/** What one erasure did, or with `dryRun` would do. Plain JSON; holds nothing that tells who the subject is. */
export interface Erasure {
  readonly format: 1
  /** The same for the same subject and tenant key. */
  readonly id: string
  readonly tenant: string
  readonly field: string
  readonly startedMs: number
  readonly endedMs: number
  readonly dryRun: boolean
  readonly pipelines: readonly PipelineErasure[]
}

export interface PipelineErasure {
  readonly pipeline: string
  /** The checkpoint that took the subject out of the state; null when there was none to write. */
  readonly checkpoint: number | null
  /** By source, the records that were about the subject: topic partition and offset. */
  readonly records: Readonly<Record<string, readonly RecordPlace[]>>
  readonly tables: readonly TableErasure[]
  /** By state table, rows that went. */
  readonly state: Counts
  readonly savepointsDropped: readonly string[]
  readonly topics: readonly TopicErasure[]
}

export type RecordPlace = readonly [partition: number, offset: string]

export interface TableErasure {
  /** `layer.name` */
  readonly table: string
  readonly rows: number
  /** Locations of data files that held the subject, and of those in their place. */
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

export interface TopicErasure {
  readonly topic: string
  /** `blanked`: keys, values and headers were overwritten. `kept`: the broker cannot; the records go by its retention. */
  readonly outcome: 'blanked' | 'kept'
  readonly records: readonly RecordPlace[]
  readonly files: readonly string[]
}

/** A report with who vouches for it: HMAC-SHA-256 of the text of the erasure under the key of the tenant. */
export interface SignedErasure {
  readonly erasure: Erasure
  readonly signature: string
}

/** Signs a report. */
export function signErasure(erasure: Erasure, key: string): SignedErasure {
  return { erasure, signature: signatureOf(erasure, key) }
}

/** Whether a report is as it was signed, under this key. */
export function isSigned({ erasure, signature }: SignedErasure, key: string): boolean {
  const [given, wanted] = [Buffer.from(signature), Buffer.from(signatureOf(erasure, key))]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function signatureOf(erasure: Erasure, key: string): string {
  return createHmac('sha256', key).update(JSON.stringify(erasure)).digest('hex')
}
