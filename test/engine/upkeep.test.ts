import { describe, expect, it } from 'vitest'
import type { UpkeepReport } from '#engine'
import { openCatalog, planScan, type ObjectStore } from '#lake'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../support/events.ts'
import { compilePipeline, openBed, prepareOnce, type Bed } from '../support/pipeline.ts'
import { maintain, TIDY } from '../support/upkeep.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const records = randomEvents(23, 160)
/** Many small commits. */
const busy = { batchRows: 20, checkpointEveryMs: 0 }

async function newBed(store?: ObjectStore): Promise<Bed> {
  const bed = await openBed(compiled, store === undefined ? {} : { store })
  await bed.send('events', records)
  return bed
}

async function files(bed: Bed): Promise<Record<string, number>> {
  const catalog = openCatalog(bed.store)
  const counts: Record<string, number> = {}
  for (const layer of ['bronze', 'silver', 'quarantine', 'gold'] as const) {
    for (const identifier of await catalog.list(layer)) {
      const table = await catalog.load(identifier)
      if (table !== undefined) counts[`${layer}.${identifier.name}`] = (await planScan(catalog, table)).tasks.length
    }
  }
  return counts
}

/** What a run gives that nobody looks after, and its tables. */
const untended = prepareOnce(compiled, async (bed) => {
  await bed.send('events', records)
  await bed.run(busy)
  return await bed.hashes()
})

describe('upkeep', () => {
  it('keeps every row, the books, and what a checkpoint knows, while the instance runs', async () => {
    const { bed: quiet, prepared } = await untended()
    const tended = await newBed()
    const reports: UpkeepReport[] = []
    const faults: unknown[] = []
    let now = Date.now()
    const upkeep = {
      settings: TIDY,
      everyMs: 1,
      onReport: (each: UpkeepReport) => reports.push(each),
      onFault: (error: unknown) => faults.push(error),
    }
    await tended.run({ ...busy, clock: () => (now += 1000), upkeep })
    expect(faults).toEqual([])
    expect(reports.some(({ compacted }) => compacted.files > compacted.into)).toBe(true)
    expect(reports.some(({ expired }) => expired.snapshots > 0)).toBe(true)
    expect(await tended.hashes()).toEqual(prepared)
    expect((await tended.audit(true)).closes).toBe(true)
    // It goes on from there.
    for (const bed of [quiet, tended]) {
      await bed.send('events', randomEvents(24, 60))
      await bed.run(busy)
    }
    expect(await tended.hashes()).toEqual(await quiet.hashes())
    expect((await tended.audit(true)).closes).toBe(true)
  }, 120_000)

  it('leaves as few files as there must be, and says in a dry run what it would do', async () => {
    const { bed } = await untended()
    const before = await files(bed)
    const would = await maintain(bed, { dryRun: true })
    expect(await files(bed)).toEqual(before)
    const did = await maintain(bed)
    expect(did.map(({ table, compacted }) => [table, compacted.files])).toEqual(
      would.map(({ table, compacted }) => [table, compacted.files]),
    )
    const after = await files(bed)
    for (const [table, count] of Object.entries(after)) expect(count, table).toBeLessThanOrEqual(before[table] ?? 0)
    expect(after['bronze.events']).toBeLessThan(before['bronze.events'] ?? 0)
    expect(await maintain(bed).then((reports) => reports.filter(({ compacted }) => compacted.files > 0))).toEqual([])
    expect((await bed.audit(true)).closes).toBe(true)
  }, 120_000)

  it('removes state that a crash left, and none that a checkpoint needs', async () => {
    const { bed } = await untended()
    const left = `state/${bed.plan.pipeline}/files/left-by-a-crash.parquet`
    await bed.store.write(left, Buffer.from('x'))
    await maintain(bed)
    expect(await bed.store.read(left)).toBeDefined()
    await maintain(bed, { settings: { orphansAfterMs: -3_600_000 } })
    expect(await bed.store.read(left)).toBeUndefined()
    await bed.send('events', randomEvents(25, 40))
    await bed.run(busy)
    expect((await bed.audit(true)).closes).toBe(true)
  }, 120_000)

  it('hurts nothing when it fails', async () => {
    const { prepared } = await untended()
    const { store } = await newBed()
    const broken: ObjectStore = {
      ...store,
      // Only upkeep asks for leases.
      list: (prefix, options) => {
        if (prefix.endsWith('/leases/')) throw new Error('no list')
        return store.list(prefix, options)
      },
    }
    const tended = await newBed(broken)
    const faults: unknown[] = []
    let now = Date.now()
    const upkeep = { settings: TIDY, everyMs: 1, onFault: (error: unknown) => faults.push(error) }
    await tended.run({ ...busy, clock: () => (now += 1000), upkeep })
    expect(faults.length).toBeGreaterThan(0)
    expect(await tended.hashes()).toEqual(prepared)
  }, 120_000)
})
