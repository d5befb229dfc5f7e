import { describe, expect, it } from 'vitest'
import { openCheckpoints, type TableDifference } from '#engine'
import type { OutgoingRecord } from '#stream'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents, randomLimits } from '../../support/events.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'
import { REFUSED_FILES, REFUSED_PIPELINE, WIDER_FILES } from '../../support/refused.ts'

const BEFORE_MS = Date.parse('2026-11-20T10:00:00Z')
const AFTER_MS = BEFORE_MS + 60_000
const SINCE_MS = BEFORE_MS + 30_000
const settings = { batchRows: 50, checkpointEveryMs: 0 }

const sentAt = (timestampMs: number, records: readonly OutgoingRecord[]): OutgoingRecord[] =>
  records.map((record) => ({ ...record, timestampMs }))

async function bedWith(yaml: string, files: Readonly<Record<string, string>>, before?: Bed): Promise<Bed> {
  const shared = before === undefined ? {} : { broker: before.broker, store: before.store }
  return openBed(compilePipeline(yaml, files), shared)
}

/** A bed that ran over records of two times, and has windows open. */
async function ran(yaml = REFUSED_PIPELINE, files = REFUSED_FILES): Promise<Bed> {
  const bed = await bedWith(yaml, files)
  await bed.send('limits', sentAt(BEFORE_MS, randomLimits(23, 20)))
  await bed.send('events', sentAt(BEFORE_MS, randomEvents(21, 80)))
  await bed.send('events', sentAt(AFTER_MS, randomEvents(22, 60)))
  await bed.run({ ...settings, keepWindows: true })
  return bed
}

async function differences(bed: Bed, sinceMs: number, tables: readonly string[] = []): Promise<unknown[]> {
  let seen: readonly TableDifference[] = []
  await bed.rebuild(tables, { sinceMs, decide: (found) => (seen = found).length > 0 })
  return seen.filter(({ added, removed, changed }) => added + removed + changed > 0)
}

const differing = async (bed: Bed): Promise<unknown[]> =>
  (await bed.audit(true)).lines.filter((line) => line.expected !== line.found)

/** The offsets that were sent at the second time, by topic partition. */
async function secondOffsets(bed: Bed): Promise<ReadonlyMap<string, number>> {
  const rows = await bed.rows('bronze.events', ['kafka_partition', 'kafka_offset', 'kafka_timestamp'])
  const first = new Map<string, number>()
  for (const row of rows) {
    if (Date.parse(String(row['kafka_timestamp']).replace(/\+00$/, 'Z')) < SINCE_MS) continue
    const partition = String(row['kafka_partition'])
    first.set(partition, Math.min(first.get(partition) ?? Infinity, Number(row['kafka_offset'])))
  }
  return first
}

