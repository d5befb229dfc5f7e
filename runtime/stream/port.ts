import type { SmeltError } from '#diagnostics'
import type { RecordColumns } from './record-columns.ts'

/** One header of a record. Names may repeat and values may be null; the order is the producer's. */
export type Header = readonly [name: string, value: Buffer | null]

/** A topic as the broker knows it. The id changes when a topic is deleted and created again under its name. */
export interface TopicInfo {
  readonly id: string
  /** Ascending. */
  readonly partitions: readonly number[]
}

/** Where records come from and go to. Every adapter passes the suite in test/conformance/broker.ts. */
export interface Broker {
  /** The topic, or undefined when there is none of that name. Asks the broker each time, so new partitions show. */
  topic(name: string): Promise<TopicInfo | undefined>
  /** Creates a topic; one that is there already is left as it is. */
  createTopic(name: string, options: { readonly partitions: number }): Promise<'created' | 'exists'>
  /** Raises the number of topic partitions to `total`; a topic never loses one. */
  createPartitions(topic: string, total: number): Promise<void>
  /** Deletes a topic with its records; resolves to false when there is none. */
  deleteTopic(name: string): Promise<boolean>
  /** Moves the log start: records below the given offsets are gone for every reader. */
  deleteRecords(topic: string, before: ReadonlyMap<number, bigint>): Promise<void>
  /**
   * Overwrites keys, values and headers of the records for which `holds` is true; offsets, times and sizes stay. Nobody else
   * may write the topic meanwhile: stream/topic-locked. With `dryRun`, only finds them. Absent where the broker cannot.
   */
  blankRecords?(
    topic: string,
    holds: (partition: number, record: StoredRecord) => boolean,
    options?: { readonly dryRun?: boolean },
  ): Promise<BlankedRecords[]>
  /**
   * Offset per topic partition: the log start, or the last stable offset (the end that a committed reader can reach).
   * Throws stream/unknown-topic when there is none of that name.
   */
  offsets(topic: string, at: 'earliest' | 'latest'): Promise<Map<number, bigint>>
  /** Opens a reader of exactly the topic partitions in `from`, each at its offset. There is no group and no rebalance. */
  open(topic: string, from: ReadonlyMap<number, bigint>, options?: ReaderOptions): Promise<RecordReader>
  producer(): Promise<Producer>
  /** Tells lag tools how far a group has come. Best effort: resolves to false when the broker did not take it. */
  commitGroupOffsets(group: string, topic: string, offsets: ReadonlyMap<number, bigint>): Promise<boolean>
  /** Who may do what, and how much of it. Absent where the broker knows no clients. */
  readonly access?: ClientAccess
  close(): Promise<void>
}

/** What clients of a broker may do. All of it needs the rights of who manages the broker: stream/denied. */
export interface ClientAccess {
  /** How what a principal may do lies beside `grants`; `unguarded` where the broker lets everybody do everything. */
  compare(principal: string, grants: readonly Grant[]): Promise<AccessGap | 'unguarded'>
  /** Lets a principal do all of `grants`, from any host. What is granted already stays as it is. */
  grant(principal: string, grants: readonly Grant[]): Promise<void>
  /** What a user may move at most. */
  limits(user: string): Promise<ClientLimits>
  /** Sets what a user may move at most; what is left out has no limit of its own any more. */
  limit(user: string, limits: ClientLimits): Promise<void>
}

/** One operation on everything whose name begins with `prefix`. */
export interface Grant {
  readonly resource: 'topic' | 'group' | 'transactional-id'
  readonly prefix: string
  readonly operation: 'read' | 'write' | 'describe'
}

export interface AccessGap {
  readonly missing: readonly Grant[]
  /** What the principal may do beyond, in words: `read topic globex.*`. */
  readonly beyond: readonly string[]
}

/** Bytes in a second, of each broker of the cluster. */
export interface ClientLimits {
  readonly produceBytesPerSecond?: number
  readonly consumeBytesPerSecond?: number
}

/** A record as it lies in a topic. */
export interface StoredRecord {
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Names and values of headers, in turn. */
  readonly headers: readonly Buffer[]
}

/** Records of one topic partition that were blanked, and the files that were written anew for it. */
export interface BlankedRecords {
  readonly partition: number
  readonly offsets: readonly bigint[]
  readonly files: readonly string[]
}

