import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { openQuery, type LakeQuery } from '#engine'
import type { ObjectStore } from '#lake'
import { compilePipeline, openBed, temporaryFolder } from '../support/pipeline.ts'
import { seededRandom } from '../support/random.ts'
import { auctionHouse, type HouseEvent } from './auction-house.ts'

const FOLDER = import.meta.dirname
const PAGE = path.join(FOLDER, '..', '..', 'docs', 'nexmark.md')
const SEED = 42
const EVENTS = 4_000
const PARTITIONS = 2

const read = (...file: string[]): string => readFileSync(path.join(FOLDER, ...file), 'utf8')

/** Every query with the same question twice: asked of all events at once, and of the tables in the lake. */
const queries = readdirSync(path.join(FOLDER, 'batch'))
  .map((file) => path.basename(file, '.sql'))
  .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))

/** The tables of the batch queries: what the topics hold. */
const TABLES: Readonly<Record<HouseEvent['kind'], readonly [table: string, columns: string]>> = {
  bids: [
    'bid',
    'auction bigint, bidder bigint, price bigint, channel varchar, url varchar, date_time timestamp, extra varchar',
  ],
  auctions: [
    'auction',
    'id bigint, item_name varchar, initial_bid bigint, reserve bigint, date_time timestamp, expires timestamp, seller_id bigint, category bigint',
  ],
  people: ['person', 'id bigint, name varchar, email varchar, city varchar, state varchar, date_time timestamp'],
}

/** The events in DuckDB tables. */
async function openBatch(events: readonly HouseEvent[]): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  onTestFinished(() => connection.closeSync())
  for (const [kind, [table, columns]] of Object.entries(TABLES)) {
    const types = JSON.stringify([Object.fromEntries(columns.split(', ').map((each) => each.split(' ')))])
    const values = JSON.stringify(events.filter((each) => each.kind === kind).map(({ value }) => value))
    await connection.run(`create table ${table}(${columns})`)
    await connection.run(
      `insert into ${table} by name select unnest(from_json($1::json, '${types}'), max_depth := 2)`,
      [values],
    )
  }
  const lines = read('pipeline', 'reference', 'side-input.csv').trim().split('\n').slice(1)
  const rows = lines.map((line) => line.split(',')).map(([key = '', value = '']) => `(${key}, '${value}')`)
  await connection.run(`create table side_input as from (values ${rows.join(', ')}) as rows(key, value)`)
  return connection
}

/** The events through the pipeline: a lake, after a few runs that leave windows open and one that closes them. */
async function fillLake(events: readonly HouseEvent[]): Promise<ObjectStore> {
  const random = seededRandom(SEED)
  const files = ['bid', 'auction', 'person'].map((name) => `contracts/${name}.schema.json`)
  const texts = Object.fromEntries([...files, 'reference/side-input.csv'].map((file) => [file, read('pipeline', file)]))
  const compiled = compilePipeline(read('pipeline', 'pipeline.yaml'), texts)
  const bed = await openBed(compiled, { partitions: PARTITIONS })
  const half = events.length / 2
  for (const from of [0, half]) {
    const part = events.slice(from, from + half)
    for (const source of ['people', 'auctions', 'bids'] as const) {
      const records = part.flatMap(({ kind, timeMs, value }) =>
        kind === source
          ? [
              {
                key: null,
                value: Buffer.from(JSON.stringify(value)),
                timestampMs: timeMs,
                partition: random.below(PARTITIONS),
              },
            ]
          : [],
      )
      await bed.send(source, records)
    }
    await bed.run({ batchRows: 1_000, keepWindows: from === 0 })
  }
  const { lines } = await bed.audit()
  expect(lines.filter((line) => line.expected !== line.found)).toEqual([])
  expect(await bed.rows('quarantine.nexmark', ['code', 'message'])).toEqual([])
  return bed.store
}

async function openLake(store: ObjectStore): Promise<LakeQuery> {
  const lake = await openQuery({
    lakes: [{ tenant: 'acme', store }],
    clock: Date.now,
    memoryLimitBytes: 512 << 20,
    threads: 1,
    scratch: await temporaryFolder(),
  })
  onTestFinished(() => lake.close())
  return lake
}

/** The rows of a query as texts, in order, with the names of its columns first. */
const texts = (query: string): string => `select columns(*)::varchar from (${query}) order by all`

async function batchRows(connection: DuckDBConnection, query: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(texts(read('batch', `${query}.sql`)))
  return [reader.columnNames().join(' '), ...reader.getRowsJson().map((row) => JSON.stringify(row))]
}

async function lakeRows(lake: LakeQuery, query: string): Promise<string[]> {
  const { columns, chunks } = await lake.run(texts(read('lake', `${query}.sql`)))
  const rows = [columns.map(({ name }) => name).join(' ')]
  for await (const chunk of chunks) {
    for (const row of chunk) {
      // Instants have a zone in the lake.
      const cells = row.map(
        (cell) => (JSON.parse(cell) as string | null)?.replace(/(:\d\d(?:\.\d+)?)\+00$/, '$1') ?? null,
      )
      rows.push(JSON.stringify(cells))
    }
  }
  return rows
}

it('the tables of the Nexmark pipeline answer as batch SQL does over the same events', async () => {
  const events = auctionHouse(SEED, EVENTS)
  const batch = await openBatch(events)
  const lake = await openLake(await fillLake(events))
  for (const query of queries) {
    const expected = await batchRows(batch, query)
    expect.soft(expected.length, `${query} has rows`).toBeGreaterThan(2)
    expect.soft(await lakeRows(lake, query), query).toEqual(expected)
  }
}, 300_000)

it('the page on Nexmark says of every query whether it is answered', () => {
  const lines = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (q\d+) \| [^|]+ \| (yes|in part|no)\b/gm)]
  expect(lines.map(([, query]) => query)).toEqual(Array.from({ length: 23 }, (_, index) => `q${index}`))
  expect(lines.flatMap(([, query, said]) => (said === 'no' ? [] : [query]))).toEqual(queries)
})
