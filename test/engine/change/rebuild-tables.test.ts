import { describe, expect, it } from 'vitest'
import { CHANGE_STEPS, openCheckpoints, type TableDifference } from '#engine'
import { randomEvents, randomLimits } from '../../support/events.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'
import { REFUSED_FILES, REFUSED_PIPELINE, WIDER_FILES } from '../../support/refused.ts'

const FIRST = randomEvents(21, 80)
const SECOND = randomEvents(22, 30)
const LIMITS = randomLimits(23, 30)
const settings = { batchRows: 50, checkpointEveryMs: 0 }
async function bedWith(files = REFUSED_FILES, before?: Bed): Promise<Bed> {
  const shared = before === undefined ? {} : { broker: before.broker, store: before.store }
  return openBed(compilePipeline(REFUSED_PIPELINE, files), shared)
}

/** A bed that ran over the first records and was stopped: windows are open. */
async function ranOpen(files = REFUSED_FILES): Promise<Bed> {
  const bed = await bedWith(files)
  await bed.send('limits', LIMITS)
  await bed.send('events', FIRST)
  const stop = new AbortController()
  const onProgress = ({ records }: { records: number }): void => {
    if (records >= LIMITS.length + FIRST.length) stop.abort()
  }
  await bed.run({ ...settings, untilEnd: false, signal: stop.signal, onProgress })
  return bed
}

async function goOn(bed: Bed): Promise<Record<string, string>> {
  await bed.send('events', SECOND)
  await bed.run(settings)
  return bed.hashes()
}

const differing = async (bed: Bed): Promise<unknown[]> =>
  (await bed.audit(true)).lines.filter((line) => line.expected !== line.found)

describe('rebuildTables', () => {
  it('gives the rows that stand, and a run goes on from there as if nothing had been', async () => {
    const [plain, rebuilt, gold] = [await ranOpen(), await ranOpen(), await ranOpen()]
    const before = await rebuilt.hashes()
    const seen: TableDifference[] = []
    await rebuilt.rebuild([], { batchRows: 40, decide: (found) => seen.push(...found) > 0 })
    expect(seen.map(({ table, added, removed, changed }) => [table, added, removed, changed])).toEqual(
      seen.map(({ table }) => [table, 0, 0, 0]),
    )
    expect(seen.map(({ table }) => table)).toContain('quarantine.under-test')
    expect(await rebuilt.hashes()).toEqual(before)
    expect(await differing(rebuilt)).toEqual([])
    await gold.rebuild(['per_minute', 'gold.newest'])
    expect(await differing(gold)).toEqual([])
    const expected = await goOn(plain)
    expect(await goOn(rebuilt)).toEqual(expected)
    expect(await goOn(gold)).toEqual(expected)
    expect(await differing(rebuilt)).toEqual([])
  }, 120_000)

  it('lets rows follow that were left as an earlier plan wrote them, and shows which', async () => {
    const bed = await ranOpen()
    const wider = await bedWith(WIDER_FILES, bed)
    await wider.apply()
    const kept = await wider.hashes()
    let seen: readonly TableDifference[] = []
    const look = { samples: 2, decide: (found: readonly TableDifference[]) => ((seen = found), false) }
    expect(await wider.rebuild(['clean'], look)).toBeUndefined()
    expect(await wider.hashes()).toEqual(kept)
    const places = seen.find(({ table }) => table === 'silver.raw_places')
    expect(places?.added).toBeGreaterThan(0)
    expect([places?.removed, places?.changed]).toEqual([0, 0])
    expect(places?.samples).toHaveLength(Math.min(2, places?.added ?? 0))
    expect(Object.keys(places?.samples[0]?.after ?? {})).toContain('kafka_offset')
    const refusals = seen.find(({ table }) => table === 'quarantine.under-test')
    expect((refusals?.removed ?? 0) + (refusals?.changed ?? 0)).toBeGreaterThan(0)

    // A gold table alone would hold what silver does not, so it takes its source along; then nothing old is left.
    await wider.rebuild(['per_minute'])
    expect((await wider.hashes())['silver.raw_places']).not.toBe(kept['silver.raw_places'])
    expect((await openCheckpoints(wider.store, wider.plan.pipeline).newest())?.past).toBeUndefined()
    const fresh = await ranOpen(WIDER_FILES)
    expect(await goOn(wider)).toEqual(await goOn(fresh))
    expect(await differing(wider)).toEqual([])
  }, 120_000)

  it('takes a changed plan over together with tables that would stay', async () => {
    const wider = await bedWith(WIDER_FILES, await ranOpen())
    await wider.rebuild(['raw_places'])
    expect(await differing(wider)).toEqual([])
    await goOn(wider)
    expect(await differing(wider)).toEqual([])
  }, 120_000)

  it('names the table that is meant: checkpoint/unknown-table, checkpoint/none', async () => {
    await expect((await bedWith()).rebuild()).rejects.toMatchObject({ code: 'checkpoint/none' })
    const bed = await ranOpen()
    await expect(bed.rebuild(['silver.claen'])).rejects.toMatchObject({
      code: 'checkpoint/unknown-table',
      diagnostic: { help: 'Did you mean `silver.clean`?' },
    })
  }, 60_000)

  it('is whole or not there, whatever step it was stopped dead at', async () => {
    const expected = await goOn(await ranOpen())
    for (const step of ['batch-processed', 'state-written', ...CHANGE_STEPS, 'table-committed'] as const) {
      const bed = await ranOpen()
      const before = await bed.hashes()
      const crash = new Error('power cut')
      let dead = false
      const stopAt = (at: string): void => {
        dead ||= at === step
        if (dead) throw crash
      }
      await bed.rebuild([], { batchRows: 40, step: stopAt }).catch((error: unknown) => expect(error).toBe(crash))
      expect(await bed.hashes(), step).toEqual(before)
      expect(await goOn(bed), step).toEqual(expected)
      expect((await bed.audit()).closes, step).toBe(true)
    }
  }, 400_000)
})
