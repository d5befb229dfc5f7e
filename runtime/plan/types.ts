import type { Contract, DataType, Field } from '#contract'
import type { Receiver } from '#spec'

/**
 * The contract between author and engine: what one pipeline does for one tenant. Plain JSON, engine-neutral,
 * free of secrets and of spans; both dialects read it and nothing else. `planHash` is its identity.
 */
export interface Plan {
  readonly version: 1
  readonly tenant: string
  readonly pipeline: string
  readonly sources: readonly SourcePlan[]
  readonly references: readonly ReferencePlan[]
  readonly silver: readonly SilverPlan[]
  readonly gold: readonly GoldPlan[]
  /** The sinks that alerts of a gold table go to; left out when none does. */
  readonly sinks?: readonly SinkPlan[]
  /** Tables whose rows are not kept for ever, in layer order; absent when there is none. */
  readonly retention?: readonly RetentionPlan[]
}

/** Each appended row is sent to sinks. Rows that are equal in the columns of `id` are one alert. */
export interface AlertPlan {
  readonly id: readonly string[]
  /** Names of sinks. */
  readonly to: readonly string[]
}

/** Where alerts go. */
export interface SinkPlan {
  readonly name: string
  /** An index has the tenant in front of its name, as a topic has. */
  readonly receiver: Receiver<string>
  /** Alerts that may wait. */
  readonly maxBacklog: number
  readonly onFull: 'drop_oldest' | 'stop'
}

/** Whole partitions of the table go once all of their rows are older than `keepMs` by the column they are partitioned by. */
export interface RetentionPlan {
  readonly table: TableName
  readonly column: string
  readonly keepMs: number
}

/** A topic read, its contract, and its place in event time. All durations in milliseconds. */
export interface SourcePlan {
  readonly name: string
  readonly topic: string
  readonly contract: Contract
  /** The event time, a timestamp, over the contract's fields and the record; null where the record has none. */
  readonly eventTime: Expr
  readonly watermarkMs: number
  readonly maxAheadMs: number
  readonly horizonMs: number
  readonly maxSkewMs: number
  readonly maxRecordBytes: number
  /** Of a changelog: the contract fields that name the row of which each record is a version. */
  readonly versionedBy?: readonly string[]
  readonly bronze: { readonly table: TableName; readonly partitionBy: readonly PartitionField[] }
}

/** A small table read whole from a file; `contentHash` makes its content part of the plan's identity. */
export interface ReferencePlan {
  readonly name: string
  /** Path relative to the project root. */
  readonly file: string
  readonly format: 'csv' | 'json'
  readonly fields: readonly Field[]
  readonly key: readonly string[]
  readonly contentHash: string
}

export interface TableName {
  readonly layer: 'bronze' | 'silver' | 'gold' | 'quarantine'
  readonly name: string
}

/** Iceberg's transforms, by column name. `argument` is the bucket count or the truncate width. */
export interface PartitionField {
  readonly column: string
  readonly transform: 'identity' | 'bucket' | 'truncate' | 'year' | 'month' | 'day' | 'hour'
  readonly argument?: number
}

/** The order in which a record meets a silver table: columns, `where`, checks, dedupe. */
export interface SilverPlan {
  readonly table: TableName
  readonly source: string
  readonly columns: readonly ColumnPlan[]
  /** Rows for which it is not true are counted as filtered. */
  readonly where?: Expr
  readonly checks: readonly CheckPlan[]
  readonly dedupe?: { readonly by: readonly string[]; readonly withinMs: number }
  /** The column that carries the source's event time, where one does. */
  readonly eventTimeColumn?: string
  readonly partitionBy: readonly PartitionField[]
}

export interface ColumnPlan {
  readonly name: string
  readonly type: DataType
  readonly nullable: boolean
  readonly value:
    | { readonly kind: 'expression'; readonly expr: Expr }
    | {
        readonly kind: 'lookup'
        readonly reference: string
        readonly column: string
        /** Key values, in the order of the reference's key. */
        readonly on: readonly Expr[]
        readonly missing:
          { readonly kind: 'null' } | { readonly kind: 'quarantine' } | { readonly kind: 'value'; readonly value: Expr }
      }
  /** How personal data is hidden: `hash` is HMAC-SHA-256 (hex) under the tenant's key, `mask` keeps the shape only. */
  readonly pii?: 'hash' | 'mask'
  /** Its name before it was renamed: what is written under that name is this column. */
  readonly was?: string
}

/** A check passes unless it is false; null passes, as in an SQL CHECK. */
export interface CheckPlan {
  readonly name: string
  readonly expr: Expr
  readonly onFail: 'quarantine' | 'drop' | 'warn' | 'fail'
}

export type GoldPlan = WindowPlan | LatestPlan | AsOfPlan | IntervalPlan

/** A gold table of rows beside others. */
export type JoinedPlan = AsOfPlan | IntervalPlan

/** One row per window and group: final and appended when the window closes, or kept current from its first row on. */
export interface WindowPlan {
  readonly kind: 'window'
  readonly table: TableName
  readonly from: string
  readonly where?: Expr
  readonly window: WindowShape
  readonly emit: 'on_close' | 'on_change'
  readonly groupBy: readonly ColumnPlan[]
  readonly measures: readonly MeasurePlan[]
  readonly partitionBy: readonly PartitionField[]
  readonly alert?: AlertPlan
}

