import { describe, expect, it } from 'vitest'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents, randomLimits } from '../support/events.ts'
import { compilePipeline, openBed } from '../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const records = randomEvents(7, 160)
const limits = randomLimits(7, 40)

async function hashesWith(options: { batchRows: number; checkpointEveryMs?: number }): Promise<Record<string, string>> {
  const bed = await openBed(compiled)
  await bed.send('limits', limits)
  await bed.send('events', records)
  await bed.run(options)
  const report = await bed.audit()
  expect(report.lines.filter((line) => line.expected !== line.found)).toEqual([])
  return bed.hashes()
}

describe('table contents', () => {
  it('do not depend on how records are cut into batches, nor on how often a checkpoint is made', async () => {
    const expected = await hashesWith({ batchRows: 100_000 })
    expect(new Set(Object.values(expected)).size).toBe(Object.keys(expected).length)
    expect(await hashesWith({ batchRows: 1_000, checkpointEveryMs: 0 })).toEqual(expected)
    expect(await hashesWith({ batchRows: 7, checkpointEveryMs: 0 })).toEqual(expected)
    expect(await hashesWith({ batchRows: 1 })).toEqual(expected)
  }, 480_000)
})
