import { describe, expect, it } from 'vitest'
import {
  findChange,
  listSavepoints,
  openCheckpoints,
  rewind,
  takeSavepointAlone,
  type Checkpoint,
  type RewindOptions,
  type RewindTarget,
  type Rewound,
} from '#engine'
import { openCatalog } from '#lake'
import { commitTables } from '../../runtime/engine/embedded/write-checkpoint.ts'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents, randomLimits } from '../support/events.ts'
import { compilePipeline, openBed, prepareOnce, type Bed } from '../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const settings = { batchRows: 50, checkpointEveryMs: 0 }
const clock = (): number => 1_790_000_000_000
const limits = randomLimits(11, 20)
const [early, late] = [randomEvents(11, 60), randomEvents(12, 60)]

function goBack(
  { store, broker }: Bed,
  target: RewindTarget,
  options: Partial<RewindOptions> & { readonly of?: typeof compiled } = {},
): Promise<Rewound | undefined> {
  const { plan, files, references } = options.of ?? compiled
  const rows = Object.fromEntries([...references].map(([name, table]) => [name, table.rows]))
  const today = { plan, files: Object.fromEntries(files ?? []), references: rows }
  return rewind({ store, broker, clock, today, runId: 'by hand', acceptLoss: false, ...options }, target)
}

interface TwoParts {
  /** What is in the lake at the savepoint `early`. */
  readonly then: Record<string, string>
  /** At the end of a run that never went back. */
  readonly newest: Checkpoint
}

const twoParts = prepareOnce(compiled, async (bed): Promise<TwoParts> => {
  const { store, plan } = bed
  await bed.send('limits', limits)
  await bed.send('events', early)
  await bed.run({ ...settings, keepWindows: true })
  const place = { store, clock, tenant: plan.tenant, pipeline: plan.pipeline, runId: 'by hand' }
  await takeSavepointAlone(place, { name: 'early', by: 'ada' })
  const then = await bed.hashes()
  await bed.send('events', late)
  const newest = await bed.run({ ...settings, keepWindows: true })
  if (newest === undefined) throw new Error('there is no checkpoint')
  return { then, newest }
})

let whole: Record<string, string> | undefined

/** What a run that never goes back gives. */
async function undisturbed(): Promise<Record<string, string>> {
  if (whole !== undefined) return whole
  const bed = await openBed(compiled)
  await bed.send('limits', limits)
  await bed.send('events', early)
  await bed.run({ ...settings, keepWindows: true })
  await bed.send('events', late)
  await bed.run(settings)
  return (whole = await bed.hashes())
}

