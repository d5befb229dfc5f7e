import type { ContractChange, ContractVerdict } from '#contract'
import type { TableName } from '../types.ts'

/**
 * What becomes of tables and state when `after` takes over from `before`. Plain JSON; `README.md` beside this file holds
 * the rules. Every table, operator, source and reference of either plan has an entry, unchanged ones too.
 */
export interface PlanDiff {
  /**
   * `unchanged`: the same plan. `safe`: a run may take it over by itself. `needs-approval`: rows, columns or state go, see
   * `approvals`. `refused`: no approval helps, see `refusals`.
   */
  readonly verdict: 'unchanged' | 'safe' | 'needs-approval' | 'refused'
  /** Why an approval is needed, one sentence each. */
  readonly approvals: readonly string[]
  /** What cannot be done at all, and what to do instead. */
  readonly refusals: readonly string[]
  readonly sources: readonly SourceDiff[]
  readonly contracts: readonly ContractDiff[]
  readonly references: readonly ReferenceDiff[]
  readonly tables: readonly TableDiff[]
  readonly operators: readonly OperatorDiff[]
  /** What is sent otherwise from now on, one sentence each. Rows that stand are not sent again. */
  readonly alerts: readonly string[]
}

/** A table of the lake. */
export interface TableDiff {
  readonly layer: TableName['layer']
  readonly table: string
  /** `dropped`: no longer written; it stays in the lake. */
  readonly change: 'created' | 'unchanged' | 'evolved' | 'rewritten' | 'dropped'
  /**
   * The rows written so far against those a rebuild by the new plan gives. `same`: equal. `kept`: they stay as they are
   * and may differ (a new column is null in them, what was refused stays in quarantine). `rebuilt`: replaced by a replay.
   */
  readonly history: 'same' | 'kept' | 'rebuilt'
  /** The source whose bronze rows are replayed to fill or rebuild the table; absent when none is. */
  readonly replays?: string
  /** Changes of columns; none for a table that is created or dropped. */
  readonly columns: readonly ColumnDiff[]
  /** Rows are kept for another time than so far; as a user reads it: `for 30d`, `for ever`. */
  readonly retention?: { readonly from: string; readonly to: string }
  readonly reasons: readonly string[]
}

/** A change of one column. A column with two changes has two entries. */
export interface ColumnDiff {
  /**
   * `loosened`: may be null from now on. `tightened`: can no longer be null. `retyped`: of another type that old files do
   * not fit. `recomputed`: its value is worked out otherwise.
   */
  readonly change:
    'added' | 'removed' | 'renamed' | 'widened' | 'loosened' | 'tightened' | 'retyped' | 'recomputed' | 'moved'
  /** Its name now; for a removed column, its name before. */
  readonly column: string
  /**
   * Before and now, as a user writes it: types, or what works a recomputed column out. `to` of an added column is its
   * type, `from` of a removed one its former type.
   */
  readonly from?: string
  readonly to?: string
  /** The former name of a renamed column. */
  readonly was?: string
}

/** State that a pipeline carries from batch to batch. */
export interface OperatorDiff {
  /** As `operatorId` names it: `silver.devices/dedupe`. */
  readonly id: string
  readonly kind: 'versions' | 'dedupe' | 'window' | 'latest' | 'as-of' | 'interval'
  /** `layer.table` */
  readonly table: string
  /**
   * `created`: starts empty, as its source does. `migrated`: its columns change, its rows stay. `needs-replay`: it can
   * only be had by replaying bronze.
   */
  readonly verdict: 'created' | 'kept' | 'migrated' | 'dropped' | 'needs-replay'
  readonly reason: string
}

/** A source beside its contract: topic, event time, limits. */
export interface SourceDiff {
  readonly source: string
  readonly change: 'added' | 'removed' | 'changed' | 'unchanged'
  readonly settings: readonly SettingDiff[]
}

/** A setting of a source. Values as a user writes them. */
export interface SettingDiff {
  /** As in the file: `watermark`. */
  readonly setting: string
  readonly from: string
  readonly to: string
  readonly effect: string
}

/** The contract of a source that both plans have. */
export interface ContractDiff {
  readonly source: string
  readonly verdict: ContractVerdict
  readonly changes: readonly ContractChange[]
}

export interface ReferenceDiff {
  readonly reference: string
  readonly change: 'added' | 'removed' | 'changed' | 'unchanged'
  readonly reasons: readonly string[]
}