export interface ReaderOptions {
  /** Bytes of fetched records the reader may hold for a slow caller. One larger batch is still read. Default 16 MiB. */
  readonly prefetchBytes?: number
  /** The topic id the offsets belong to. When the topic has another one the reader says `topic-recreated`. */
  readonly topicId?: string
}

/** A pull reader. One `read` at a time; the other calls may come at any time. */
export interface RecordReader {
  /**
   * Appends records to `into` until one limit is reached. Records of one topic partition come in offset order;
   * topic partitions share the room. A failure is returned before any record is appended, and comes back until `seek`.
   */
  read(into: RecordColumns, limits: ReadLimits): Promise<ReadResult>
  /** Stops handing out records of these topic partitions; what was fetched is kept. */
  pause(partitions: Iterable<number>): void
  resume(partitions: Iterable<number>): void
  /** The next record of `partition` will be the first at or after `offset`. */
  seek(partition: number, offset: bigint): void
  /** Takes a topic partition in, such as one that was added to the topic. */
  add(partition: number, offset: bigint): void
  close(): Promise<void>
}

export interface ReadLimits {
  readonly rows: number
  /** Bytes of keys, values, headers and their framing. A first record larger than this is still read, alone. */
  readonly bytes: number
  /** Milliseconds from the call after which what is there is returned. */
  readonly deadlineMs: number
  /**
   * Exclusive end offset per topic partition: no record at or past it is read. When every topic partition that is not
   * paused has reached its end, `read` returns at once.
   */
  readonly until?: ReadonlyMap<number, bigint>
}

export type ReadResult = { readonly ok: true; readonly positions: readonly Position[] } | ReadFailure

/** Where a topic partition stands after a read. */
export interface Position {
  readonly partition: number
  /** The offset to resume from. It moves past what is no record (aborted, control, compacted); checkpoint this one. */
  readonly next: bigint
  /** The last stable offset as last seen; -1n before the first answer of the broker. */
  readonly end: bigint
  /** The log start offset as last seen; -1n before the first answer of the broker. */
  readonly logStart: bigint
}

export type FailureCode =
  'offset-out-of-range' | 'topic-gone' | 'topic-recreated' | 'corrupt-batch' | 'unknown-codec' | 'denied'

/** Why a topic partition cannot be read further, as data; `readFailure` makes an error of it. */
export interface ReadFailure {
  readonly ok: false
  readonly code: FailureCode
  readonly topic: string
  readonly partition?: number
  readonly detail: FailureDetail
}

export interface FailureDetail {
  /** offset-out-of-range: the offset asked for; corrupt-batch and unknown-codec: the base offset of the batch. */
  readonly offset?: bigint
  /** offset-out-of-range: what the log holds now, from `start` up to and not including `end`. */
  readonly start?: bigint
  readonly end?: bigint
  /** What was wrong, in a few words. */
  readonly reason?: string
}

/** A record to send. Without `partition` the key decides, as Kafka's own producer would. */
export interface OutgoingRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: readonly Header[]
  /** CreateTime in Unix milliseconds; the time of the call when left out. */
  readonly timestampMs?: number
  readonly partition?: number
}

/** Records of one topic partition that lie one behind the other. */
export interface OffsetRun {
  readonly first: bigint
  readonly count: number
}

/** What became of the records of one `append`. */
export interface Appended {
  /** Where they lie: per topic partition, in the order in which they were given. */
  readonly runs: ReadonlyMap<number, readonly OffsetRun[]>
  /**
   * There when the broker would not take a batch as it is, so that the same again would end the same. Of each topic
   * partition the records within `runs` are stored, those after them are not.
   */
  readonly refused?: SmeltError
}

export interface Producer {
  /** Resolves when every record is durable, to the first offset per topic partition that was written to. */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<Map<number, bigint>>
  /**
   * As `send`, telling where each record lies. Of what it throws nobody knows whether records were stored; a refusal, of
   * which that is known, is data.
   */
  append(topic: string, records: readonly OutgoingRecord[]): Promise<Appended>
  /** Resolves when everything handed to `send` so far is durable; rejects with the first failure. */
  flush(): Promise<void>
  close(): Promise<void>
}
