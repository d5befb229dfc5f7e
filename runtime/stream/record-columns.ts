/**
 * One batch of raw records as columns over one shared arena, so that no object is made per record.
 * Only the first `count` entries of an array mean anything. Arrays and arena are reused after `clear`.
 */
export interface RecordColumns {
  /** Records held. */
  count: number
  /** Records that fit. */
  readonly capacity: number
  readonly partition: Int32Array
  readonly offset: BigInt64Array
  /** Broker timestamp in Unix milliseconds: CreateTime or LogAppendTime, as the topic is set. */
  readonly timestampMs: BigInt64Array
  /** Start in `bytes`; a length of -1 is a null key or value. */
  readonly keyStart: Int32Array
  readonly keyLength: Int32Array
  readonly valueStart: Int32Array
  readonly valueLength: Int32Array
  /** The encoded headers; 0 is no header. Read them with `decodeHeaders`. */
  readonly headersStart: Int32Array
  readonly headersLength: Int32Array
  /** The arena. Replaced by a larger one when a single record does not fit into an empty arena. */
  bytes: Buffer
  /** Bytes of the arena in use. */
  bytesUsed: number
  clear(): void
}

/** Makes empty columns for `rows` records and `bytes` of keys, values, headers and their framing. */
export function createRecordColumns(size: { readonly rows: number; readonly bytes: number }): RecordColumns {
  const { rows, bytes } = size
  return {
    count: 0,
    capacity: rows,
    partition: new Int32Array(rows),
    offset: new BigInt64Array(rows),
    timestampMs: new BigInt64Array(rows),
    keyStart: new Int32Array(rows),
    keyLength: new Int32Array(rows),
    valueStart: new Int32Array(rows),
    valueLength: new Int32Array(rows),
    headersStart: new Int32Array(rows),
    headersLength: new Int32Array(rows),
    bytes: Buffer.allocUnsafeSlow(bytes),
    bytesUsed: 0,
    clear() {
      this.count = 0
      this.bytesUsed = 0
    },
  }
}
