import duckdb from '@duckdb/node-bindings'
import { BIGINT, BLOB, DuckDBTableFunction, INTEGER, VARCHAR, type DuckDBConnection } from '@duckdb/node-api'
import { rawRelation } from '#dialect/duckdb'
import { decodeHeaders, type RecordColumns } from '#stream'
import type { Engine, Session } from './session.ts'

/** DuckDB's vector size: the most rows one call of a table function may give. */
const VECTOR_ROWS = 2048

/** The years 1 to 9999, which every reader of the tables can hold; a broker timestamp beyond is stored as the bound. */
const FIRST_MS = -62_135_596_800_000
const LAST_MS = 253_402_300_799_999

/** Hands batches of broker records to DuckDB without making an object of any. */
export interface Staging {
  /** Fills the source's raw relation with the batch; the columns may be reused once it resolves. */
  stage(source: string, columns: RecordColumns): Promise<void>
}

/** A batch on its way into an engine. */
interface Feed {
  readonly columns: RecordColumns
  /** The first row that was not given yet. */
  next: number
}

/** The feeds of each engine by number: its sessions share one table function, and may stage side by side. */
const feedsByEngine = new WeakMap<Engine, Map<number, Feed>>()
let lastFeed = 0

/** Lets a session be fed with batches of records. */
export function openStaging(session: Session): Staging {
  const { engine, connection } = session
  const feeds = feedsByEngine.get(engine) ?? registerFeeds(connection)
  feedsByEngine.set(engine, feeds)
  return {
    async stage(source, columns) {
      const number = ++lastFeed
      feeds.set(number, { columns, next: 0 })
      try {
        await session.run(`create or replace temp table ${rawRelation(source)} as
          select kafka_partition, kafka_offset, make_timestamp(least(greatest(kafka_timestamp, ${FIRST_MS}), ${LAST_MS}) * 1000) as kafka_timestamp, kafka_key, kafka_value,
            ${hasHeaders(columns) ? headersSql('kafka_headers') : NO_HEADERS} as kafka_headers from smelt_staged_records(${number})`)
      } finally {
        feeds.delete(number)
      }
    },
  }
}

const NO_HEADERS = '[]::struct(key varchar, value blob)[]'

/** An encoded list of headers is longer than one byte when there are some. */
function hasHeaders({ count, headersLength }: RecordColumns): boolean {
  return headersLength.subarray(0, count).some((length) => length > 1)
}

/** Headers travel as JSON text, null when a record has none: few records have any. */
function headersSql(column: string): string {
  return `case when ${column} is null then ${NO_HEADERS}
    else list_transform(from_json(${column}, '[{"key":"VARCHAR","value":"VARCHAR"}]'),
      lambda header: {'key': header.key, 'value': from_base64(header.value)}) end`
}

/** Registers the table function of an engine; a second one of its name would be let go silently. */
function registerFeeds(connection: DuckDBConnection): Map<number, Feed> {
  const feeds = new Map<number, Feed>()
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name: 'smelt_staged_records',
      parameterTypes: [INTEGER],
      bindFunction: (info) => {
        info.setBindData({ feed: Number(info.getParameter(0)) })
        info.addResultColumn('kafka_partition', INTEGER)
        info.addResultColumn('kafka_offset', BIGINT)
        info.addResultColumn('kafka_timestamp', BIGINT)
        info.addResultColumn('kafka_key', BLOB)
        info.addResultColumn('kafka_value', BLOB)
        info.addResultColumn('kafka_headers', VARCHAR)
      },
      initFunction: () => undefined,
      mainFunction: ({ bindData }, output) => {
        const feed = feeds.get((bindData as { readonly feed: number }).feed)
        output.rowCount = feed === undefined ? 0 : give(feed, output.chunk)
      },
    }),
  )
  return feeds
}

/** Fills a chunk with the next rows of a feed; 0 once there are none. */
function give(feed: Feed, chunk: duckdb.DataChunk): number {
  const rows = Math.min(VECTOR_ROWS, feed.columns.count - feed.next)
  if (rows > 0) fillChunk(chunk, feed.columns, feed.next, rows)
  feed.next += rows
  return rows
}

function fillChunk(chunk: duckdb.DataChunk, batch: RecordColumns, from: number, rows: number): void {
  duckdb.data_chunk_set_size(chunk, rows)
  const vector = (index: number): duckdb.Vector => duckdb.data_chunk_get_vector(chunk, index)
  copyNumbers(vector(0), batch.partition, from, rows)
  copyNumbers(vector(1), batch.offset, from, rows)
  copyNumbers(vector(2), batch.timestampMs, from, rows)
  copyBytes(vector(3), batch.bytes, batch.keyStart, batch.keyLength, from, rows)
  copyBytes(vector(4), batch.bytes, batch.valueStart, batch.valueLength, from, rows)
  copyHeaders(vector(5), batch, from, rows)
}

function copyNumbers(vector: duckdb.Vector, values: Int32Array | BigInt64Array, from: number, rows: number): void {
  const start = values.byteOffset + from * values.BYTES_PER_ELEMENT
  duckdb.copy_data_to_vector(vector, 0, values.buffer as ArrayBuffer, start, rows * values.BYTES_PER_ELEMENT)
}

function copyBytes(
  vector: duckdb.Vector,
  bytes: Buffer,
  starts: Int32Array,
  lengths: Int32Array,
  from: number,
  rows: number,
): void {
  const absent: number[] = []
  for (let row = 0; row < rows; row++) {
    const length = lengths[from + row] ?? -1
    const start = starts[from + row] ?? 0
    if (length < 0) absent.push(row)
    else duckdb.vector_assign_string_element_len(vector, row, bytes.subarray(start, start + length))
  }
  setNull(vector, absent, rows)
}

function copyHeaders(vector: duckdb.Vector, batch: RecordColumns, from: number, rows: number): void {
  const absent: number[] = []
  for (let row = 0; row < rows; row++) {
    const length = batch.headersLength[from + row] ?? -1
    const start = batch.headersStart[from + row] ?? 0
    const headers = length <= 1 ? [] : decodeHeaders(batch.bytes, start, length)
    if (headers.length === 0) absent.push(row)
    else {
      const entries = headers.map(([key, value]) => ({ key, value: value?.toString('base64') ?? null }))
      duckdb.vector_assign_string_element(vector, row, JSON.stringify(entries))
    }
  }
  setNull(vector, absent, rows)
}

function setNull(vector: duckdb.Vector, absent: readonly number[], rows: number): void {
  if (absent.length === 0) return
  duckdb.vector_ensure_validity_writable(vector)
  const words = new BigUint64Array(Math.ceil(rows / 64)).fill(0xffffffffffffffffn)
  for (const row of absent) words[row >> 6] = (words[row >> 6] ?? 0n) & ~(1n << BigInt(row & 63))
  duckdb.copy_data_to_vector_validity(vector, 0, words.buffer, 0, words.byteLength)
}
