import { describe, expect, it } from 'vitest'
import { compilePipeline, openBed } from '../../support/pipeline.ts'

const CONTRACT = JSON.stringify({
  type: 'object',
  required: ['id', 'at'],
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    n: { type: 'integer' },
    x: { type: 'number' },
    place: { type: 'string' },
  },
})

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m }
references:
  places: { file: places.csv, key: [code] }
silver:
  clean:
    from: events
    columns:
      id: id
      at: at
      n: n
      double_n: n * 2
      ratio: x / n
      user: { expr: id, pii: hash }
      place_name: { lookup: places.name, on: [place], missing: null }
    where: n is null or n <> 13
    dedupe: { by: [id], within: 1h }
    checks:
      small: n < 100
gold:
  hourly:
    from: clean
    window: { tumbling: 1h }
    group_by: [place_name]
    measures:
      events: count(*)
      ids: count(distinct id)
      mean: avg(ratio)
      total: sum(n)
  newest:
    from: clean
    latest_by: [id]
`

const FILES = { 'contract.json': CONTRACT, 'places.csv': 'code,name\nx,Xanten\ny,York\n' }

const T0 = Date.UTC(2026, 10, 20, 10, 0, 0)
const event = (
  seconds: number,
  fields: Record<string, unknown>,
): { key: null; value: Buffer; timestampMs: number; partition: number } => ({
  key: null,
  value: Buffer.from(JSON.stringify({ at: new Date(T0 + seconds * 1000).toISOString(), ...fields })),
  timestampMs: T0 + seconds * 1000 + 5,
  partition: 0,
})

describe('one record', () => {
  it('goes the whole way, from the topic to gold', async () => {
    const bed = await openBed(compilePipeline(PIPELINE, FILES))
    await bed.send('events', [event(0, { id: 'a', n: 2, x: 5, place: 'x' })])
    const checkpoint = await bed.run()
    expect(checkpoint?.accounting.sources.events?.consumed).toBe(1)
    expect(await bed.rows('silver.clean', ['id', 'n', 'double_n', 'ratio', 'place_name', 'kafka_offset'])).toEqual([
      { id: 'a', n: '2', double_n: '4', ratio: '2.5', place_name: 'Xanten', kafka_offset: '0' },
    ])
    expect(await bed.rows('gold.hourly')).toEqual([
      {
        window_start: '2026-11-20 10:00:00+00',
        window_end: '2026-11-20 11:00:00+00',
        place_name: 'Xanten',
        events: '1',
        ids: '1',
        mean: '2.5',
        total: '2',
      },
    ])
    expect(await bed.rows('gold.newest', ['id', 'n'])).toEqual([{ id: 'a', n: '2' }])
    const report = await bed.audit(true)
    expect(report.lines.filter((line) => line.expected !== line.found)).toEqual([])
    expect(report.closes).toBe(true)
  })
})