describe('a rebuild since a time', () => {
  it.each([
    ['a few tables', REFUSED_PIPELINE, REFUSED_FILES],
    ['every noun of the language', EVENTS_PIPELINE, EVENTS_FILES],
  ])(
    'gives the rows that stand, and a run goes on from there as if nothing had been: %s',
    async (_, yaml, files) => {
      const bed = await ran(yaml, files)
      const before = await bed.hashes()
      expect(await differences(bed, SINCE_MS)).toEqual([])
      expect(await bed.hashes()).toEqual(before)
      expect(await differing(bed)).toEqual([])
      expect((await openCheckpoints(bed.store, bed.plan.pipeline).newest())?.past).toBeUndefined()
      await bed.send('events', sentAt(AFTER_MS, randomEvents(24, 30)))
      await bed.run(settings)
      expect(await differing(bed)).toEqual([])
      const plain = await openBed(compilePipeline(yaml, files), { broker: bed.broker })
      await plain.run(settings)
      expect(await bed.hashes()).toEqual(await plain.hashes())
    },
    120_000,
  )

  it('leaves rows before it as an earlier plan wrote them, and tells where the two meet', async () => {
    const old = await ran()
    const rowsOf = (bed: Bed): ReturnType<Bed['rows']> =>
      bed.rows('silver.raw_places', ['kafka_partition', 'kafka_offset', 'place'])
    const [wrote, offsets] = [await rowsOf(old), await secondOffsets(old)]
    const today = REFUSED_PIPELINE.replace('place: upper(place)', 'place: lower(place)')
    const bed = await bedWith(today, REFUSED_FILES, old)
    await bed.rebuild([], { sinceMs: SINCE_MS })
    const place = (row: Readonly<Record<string, unknown>>): unknown => {
      const text = row['place'] as string | null
      const since = Number(row['kafka_offset']) >= (offsets.get(String(row['kafka_partition'])) ?? Infinity)
      return { ...row, place: since ? (text?.toLowerCase() ?? null) : text }
    }
    const rows = await rowsOf(bed)
    const sorted = (each: readonly unknown[]): string[] => each.map((row) => JSON.stringify(row)).sort()
    expect(sorted(rows)).toEqual(sorted(wrote.map(place)))
    expect(sorted(rows)).not.toEqual(sorted(wrote))
    const { past } = (await openCheckpoints(bed.store, bed.plan.pipeline).newest()) ?? {}
    expect(past).toMatchObject([{ kept: true }])
    expect(await differing(bed)).toEqual([])
    await bed.send('events', sentAt(AFTER_MS, randomEvents(24, 30)))
    await bed.run(settings)
    expect(await differing(bed)).toEqual([])
    // A second one, from a later time, keeps what the first one left.
    await bed.rebuild([], { sinceMs: AFTER_MS + 1 })
    expect(await differing(bed)).toEqual([])
  }, 120_000)

  it('judges anew what was refused since then, and nothing before', async () => {
    const wider = await bedWith(REFUSED_PIPELINE, WIDER_FILES, await ran())
    const columns = ['kafka_partition', 'kafka_offset', 'source', 'code']
    const refused = await wider.rows('quarantine.under-test', columns)
    const offsets = await secondOffsets(wider)
    await wider.rebuild([], { sinceMs: SINCE_MS })
    const left = (await wider.rows('quarantine.under-test', columns)).map((row) => JSON.stringify(row))
    const isBefore = (row: Readonly<Record<string, unknown>>): boolean =>
      Number(row['kafka_offset']) < (offsets.get(String(row['kafka_partition'])) ?? Infinity)
    const gone = refused.filter((row) => !left.includes(JSON.stringify(row)))
    expect(gone.length).toBeGreaterThan(0)
    expect(gone.filter(isBefore)).toEqual([])
    expect(await differing(wider)).toEqual([])
  }, 120_000)

  it('is a whole one where everything came since, and changes nothing where nothing did', async () => {
    const bed = await ran()
    expect(await differences(bed, 0)).toEqual([])
    expect(await differences(bed, AFTER_MS + 1)).toEqual([])
    expect(await differing(bed)).toEqual([])
  }, 120_000)

  it('is refused where what was remembered then is of no use today: checkpoint/since-refused', async () => {
    const old = await ran()
    const other = await bedWith(REFUSED_PIPELINE.replace('tumbling: 5m', 'tumbling: 2m'), REFUSED_FILES, old)
    const before = await old.hashes()
    const code = 'checkpoint/since-refused'
    await expect(other.rebuild([], { sinceMs: SINCE_MS })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('gold.per_minute') as string,
    })
    const required = REFUSED_PIPELINE.replace('place: upper(place)', 'place: upper(place), has: place is not null')
    await expect(
      (await bedWith(required, REFUSED_FILES, old)).rebuild([], { sinceMs: SINCE_MS }),
    ).rejects.toMatchObject({ code, message: expect.stringContaining('`has` of `silver.raw_places`') as string })
    await old.move({ action: 'discard', filter: { codes: ['record/not-json'] } })
    await expect(old.rebuild([], { sinceMs: SINCE_MS })).rejects.toMatchObject({ code })
    expect({ ...(await old.hashes()), 'quarantine.under-test': '' }).toEqual({ ...before, 'quarantine.under-test': '' })
  }, 120_000)

  it('is whole or not there, whatever step it was stopped dead at', async () => {
    const bed = await ran()
    const before = await bed.hashes()
    const today = REFUSED_PIPELINE.replace('place: upper(place)', 'place: lower(place)')
    const next = await bedWith(today, REFUSED_FILES, bed)
    const crash = new Error('power cut')
    for (const step of ['change-replayed', 'change-created'] as const) {
      let dead = false
      const stopAt = (at: string): void => {
        dead ||= at === step
        if (dead) throw crash
      }
      await expect(next.rebuild([], { sinceMs: SINCE_MS, step: stopAt }), step).rejects.toBe(crash)
      expect(await bed.hashes(), step).toEqual(before)
    }
    await next.run(settings) // It finishes what the last one created.
    expect((await next.hashes())['silver.raw_places']).not.toBe(before['silver.raw_places'])
    expect(await differing(next)).toEqual([])
  }, 120_000)
})
