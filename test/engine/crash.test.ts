import { describe, expect, it } from 'vitest'
import { STEPS, type Step } from '#engine'
import { idsOfRows, recorder, type Recorder } from '../support/alerts.ts'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents, randomLimits } from '../support/events.ts'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const records = randomEvents(11, 120)
const limits = randomLimits(11, 40)
const settings = { batchRows: 50, checkpointEveryMs: 0 }

class Crash extends Error {}

/** Stops a run dead at the n-th passing of a step: nothing after it happens, as if the process were gone. */
async function crashAt(bed: Bed, receiver: Recorder, step: Step, passing: number): Promise<boolean> {
  let passed = 0
  let dead = false
  try {
    await bed.run({
      ...settings,
      alerts: alertsTo(receiver),
      step: (at) => {
        if (dead) throw new Crash()
        if (at === step && ++passed === passing) {
          dead = true
          throw new Crash()
        }
      },
    })
    return false
  } catch (error) {
    if (error instanceof Crash) return true
    throw error
  }
}

function alertsTo({ sink }: Recorder) {
  return {
    sinks: new Map([
      ['pager', sink],
      ['archive', sink],
    ]),
  }
}

/** Every alert that the rows of the bed's tables are. */
async function alertsOf(bed: Bed): Promise<string[]> {
  const instant = (cell: string | null, column: string): unknown =>
    cell !== null && column === 'window_start' ? new Date(cell).toISOString().replace('.000Z', 'Z') : cell
  const sessions = await idsOfRows(bed, 'sessions', ['place_name', 'window_start'], instant)
  return [...(await idsOfRows(bed, 'beyond', ['id', 'limit_id'])), ...sessions].sort()
}

async function newBed(): Promise<Bed> {
  const bed = await openBed(compiled)
  await bed.send('limits', limits)
  await bed.send('events', records)
  return bed
}

async function differences(bed: Bed, deep: boolean): Promise<unknown[]> {
  return (await bed.audit(deep)).lines.filter((line) => line.expected !== line.found)
}

describe('a run that is stopped dead', () => {
  it('goes on without losing or repeating a row, whatever step it died at', async () => {
    const undisturbed = await newBed()
    await undisturbed.run(settings)
    const expected = await undisturbed.hashes()
    // Rows that equal these need no rebuild of their own: their books are recomputed from their own tables and offsets.
    expect(await differences(undisturbed, true)).toEqual([])

    for (const step of STEPS) {
      const bed = await newBed()
      const receiver = recorder()
      let crashes = 0
      for (let passing = 1; passing <= 3; passing++) if (await crashAt(bed, receiver, step, passing)) crashes += 1
      expect(crashes, `crashes at ${step}`).toBeGreaterThan(0)
      await bed.run({ ...settings, alerts: alertsTo(receiver) })
      expect(receiver.ids(), step).toEqual(await alertsOf(bed))
      expect(await bed.hashes(), step).toEqual(expected)
      expect(await differences(bed, step === STEPS.at(-1)), step).toEqual([])
    }
  }, 480_000)
})
