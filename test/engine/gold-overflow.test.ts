import { expect, it } from 'vitest'
import { compilePipeline, openBed } from '../support/pipeline.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at }
silver:
  clean: { from: events }
gold:
  per_minute:
    from: clean
    where: n * 3 > 5 or id = 'huge'
    window: { tumbling: 1m }
    measures: { events: count(*) }
  newest:
    from: clean
    where: id <> 'left' and n + 1 > 0
    latest_by: [place]
    columns: { place: place, at: at, twice: n * 2 }
`
const CONTRACT = JSON.stringify({
  type: 'object',
  required: ['id', 'at', 'n', 'place'],
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    n: { type: 'integer' },
    place: { type: 'string' },
  },
})

const AT = Date.UTC(2026, 10, 20, 10)
const LARGE = '5000000000000000000'

function event(
  id: string,
  n: string,
  seconds: number,
): { partition: number; timestampMs: number; value: Buffer; key: null } {
  const at = new Date(AT + seconds * 1000).toISOString()
  const value = Buffer.from(`{"id":"${id}","at":"${at}","n":${n},"place":"x"}`)
  return { partition: 0, timestampMs: AT + 60_000, value, key: null }
}

it('a gold table refuses the rows that its condition or a column of its latest rows cannot be worked out for', async () => {
  const bed = await openBed(compilePipeline(PIPELINE, { 'contract.json': CONTRACT }), { partitions: 1 })
  await bed.send('events', [
    event('plain', '4', 0),
    event('large', LARGE, 1),
    event('huge', LARGE, 2),
    event('greatest', '9223372036854775807', 3),
    event('small', '1', 4),
    event('left', LARGE, 5),
  ])
  const checkpoint = await bed.run({ batchRows: 2 })
  expect(await bed.rows('gold.per_minute', ['events'])).toEqual([{ events: '1' }])
  expect(await bed.rows('gold.newest', ['twice', 'kafka_offset'])).toEqual([{ twice: '2', kafka_offset: '4' }])
  expect(await bed.rows('quarantine.under-test', ['table_name', 'kafka_offset', 'code', 'rule'])).toEqual(
    [
      ['gold.newest', '1', 'twice'],
      ['gold.newest', '2', 'twice'],
      ['gold.newest', '3', 'where'],
      ['gold.per_minute', '1', 'where'],
      ['gold.per_minute', '2', 'where'],
      ['gold.per_minute', '3', 'where'],
      ['gold.per_minute', '5', 'where'],
    ].map(([table_name, kafka_offset, rule]) => ({ table_name, kafka_offset, code: 'record/overflow', rule })),
  )
  expect(checkpoint?.accounting.gold).toEqual({
    per_minute: { rows: 1, quarantined: { 'record/overflow': 4 } },
    newest: { rows: 1, quarantined: { 'record/overflow': 3 } },
  })
  expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
})