describe('going back to a savepoint', () => {
  it('gives tables, state and books of then, and the rest again once it runs', async () => {
    const {
      bed,
      prepared: { then, newest },
    } = await twoParts()
    expect(await bed.hashes()).not.toEqual(then)
    const back = await goBack(bed, { savepoint: 'early' })
    expect(back?.checkpoint).toMatchObject({ id: newest.id + 1, rewound: { to: 'savepoint early', from: newest.id } })
    expect(await bed.hashes()).toEqual(then)
    expect((await bed.audit(true)).closes).toBe(true)
    expect((await goBack(bed, { savepoint: 'early' }))?.checkpoint.id).toBe(newest.id + 1)

    // A process that slept through it commits what was given up.
    const place = { catalog: openCatalog(bed.store), clock, tables: new Map(), step: () => undefined }
    await commitTables(place, newest)
    expect(await bed.hashes()).toEqual(then)
    await expect(
      openCheckpoints(bed.store, bed.plan.pipeline).create({ ...newest, id: newest.id + 1 }),
    ).rejects.toMatchObject({ code: 'checkpoint/fenced' })

    await bed.run(settings)
    expect(await bed.hashes()).toEqual(await undisturbed())
    expect((await bed.audit(true)).closes).toBe(true)
    expect(await goBack(bed, { savepoint: 'early' })).toBeDefined()
    expect(await bed.hashes()).toEqual(then)
  }, 240_000)

  it('is done wholly or not at all, whatever step it is stopped dead at', async () => {
    const expected = await undisturbed()
    for (const [at, passing] of [
      ['rewind-created', 1],
      ['table-shaped', 2],
      ['table-committed', 4],
      ['rewind-applied', 1],
    ] as const) {
      const {
        bed,
        prepared: { then },
      } = await twoParts()
      let left: number = passing
      let created = false
      const step = (passed: string): void => {
        created ||= passed === 'rewind-created'
        if (left <= 0 || (created && passed === at && --left === 0)) throw new Error('dead')
      }
      await expect(goBack(bed, { savepoint: 'early' }, { step }), at).rejects.toThrow('dead')
      const newest = await openCheckpoints(bed.store, bed.plan.pipeline).newest()
      expect(newest?.rewound?.to, at).toBe('savepoint early')
      // Asked again, it finishes what the crash left, and gives no further checkpoint.
      await goBack(bed, { savepoint: 'early' })
      expect(await bed.hashes(), at).toEqual(then)
      await bed.run(settings)
      expect(await bed.hashes(), at).toEqual(expected)
    }
  }, 480_000)

  it('is refused when the topic has lost records, until that is accepted', async () => {
    const {
      bed,
      prepared: { newest },
    } = await twoParts()
    const [savepoint] = await listSavepoints(bed.store, bed.plan.pipeline)
    const next = BigInt(savepoint?.checkpoint.sources['events']?.partitions['0']?.next ?? '')
    const topic = newest.sources['events']?.topic ?? ''
    const earlier = await bed.hashes()
    const rows = await bed.rows('bronze.events', ['kafka_offset'])
    await bed.broker.deleteRecords(topic, new Map([[0, next + 5n]]))
    await expect(goBack(bed, { savepoint: 'early' })).rejects.toMatchObject({
      code: 'checkpoint/offsets-lost',
      message: expect.stringContaining(`offsets ${next} to ${next + 4n} of \`${topic}-0\``) as string,
    })
    await expect(goBack(bed, 'empty')).rejects.toMatchObject({
      message: expect.stringContaining(`offsets 0 to ${next + 4n} of \`${topic}-0\``) as string,
    })
    expect(await bed.hashes()).toEqual(earlier)
    expect((await openCheckpoints(bed.store, bed.plan.pipeline).newest())?.id).toBe(newest.id)

    const back = await goBack(bed, { savepoint: 'early' }, { acceptLoss: true })
    expect(back?.lost).toMatchObject([{ partition: '0', from: next, until: next + 5n }])
    await bed.run(settings)
    const report = await bed.audit(true)
    expect(report.lines.filter(({ expected, found }) => expected !== found)).toEqual([])
    expect(await bed.rows('bronze.events', ['kafka_offset'])).toHaveLength(rows.length - 5)
  }, 240_000)

  it('is refused when something of the savepoint is gone, and changes nothing then', async () => {
    const {
      bed,
      prepared: { newest },
    } = await twoParts()
    for await (const { key } of bed.store.list(`state/${bed.plan.pipeline}/files/`)) await bed.store.delete([key])
    await expect(goBack(bed, { savepoint: 'early' })).rejects.toMatchObject({ code: 'checkpoint/savepoint-incomplete' })
    expect((await openCheckpoints(bed.store, bed.plan.pipeline).newest())?.id).toBe(newest.id)
  }, 120_000)

  it('goes back over a change of the pipeline too, which may then be taken over again', async () => {
    const {
      bed,
      prepared: { then },
    } = await twoParts()
    const yaml = EVENTS_PIPELINE.replace('      n: n\n', '      n: n\n      double: n * 2\n')
    const changed = compilePipeline(yaml, EVENTS_FILES)
    expect(changed.plan).not.toEqual(compiled.plan)
    const next = await openBed(changed, { store: bed.store, broker: bed.broker })
    await next.apply()
    await next.run(settings)
    const after = await next.hashes()
    await goBack(bed, { savepoint: 'early' }, { of: changed })
    expect(await bed.hashes()).toEqual(then)
    expect((await findChange(bed.store, changed.plan))?.before).toEqual(compiled.plan)
    await next.apply()
    await next.run(settings)
    expect((await next.audit(true)).closes).toBe(true)
    expect({ ...(await next.hashes()), 'silver.clean': '' }).toEqual({ ...after, 'silver.clean': '' })
  }, 240_000)
})

describe('starting from nothing', () => {
  it('empties every table and reads the topics from their start, as a run without a past', async () => {
    expect(await goBack(await openBed(compiled), 'empty')).toBeUndefined()
    const { bed } = await twoParts()
    const back = await goBack(bed, 'empty')
    expect(back?.checkpoint).toMatchObject({ sources: {}, state: {} })
    expect(await bed.rows('bronze.events', ['kafka_offset'])).toEqual([])
    await bed.run(settings)
    const fresh = await openBed(compiled, { broker: bed.broker })
    await fresh.run(settings)
    expect(await bed.hashes()).toEqual(await fresh.hashes())
    expect((await bed.audit(true)).closes).toBe(true)
  }, 240_000)
})
