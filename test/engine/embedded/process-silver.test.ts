import { expect, it } from 'vitest'
import { EVENTS_FILES, EVENTS_START } from '../../support/events.ts'
import { compilePipeline, openBed } from '../../support/pipeline.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m }
  limits: { topic: limits, contract: limit.json, event_time: since, versioned_by: [limit_id] }
silver:
  clean: { from: events, dedupe: { by: [id], within: 1h }, where: n is not null }
gold:
  counts: { from: clean, window: { tumbling: 1m }, measures: { events: count(*) } }
  newest: { from: clean, latest_by: [place] }
  beyond:
    from: clean
    join: { limit: { table: limits, as_of: at, on: limit.place = place } }
    columns: { id: id, most: limit.most }
`

function event(
  id: string,
  seconds: number,
  n: number | undefined,
): { key: null; value: Buffer; timestampMs: number; partition: number } {
  const timestampMs = EVENTS_START + seconds * 1000
  const value = { id, at: new Date(timestampMs).toISOString(), place: 'x', ...(n === undefined ? {} : { n }) }
  return { key: null, value: Buffer.from(JSON.stringify(value)), timestampMs: EVENTS_START + 300_000, partition: 0 }
}

it('takes the steps that a batch without rows leaves out with the next that has some', async () => {
  const bed = await openBed(compilePipeline(PIPELINE, EVENTS_FILES), { partitions: 1 })
  const since = new Date(EVENTS_START).toISOString()
  const limit = { limit_id: 'l', since, place: 'x', most: 7 }
  await bed.send('limits', [
    { key: null, value: Buffer.from(JSON.stringify(limit)), timestampMs: EVENTS_START, partition: 0 },
  ])
  await bed.send('events', [
    event('none', 10, undefined),
    event('first', 200, 1),
    event('late', 59, 2), // Its window ended at 60 s, that of the next at 120 s; the watermark stands at 140 s.
    event('just', 80, 3),
    event('in time', 139, 4),
    event('first', 201, 5),
  ])
  await bed.run({ batchRows: 1, checkpointEveryMs: 0 })
  expect((await bed.rows('gold.beyond', ['id', 'most'])).map(({ id }) => id)).toEqual([
    'first',
    'in time',
    'just',
    'late',
  ])
  expect(await bed.rows('gold.counts', ['events'])).toEqual([{ events: '1' }, { events: '1' }])
  expect(await bed.rows('gold.newest', ['id'])).toEqual([{ id: 'first' }])
  expect(await bed.rows('quarantine.under-test', ['code', 'table_name', 'rule'])).toEqual(
    ['late', 'just'].map(() => ({ code: 'record/late', table_name: 'gold.counts', rule: 'watermark' })),
  )
  expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
})
