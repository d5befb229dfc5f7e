import type { Span } from '#diagnostics'

/** A parsed value and where it stands. `pointer` is the JSON pointer of the value in its file. */
export interface Located<T> {
  readonly value: T
  readonly span: Span
  readonly pointer: string
}

/** For each UTF-16 unit of a text, the file offset it was written at, and one more: where the last one ends. An array of numbers is one. */
export interface Offsets extends Iterable<number> {
  at(index: number): number | undefined
}

/**
 * A text that is parsed further, an expression for example. `offsets.at(i)` is the file offset of character `i` of
 * `value`, and one more says where the last character ends, so that an error inside a quoted or block scalar is marked
 * where it stands.
 */
export interface LocatedText extends Located<string> {
  readonly offsets: Offsets
  /** File offsets at which each line starts; turns an offset into line and column. */
  readonly lineStarts: readonly number[]
}

/** The named entries of a mapping, in file order; `key` is where the name stands. */
export interface Named<T> {
  readonly name: string
  readonly key: Located<string>
  readonly node: T
}

/** A value that is never read into a plan: the name of a secret, `${secrets.NAME}`. */
export interface SecretRef {
  readonly secret: string
}

/** pipelines/<pipeline>/pipeline.yaml, with `${params.x}` and `${env.X}` filled in. */
export interface PipelineNode {
  readonly file: string
  readonly name: Located<string>
  readonly description?: Located<string>
  readonly params: readonly Named<ParamNode>[]
  readonly sources: readonly Named<SourceNode>[]
  readonly references: readonly Named<ReferenceNode>[]
  readonly bronze: BronzeNode
  readonly silver: readonly Named<SilverNode>[]
  readonly gold: readonly Named<GoldNode>[]
  readonly sinks: readonly Named<SinkNode>[]
  /** No part of the plan: it decides no row. */
  readonly savepoints?: SavepointsNode
  /** A change that fails is taken back. No part of the plan. */
  readonly rollback?: 'auto'
  readonly retention?: RetentionNode
  /** There when the file has errors: no plan is made of such a pipeline, only problems are looked for. */
  readonly broken?: BrokenNames
}

/**
 * Names of what could not be read, which was told, by the pointer of the mapping they stand in: the empty one for fields
 * of the pipeline, `/silver` for tables, `/silver/devices` for fields of one, `/silver/devices/columns` for columns. What they
 * name is there, and nothing more is known of it. A field that holds names is also here when one of them cannot be a
 * name: others may call that entry anything.
 */
export type BrokenNames = ReadonlyMap<string, readonly Located<string>[]>

/** When savepoints are taken by themselves. */
export interface SavepointsNode {
  readonly everyMs: number
  readonly keep: number
}

/** How long rows are kept, by layer; milliseconds. */
export type RetentionNode = Readonly<Partial<Record<'bronze' | 'silver' | 'gold' | 'quarantine', Located<number>>>>

export interface ParamNode {
  readonly type: Located<'string' | 'integer' | 'number' | 'boolean' | 'duration'>
  readonly default?: Located<string | number | boolean>
  readonly description?: Located<string>
}

/** Durations are milliseconds, sizes are bytes. */
export interface SourceNode {
  readonly span: Span
  readonly topic: Located<string>
  readonly contract: Located<string>
  readonly eventTime: LocatedText
  readonly watermark?: Located<number>
  readonly maxAhead?: Located<number>
  readonly horizon?: Located<number>
  readonly maxSkew?: Located<number>
  readonly maxRecordBytes?: Located<number>
  /** The key of a changelog. */
  readonly versionedBy?: readonly Located<string>[]
}

export interface ReferenceNode {
  readonly span: Span
  readonly file: Located<string>
  readonly key: readonly Located<string>[]
}

/** `partition_by` entries: `day(kafka_timestamp)`, `bucket(16, device_id)`, `org`. */
export interface BronzeNode {
  readonly partitionBy?: readonly LocatedText[]
  /** Milliseconds. */
  readonly retention?: Located<number>
}

export interface SilverNode {
  readonly span: Span
  readonly from: Located<string>
  /** Omitted: every contract field, same names. */
  readonly columns?: readonly Named<ColumnNode>[]
  readonly where?: LocatedText
  readonly dedupe?: DedupeNode
  readonly checks: readonly Named<CheckNode>[]
  readonly partitionBy?: readonly LocatedText[]
  /** Milliseconds. */
  readonly retention?: Located<number>
}

export type ColumnNode =
  | {
      readonly kind: 'expression'
      readonly expr: LocatedText
      readonly pii?: Located<'hash' | 'mask' | 'drop'>
      /** The name of the column before it was renamed. */
      readonly was?: Located<string>
    }
  | {
      readonly kind: 'lookup'
      /** `<reference>.<column>` */
      readonly lookup: LocatedText
      /** Key expressions, in the order of the reference's key. */
      readonly on: readonly LocatedText[]
      /** `null`, `quarantine`, or a literal value. Default: null. */
      readonly missing?: Located<string | number | boolean | null>
      readonly pii?: Located<'hash' | 'mask' | 'drop'>
      readonly was?: Located<string>
    }

export interface DedupeNode {
  readonly span: Span
  readonly by: readonly Located<string>[]
  readonly within: Located<number>
}

export interface CheckNode {
  readonly check: LocatedText
  readonly onFail: Located<'quarantine' | 'drop' | 'warn' | 'fail'>
}