/**
 * How a window table cuts event time. A sliding window's length is a multiple of its slide, and longer; a session ends
 * one gap after its last row.
 */
export type WindowShape =
  | { readonly kind: 'tumbling'; readonly sizeMs: number }
  | { readonly kind: 'sliding'; readonly sizeMs: number; readonly slideMs: number }
  | { readonly kind: 'session'; readonly gapMs: number }

/** An expression over aggregates: `aggregates` are computed per group, `expr` refers to them as `$0`, `$1`, ... */
export interface MeasurePlan {
  readonly name: string
  readonly type: DataType
  readonly nullable: boolean
  readonly aggregates: readonly AggregatePlan[]
  readonly expr: Expr
  /** Its name before it was renamed. */
  readonly was?: string
}

export interface AggregatePlan {
  readonly fn: AggregateName
  readonly distinct: boolean
  readonly args: readonly Expr[]
  readonly filter?: Expr
  readonly type: DataType
  readonly nullable: boolean
}

export type AggregateName =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'stddev_pop'
  | 'stddev_samp'
  | 'var_pop'
  | 'var_samp'
  | 'percentile'
  | 'string_agg'
  | 'array_agg'

/** Per key, the row greatest by (event time, topic partition, offset). */
export interface LatestPlan {
  readonly kind: 'latest'
  readonly table: TableName
  readonly from: string
  readonly where?: Expr
  readonly latestBy: readonly string[]
  /** The column that carries the event time: the order of rows must be readable from the table. */
  readonly eventTimeColumn: string
  readonly columns: readonly ColumnPlan[]
  readonly partitionBy: readonly PartitionField[]
}

/** Per row and key of a versioned source, the version that held at a time, where the condition is true: appended. */
export interface AsOfPlan {
  readonly kind: 'as-of'
  readonly table: TableName
  readonly from: string
  readonly join: AsOfJoin
  readonly where?: Expr
  readonly columns: readonly ColumnPlan[]
  readonly partitionBy: readonly PartitionField[]
  readonly alert?: AlertPlan
}

export interface AsOfJoin {
  /** What expressions call the other side. */
  readonly name: string
  /** The versioned source. */
  readonly source: string
  readonly kind: 'inner' | 'left'
  /** A timestamp over the silver table; a row without one meets no version. */
  readonly asOf: Expr
  /** Equalities, at least one; `left` reads the silver table alone, `right` the version alone. */
  readonly on: readonly { readonly left: Expr; readonly right: Expr }[]
  /** What else must be true of both. */
  readonly also?: Expr
}

/** Pairs of rows of two silver tables that are near in event time and for which the condition is true: appended. */
export interface IntervalPlan {
  readonly kind: 'interval'
  readonly table: TableName
  readonly from: string
  readonly join: IntervalJoin
  readonly where?: Expr
  readonly columns: readonly ColumnPlan[]
  readonly partitionBy: readonly PartitionField[]
  readonly alert?: AlertPlan
}

export interface IntervalJoin {
  /** What expressions call the other side. */
  readonly name: string
  /** The other silver table. */
  readonly table: string
  readonly kind: 'inner' | 'left'
  /** The most that the event times of a pair differ, in either direction. */
  readonly withinMs: number
  /** Equalities, at least one; `left` reads the silver table alone, `right` the other alone. */
  readonly on: readonly { readonly left: Expr; readonly right: Expr }[]
  /** What else must be true of both. */
  readonly also?: Expr
}

/** A typed expression. `nullable` says whether it can be null. */
export type Expr = ColumnExpr | LiteralExpr | CallExpr | CaseExpr | CastExpr

/**
 * A column, then struct fields. Scope `source` is the contract's fields, `record` what the broker says of the record
 * (`kafka_timestamp`), `table` the columns of the table itself (in `where` and checks) or of the table read (in gold),
 * `aggregate` the aggregates of a measure, named `$0`, `$1`, ..., `joined` the other side of a join: its name, then the field.
 */
export interface ColumnExpr {
  readonly kind: 'column'
  readonly scope: 'source' | 'record' | 'table' | 'aggregate' | 'joined'
  readonly path: readonly string[]
  readonly type: DataType
  readonly nullable: boolean
}

/** Longs and decimals are decimal text, timestamps and dates ISO text, so that JSON keeps every digit. */
export interface LiteralExpr {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
  readonly type: DataType
  readonly nullable: boolean
}

/** A call of a portable function or operator (`add`, `equal`, `and`, ... : see `functions/`). */
export interface CallExpr {
  readonly kind: 'call'
  readonly fn: string
  readonly args: readonly Expr[]
  readonly type: DataType
  readonly nullable: boolean
}

export interface CaseExpr {
  readonly kind: 'case'
  readonly whens: readonly { readonly when: Expr; readonly then: Expr }[]
  readonly otherwise?: Expr
  readonly type: DataType
  readonly nullable: boolean
}

export interface CastExpr {
  readonly kind: 'cast'
  readonly arg: Expr
  readonly type: DataType
  readonly nullable: boolean
}
