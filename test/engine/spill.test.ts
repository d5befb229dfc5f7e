import { expect, it } from 'vitest'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'

const START = Date.parse('2026-03-01T10:00:00Z')
const RECORDS = 20_000
/** A key is this long, so that each state by itself outgrows the limit. */
const KEY_CHARS = 700
const BATCH_ROWS = 4_000

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: event.json, event_time: at, watermark: 1h }
  echoes: { topic: echoes, contract: event.json, event_time: at, watermark: 1h }
  rules: { topic: rules, contract: rule.json, event_time: since, versioned_by: [rule] }
silver:
  seen: { from: events, dedupe: { by: [id], within: 1h } }
  heard: { from: echoes }
gold:
  tumbling:
    from: seen
    window: { tumbling: 30m }
    group_by: [id]
    measures:
      events: count(*)
      spread: stddev_pop(load)
      variance: var_pop(load)
      middle: percentile(load, 0.5)
      most: percentile(load, 0.9)
      loads: count(distinct load)
      all_loads: array_agg(load)
      doubled: array_agg(2 * load)
      tripled: array_agg(3 * load)
      echoed: array_agg(load) filter (where load < 90)
  sessions:
    from: seen
    window: { session: 10m }
    emit: on_change
    group_by: [id]
    measures: { events: count(*), spread: stddev_pop(load), loads: count(distinct load) }
  pairs:
    from: seen
    join: { echo: { table: heard, within: 10m, on: echo.id = id } }
    columns: { id: id, load: load, echo_load: echo.load }
  ruled:
    from: seen
    join: { rule: { table: rules, as_of: at, on: rule.rule = id } }
    columns: { id: id, factor: rule.factor }
`

const string = { type: 'string', maxLength: 4000 }
const time = { type: 'string', format: 'date-time' }
const FILES = {
  'event.json': contract({ id: string, at: time, load: { type: 'number' } }),
  'rule.json': contract({ rule: string, since: time, factor: { type: 'number' } }),
}

function contract(properties: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ type: 'object', required: Object.keys(properties), properties })
}

function keyOf(at: number): string {
  return String(at).padEnd(KEY_CHARS, `-${(at * 7919).toString(36)}`)
}

/** Every tenth key is sent again, by far too late to be in the same batch; every fifth has an echo, and a rule. */
async function sendAll(bed: Bed): Promise<void> {
  const record = (at: number, values: Readonly<Record<string, unknown>>) => ({
    key: null,
    value: Buffer.from(JSON.stringify(values)),
    timestampMs: START + at,
    partition: 0,
  })
  const timeOf = (at: number): string => new Date(START + at * 20).toISOString()
  const numbers = Array.from({ length: RECORDS }, (_, at) => at)
  const event = (at: number) => record(at, { id: keyOf(at), at: timeOf(at), load: at % 97 })
  const fifth = numbers.filter((at) => at % 5 === 0)
  await bed.send(
    'rules',
    fifth.map((at) => record(0, { rule: keyOf(at), since: timeOf(0), factor: at })),
  )
  await bed.send('events', [...numbers.map(event), ...numbers.filter((at) => at % 10 === 0).map(event)])
  await bed.send(
    'echoes',
    fifth.map((at) => record(at, { id: keyOf(at), at: timeOf(at), load: at % 89 })),
  )
}

it('finishes with states larger than its memory, and every row', async () => {
  const bed = await openBed(compilePipeline(PIPELINE, FILES), { partitions: 1, memoryLimitBytes: 64 << 20 })
  await sendAll(bed)
  let spilled = 0
  await bed.run({
    batchRows: BATCH_ROWS,
    checkpointEveryMs: 0,
    look: async ({ session }) => {
      spilled = await session.count('select coalesce(sum(size), 0) from duckdb_temporary_files()')
    },
  })
  expect(spilled).toBeGreaterThan(64 << 20)
  const rows = async (table: string, columns: readonly string[]): Promise<number> =>
    (await bed.rows(table, columns)).length
  expect(await rows('silver.seen', ['load'])).toBe(RECORDS)
  expect(await rows('gold.tumbling', ['events'])).toBe(RECORDS)
  expect(await rows('gold.pairs', ['load'])).toBe(RECORDS / 5)
  expect(await rows('gold.ruled', ['factor'])).toBe(RECORDS / 5)
}, 240_000)