export interface GoldNode {
  readonly span: Span
  readonly from: Located<string>
  readonly where?: LocatedText
  readonly window?: WindowNode
  readonly emit?: Located<'on_close' | 'on_change'>
  readonly groupBy: readonly Named<GoldColumnNode>[]
  readonly measures: readonly Named<GoldColumnNode>[]
  readonly latestBy?: readonly Located<string>[]
  readonly join?: readonly Named<JoinNode>[]
  readonly columns?: readonly Named<GoldColumnNode>[]
  readonly partitionBy?: readonly LocatedText[]
  readonly alert?: AlertNode
  /** Milliseconds. */
  readonly retention?: Located<number>
}

/** The columns that identify an alert, and the sinks it goes to. */
export interface AlertNode {
  readonly span: Span
  readonly id: readonly Located<string>[]
  readonly to: readonly Located<string>[]
}

/** Where alerts go, and what becomes of those that nobody takes. */
export interface SinkNode {
  readonly span: Span
  readonly receiver: Receiver<Located<string>>
  /** Alerts that may wait. */
  readonly maxBacklog: number
  readonly onFull: 'drop_oldest' | 'stop'
}

/** Who takes alerts. `Name` is a name in the file, or one that stands alone. A secret stands here by its name. */
export type Receiver<Name> =
  | {
      readonly kind: 'webhook'
      readonly url: MaybeSecret
      readonly signingKey?: SecretRef
      readonly authorization?: SecretRef
      readonly timeoutMs: number
    }
  | {
      readonly kind: 'elasticsearch'
      readonly url: MaybeSecret
      readonly index: Name
      readonly authorization?: SecretRef
      readonly timeoutMs: number
    }
  | { readonly kind: 'kafka'; readonly topic: Name }

/** One of the lengths is there, and `slide` where `sliding` is. Durations are milliseconds. */
export interface WindowNode {
  readonly span: Span
  readonly tumbling?: Located<number>
  readonly sliding?: Located<number>
  readonly slide?: Located<number>
  /** The gap that ends a session. */
  readonly session?: Located<number>
}

/** The other side of a join, under the name that expressions call it by. */
export interface JoinNode {
  readonly table: Located<string>
  /** The time of which the version is wanted. There, or `within` is. */
  readonly asOf?: LocatedText
  /** How far apart in event time the rows of a pair may be, in milliseconds. */
  readonly within?: Located<number>
  readonly on: LocatedText
  readonly kind: Located<'inner' | 'left'>
}

/** A column, group or measure of a gold table. */
export interface GoldColumnNode {
  readonly expr: LocatedText
  /** Its name before it was renamed. */
  readonly was?: Located<string>
}

/** smelt.yaml */
export interface ProjectNode {
  readonly file: string
  readonly defaultEnvironment: Located<string>
  readonly environments: readonly Named<EnvironmentNode>[]
  /** All that the file has, those too of which a variable is missing. */
  readonly environmentNames: readonly Located<string>[]
}

/** A text that may be a secret: the text itself, or the name of the secret that holds it. */
export type MaybeSecret = string | SecretRef

export interface EnvironmentNode {
  readonly span: Span
  readonly broker:
    | { readonly kind: 'topic-log'; readonly folder: Located<string> }
    | {
        readonly kind: 'kafka'
        readonly bootstrap: readonly Located<string>[]
        readonly tls?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: MaybeSecret }
        readonly sasl?: {
          readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
          readonly username: MaybeSecret
          readonly password: MaybeSecret
        }
      }
  readonly lake:
    | { readonly kind: 'folder'; readonly folder: Located<string> }
    | {
        readonly kind: 's3'
        /** With blanks for what is the tenant's own, in `prefix` and `region` too: see `lakeOf` of `tenant`. */
        readonly bucket: Located<string>
        readonly prefix?: Located<string>
        readonly region?: string
        readonly endpoint?: string
        readonly pathStyle?: boolean
        readonly accessKeyId?: MaybeSecret
        readonly secretAccessKey?: MaybeSecret
      }
  /** Where `${secrets.X}` is read: the environment variable `<env_prefix>X`, or the file `<folder>/X`. */
  readonly secrets:
    { readonly kind: 'env'; readonly prefix: string } | { readonly kind: 'folder'; readonly folder: Located<string> }
  readonly engine: EngineNode
  readonly maintenance: MaintenanceNode
  readonly kubernetes?: KubernetesNode
}

/** How the pods of an environment are made. */
export interface KubernetesNode {
  /** With a tag or a digest. */
  readonly image: string
  /** How pods become the role of their tenant; absent where they have access keys. */
  readonly identity?: 'irsa' | 'pod-identity'
  /** Disk of each pod, as Kubernetes writes it: `20Gi`. */
  readonly scratch: string
  /** Networks as CIDRs; none: anywhere, at the port. */
  readonly kafkaNetworks: readonly string[]
  readonly lakeNetworks: readonly string[]
  /** Of the token service, which pods with a role ask for their credentials. */
  readonly stsNetworks: readonly string[]
  /** Namespaces, and networks as CIDRs, from which records come over HTTP; absent where none are taken. */
  readonly ingestFrom?: readonly string[]
}

/** Sizes in bytes, times in milliseconds. */
export interface MaintenanceNode {
  readonly enabled: boolean
  readonly everyMs: number
  readonly budgetBytes: number
  readonly targetFileBytes: number
  readonly minFiles: number
  readonly keepSnapshotsMs: number
  readonly keepLast: number
  readonly orphansAfterMs: number
}

export interface EngineNode {
  readonly memoryLimitBytes: number
  readonly threads?: number
  readonly batchRows: number
  readonly batchBytes: number
  readonly checkpointEveryMs: number
}
