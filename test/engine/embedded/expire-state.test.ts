import { expect, it } from 'vitest'
import { EVENTS_FILES, EVENTS_START } from '../../support/events.ts'
import { compilePipeline, openBed } from '../../support/pipeline.ts'

const MINUTES = 60_000
const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m, horizon: 1h }
silver:
  clean: { from: events, dedupe: { by: [id], within: 1h } }
`

it('remembers keys for as long as they decide, and lets go of them not much later', async () => {
  const bed = await openBed(compilePipeline(PIPELINE, EVENTS_FILES), { partitions: 1 })
  const record = (id: string, minute: number) => {
    const at = EVENTS_START + minute * MINUTES
    return {
      key: null,
      value: Buffer.from(JSON.stringify({ id, at: new Date(at).toISOString(), place: 'x' })),
      timestampMs: at,
      partition: 0,
    }
  }
  // One key every ten minutes for ten hours; the horizon and `within` together are two hours.
  await bed.send(
    'events',
    Array.from({ length: 61 }, (_, index) => record(`id-${index}`, index * 10)),
  )
  // The oldest time that is accepted, and a key an hour older: a duplicate by a hair.
  await bed.send('events', [{ ...record('id-48', 540), timestampMs: EVENTS_START + 600 * MINUTES }])
  const kept: number[] = []
  await bed.run({
    batchRows: 6,
    checkpointEveryMs: 0,
    look: async (instance) => {
      kept.push(
        await instance.session.count(
          'select (select count(*) from dedupe_state_clean) + (select count(*) from dedupe_delta_clean)',
        ),
      )
    },
  })
  expect((await bed.rows('silver.clean')).length).toBe(61)
  expect(kept.at(-1)).toBeGreaterThanOrEqual(13)
  expect(kept.at(-1)).toBeLessThan(20)
})
