import { BIGINT, BLOB, DuckDBTableFunction, INTEGER } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'

const VECTOR_ROWS = 2048

/** Gives DuckDB a table function `feed()` over record columns. Returns the setter of the batch it hands out. */
export function registerFeed(connection) {
  let batch
  let next = 0
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name: 'feed',
      parameterTypes: [],
      bindFunction(info) {
        info.addResultColumn('kafka_partition', INTEGER)
        info.addResultColumn('kafka_offset', BIGINT)
        info.addResultColumn('timestamp_ms', BIGINT)
        info.addResultColumn('kafka_key', BLOB)
        info.addResultColumn('kafka_value', BLOB)
      },
      initFunction() {},
      mainFunction(_info, output) {
        const rows = Math.min(VECTOR_ROWS, batch.count - next)
        if (rows > 0) fill(output.chunk, batch, next, rows)
        next += rows
        output.rowCount = rows
      },
    }),
  )
  return (columns) => {
    batch = columns
    next = 0
  }
}

function fill(chunk, batch, from, rows) {
  duckdb.data_chunk_set_size(chunk, rows)
  const numbers = [batch.partition, batch.offset, batch.timestampMs]
  for (const [at, { buffer, byteOffset, BYTES_PER_ELEMENT: size }] of numbers.entries()) {
    const vector = duckdb.data_chunk_get_vector(chunk, at)
    duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + from * size, rows * size)
  }
  fillBytes(duckdb.data_chunk_get_vector(chunk, 3), batch.bytes, batch.keyStart, batch.keyLength, from, rows)
  fillBytes(duckdb.data_chunk_get_vector(chunk, 4), batch.bytes, batch.valueStart, batch.valueLength, from, rows)
}

function fillBytes(vector, bytes, starts, lengths, from, rows) {
  let validity
  for (let row = 0; row < rows; row++) {
    const start = starts[from + row]
    const length = lengths[from + row]
    if (length >= 0) {
      duckdb.vector_assign_string_element_len(vector, row, bytes.subarray(start, start + length))
    } else {
      validity ??= new BigUint64Array(Math.ceil(rows / 64)).fill(0xffff_ffff_ffff_ffffn)
      validity[row >> 6] &= ~(1n << BigInt(row & 63))
    }
  }
  if (validity === undefined) return
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, validity.byteLength)
}
