import type { Clock, ObjectStore } from '#lake'
import type { Plan } from '#plan'
import type { Accounting } from '../accounting.ts'

/** What an audit works with. */
export interface AuditOptions {
  readonly plan: Plan
  readonly store: ObjectStore
  readonly clock: Clock
  /** Rebuild silver and gold from bronze aside and compare row by row. */
  readonly deep: boolean
  readonly references: ReadonlyMap<string, readonly (readonly (string | null)[])[]>
  readonly piiKey?: string
  readonly memoryLimitBytes: number
  readonly threads: number
  readonly scratch: string
}

/** One thing that was compared: what the books say and what the tables hold. */
export interface AuditLine {
  readonly table: string
  readonly what: string
  readonly expected: number
  readonly found: number
}

/** A table that a deep audit does not compare: records that it was made of have left bronze. */
export interface Uncompared {
  /** `layer.table` */
  readonly table: string
  readonly source: string
  /** Records of the source that have left bronze. */
  readonly gone: number
  /** What the broker got before this time has expired; null when records were only erased. */
  readonly expired_before: string | null
}

export interface AuditReport {
  readonly instance: string
  readonly checkpoint: number
  readonly accounting: Accounting
  readonly lines: readonly AuditLine[]
  /** Tables that no rebuild can be compared with; only a deep audit has any. */
  readonly uncompared: readonly Uncompared[]
  /** True when every line agrees. */
  readonly closes: boolean
}
