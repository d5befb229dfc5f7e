import type { Exposure } from './lineage-types.ts'

/**
 * A plan as people read it: every source with the tables made of it, and per table what is done to a record, what is
 * kept to do it, and what a record may come to. Plain JSON.
 */
export interface ExplainTree {
  readonly version: 1
  readonly tenant: string
  readonly pipeline: string
  /** The identity of the plan; absent when it stands for no tenant. */
  readonly planHash?: string
  readonly sources: readonly ExplainNode[]
  readonly references: readonly ExplainReference[]
  readonly quarantine: { readonly id: string; readonly holds: string }
}

/** A source, or a table that is written. `id` is `source.<name>` or `<layer>.<name>`. */
export interface ExplainNode {
  readonly id: string
  readonly kind: 'source' | 'bronze' | 'silver' | 'window' | 'latest' | 'as-of' | 'interval'
  /** What it is, in a few words. */
  readonly title: string
  /** Of a source: the fields of its contract. */
  readonly columns: readonly ExplainColumn[]
  /** Iceberg transforms; empty for a source. */
  readonly partitionBy: readonly string[]
  /** In the order in which a record meets them. */
  readonly operators: readonly ExplainOperator[]
  /** How the rows of this table add up. */
  readonly accounting?: string
  readonly readBy: readonly ExplainNode[]
}

export interface ExplainColumn {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** What gives it its value; absent for contract fields. */
  readonly value?: string
  /** How personal data is hidden in this column. */
  readonly pii?: 'hash' | 'mask'
  /** Personal data that reaches it, in the least hidden form: see `LineageNode`. */
  readonly personal?: Exposure
}

export interface ExplainOperator {
  /** `silver.devices/dedupe`: the names that `operatorId` gives. */
  readonly id: string
  readonly kind:
    | 'contract'
    | 'event-time'
    | 'versions'
    | 'columns'
    | 'lookup'
    | 'where'
    | 'check'
    | 'dedupe'
    | 'window'
    | 'latest'
    | 'as-of'
    | 'alert'
    | 'interval'
  readonly title: string
  /** Another node that it reads: `source.policy_rules`. */
  readonly reads?: string
  /** Its rules in words, with their numbers. */
  readonly rules: readonly string[]
  readonly outcomes: readonly ExplainOutcome[]
  readonly state?: ExplainState
}

/** What a record may come to at an operator, other than to go on. */
export interface ExplainOutcome {
  /** `stops`: the pipeline stops with an error. `warned`: counted, and it goes on. */
  readonly becomes: 'quarantined' | 'filtered' | 'deduplicated' | 'warned' | 'stops'
  readonly when: string
  /** `record/*` codes, for quarantined ones. */
  readonly codes: readonly string[]
}

/** What an operator keeps between batches. */
export interface ExplainState {
  readonly holds: string
  readonly keys: readonly string[]
  /** What keeps it from growing for ever, in words. */
  readonly bound: string
}

export interface ExplainReference {
  readonly name: string
  /** Path relative to the project root. */
  readonly file: string
  readonly key: readonly string[]
  readonly columns: readonly ExplainColumn[]
  readonly contentHash: string
}
