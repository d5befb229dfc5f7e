// The inventory pipeline as one bare DuckDB script: the same tables from the same topic, as plain Parquet files. No
// table commits, no checkpoints, no state files, no restart: the limit that the product is compared with.
//   node bench/bare.mjs '{"broker": {...}, "topic": "...", "out": "...", "batchRows": 245760}'
// It reads through Smelt's own stream module, so that both sides fetch alike.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { createRecordColumns, openBroker, readFailure } from '../dist/stream/index.js'
import { registerFeed } from './bare/feed.mjs'
import { batchSql, countsSql, goldSql, setupSql, STAGE } from './bare/sql.mjs'

const BATCH_BYTES = 96 * 1024 * 1024

/** Runs the script to the end of the topic. Resolves to rows per outcome, and milliseconds per statement when asked. */
async function runBare({ broker: config, topic, out, batchRows = 245_760, threads = 2, piiKey, profile = false }) {
  await mkdir(out, { recursive: true })
  const broker = await openBroker(config)
  const from = await broker.offsets(topic, 'earliest')
  const until = await broker.offsets(topic, 'latest')
  const reader = await broker.open(topic, from)
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    preserve_insertion_order: 'false',
  })
  const connection = await instance.connect()
  const setBatch = registerFeed(connection)
  const spent = {}
  const execute = async (sql, label) => {
    const start = performance.now()
    await connection.run(sql)
    spent[label] = (spent[label] ?? 0) + performance.now() - start
  }
  const catalog = fileURLToPath(new URL('../pipelines/inventory-compliance/reference/os-catalog.csv', import.meta.url))
  for (const sql of setupSql({ catalog, pad: hmacPad(piiKey) })) await connection.run(sql)

  const columns = createRecordColumns({ rows: batchRows, bytes: BATCH_BYTES })
  await fill(reader, columns, until)
  for (let batch = 0; columns.count > 0; batch++) {
    setBatch(columns)
    await execute(STAGE, 'stage')
    columns.clear()
    const next = fill(reader, columns, until) // The next fetch overlaps the SQL.
    for (const sql of batchSql(out, batch)) await execute(sql, sql.trim().slice(0, 60))
    const start = performance.now()
    await next
    spent['waiting for records'] = (spent['waiting for records'] ?? 0) + performance.now() - start
  }
  for (const sql of goldSql(out)) await execute(sql, sql.trim().slice(0, 60))
  const counts = await connection.runAndReadAll(countsSql(out))
  await reader.close()
  await broker.close()
  connection.closeSync()
  return { counts: Object.fromEntries(counts.getRows()), ...(profile && { spent }) }
}

async function fill(reader, columns, until) {
  for (;;) {
    const limits = {
      rows: columns.capacity - columns.count,
      bytes: BATCH_BYTES - columns.bytesUsed,
      deadlineMs: 100,
      until,
    }
    const before = columns.bytesUsed
    const result = await reader.read(columns, limits)
    if (!result.ok) throw readFailure(result)
    const full = columns.count === columns.capacity || BATCH_BYTES - columns.bytesUsed < columns.bytesUsed - before
    if (full || result.positions.every(({ partition, next }) => next >= until.get(partition))) return
  }
}

/** The key of HMAC-SHA-256 padded to a block with `byte`, in hex. */
function hmacPad(key) {
  const block = Buffer.alloc(64)
  const bytes = Buffer.from(key)
  ;(bytes.length > 64 ? createHash('sha256').update(bytes).digest() : bytes).copy(block)
  return (byte) => Buffer.from(block.map((each) => each ^ byte)).toString('hex')
}

const result = await runBare(JSON.parse(process.argv[2]))
console.log(JSON.stringify(result))
