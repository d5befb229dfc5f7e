import { describe, expect, it } from 'vitest'
import { CHANGE_STEPS, openCheckpoints, STEPS, type Step } from '#engine'
import { openCatalog } from '#lake'
import { planHash } from '#plan'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents, randomLimits } from '../../support/events.ts'
import { moveMainBack } from '../../support/lake.ts'
import { compilePipeline, openBed, prepareOnce, type Bed } from '../../support/pipeline.ts'
import { reworded, type Edit } from '../../support/reworded.ts'

type Files = Readonly<Record<string, string>>

const FIRST = randomEvents(11, 120)
const SECOND = randomEvents(12, 60)
const LIMITS = randomLimits(13, 30)
const settings = { batchRows: 1_000, checkpointEveryMs: 0 }

const PLACED = `  placed:
    from: clean
    join: { seen: { table: raw_places, within: 40s, on: seen.place = upper(place) and n * 3 > 10 } }
    where: n <> 29
    columns: { id: id, at: at, seen_at: seen.at, times: n * seen.n }
`
const JOINED = `  near:
    from: raw_places
    join: { limit: { table: limits, as_of: at, on: upper(limit.place) = place } }
    columns: { at: at, most: limit.most }
`

/** Halves of the pipeline, for changes that reach no further: each has gold tables that such a change leaves alone. */
const FIRST_JOIN = EVENTS_PIPELINE.indexOf('  beyond:')
const WINDOWS = EVENTS_PIPELINE.slice(0, FIRST_JOIN)
const JOINS = EVENTS_PIPELINE.slice(0, EVENTS_PIPELINE.indexOf('  per_minute:')) + EVENTS_PIPELINE.slice(FIRST_JOIN)

const changed = (...edits: readonly Edit[]): string => reworded(EVENTS_PIPELINE, edits)
const windows = (...edits: readonly Edit[]): string => reworded(WINDOWS, edits)
const joins = (...edits: readonly Edit[]): string => reworded(JOINS, edits)

async function bedWith(yaml: string, before?: Bed, files: Files = EVENTS_FILES): Promise<Bed> {
  const shared = before === undefined ? {} : { broker: before.broker, store: before.store }
  return openBed(compilePipeline(yaml, files), shared)
}

/** What one straight run of the pipeline over the same records gives that never knew another version. */
async function fresh(yaml: string, files: Files = EVENTS_FILES): Promise<Bed> {
  const bed = await bedWith(yaml, undefined, files)
  await bed.send('limits', LIMITS)
  await bed.send('events', FIRST)
  await bed.send('events', SECOND)
  await bed.run()
  return bed
}

/** The first records, run by a pipeline. */
const runFirst = (pipeline: string) =>
  prepareOnce(compilePipeline(pipeline, EVENTS_FILES), async (before) => {
    await before.send('limits', LIMITS)
    await before.send('events', FIRST)
    await runOpen(before, LIMITS.length + FIRST.length)
    return await before.hashes()
  })
const ran = runFirst(EVENTS_PIPELINE)
const ranWindows = runFirst(WINDOWS)
const ranJoins = runFirst(JOINS)

/** Runs the first records by one version, the others by the next. */
async function over(
  yaml: string,
  {
    files = EVENTS_FILES,
    step,
    first = ran,
  }: { files?: Files | undefined; step?: (step: Step) => void; first?: typeof ran } = {},
): Promise<Bed> {
  const { bed: before } = await first()
  const after = await bedWith(yaml, before, files)
  await after.apply({ batchRows: 80, ...(step ? { step } : {}) })
  expect((await after.audit()).lines.filter((line) => line.expected !== line.found)).toEqual([])
  await after.send('events', SECOND)
  await after.run(settings)
  return after
}

/** Runs until so many records were read, as a run does that is stopped: windows stay open. */
async function runOpen(bed: Bed, records: number): Promise<void> {
  const stop = new AbortController()
  await bed.run({
    ...settings,
    untilEnd: false,
    signal: stop.signal,
    onProgress: (progress) => {
      if (progress.records >= records) stop.abort()
    },
  })
}

async function provesEqual(bed: Bed, yaml: string, files?: Files): Promise<void> {
  expect(await bed.hashes()).toEqual(await (await fresh(yaml, files)).hashes())
  // A deep audit would work out once more what the fresh run has shown.
  expect((await bed.audit()).lines.filter((line) => line.expected !== line.found)).toEqual([])
}

/** The instance over a change that leaves rows of the plan before, which its checkpoint names. */
async function leavesRows(yaml: string, files?: Files): Promise<Bed> {
  const bed = await over(yaml, { files })
  expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
  const { past } = (await openCheckpoints(bed.store, bed.plan.pipeline).newest()) ?? {}
  expect(past).toHaveLength(1)
  return bed
}

describe('a change of plan', () => {
  it.each<[string, string, Files?]>([
    ['an expression', changed(['big: n * 1000000', 'big: n * 1000'])],
    ['a column that cannot be null', changed(['      n: n\n', '      n: n\n      length: length(id)\n'])],
    ['another type', changed(['      big: n * 1000000', '      big: cast(n as double)'])],
    ['dedupe', changed(['within: 1h', 'within: 5m'])],
    ['a check', changed(['small: n < 9000000000000', 'small: n < 500'])],
    ['the watermark', changed(['watermark: 1m', 'watermark: 10m'])],
    ['the horizon, lower', changed(['horizon: 1d', 'horizon: 2h'])],
    [
      'a tighter contract',
      EVENTS_PIPELINE,
      {
        ...EVENTS_FILES,
        'contract.json': EVENTS_FILES['contract.json'].replace('"type":"integer"', '"type":"integer","maximum":700'),
      },
    ],
    ['a reference', EVENTS_PIPELINE, { ...EVENTS_FILES, 'places.csv': 'code,name\nx,Xanten\ny,Ypern\n' }],
    ['partitions', changed(['    dedupe: {', '    partition_by: [place]\n    dedupe: {'])],
  ])(
    'of %s gives the tables that a run without a past gives',
    async (_, yaml, files) => provesEqual(await over(yaml, { files }), yaml, files),
    120_000,
  )

  it.each<[string, string, Files?]>([
    ['a window', windows(['tumbling: 5m', 'tumbling: 15m'])],
    ['a measure', windows(['      total: sum(n)', '      total: sum(n)\n      most: max(n)'])],
    ['a key', windows(['latest_by: [place]', 'latest_by: [id]'])],
    ['a new gold table', `${WINDOWS}  devices: { from: clean, latest_by: [id] }\n`],
    [
      'a new silver table with a window over it',
      windows(
        ['gold:\n', '  again: { from: events, columns: { at: at, n: n } }\ngold:\n'],
        ['  newest:', '  counts: { from: again, window: { tumbling: 1h }, measures: { rows: count(*) } }\n  newest:'],
      ),
    ],
  ])(
    'of %s among windows gives the tables that a run without a past gives',
    async (_, yaml, files) => provesEqual(await over(yaml, { files, first: ranWindows }), yaml, files),
    120_000,
  )

  it.each<[string, string, Files?]>([
    [
      'a table less, and pairs of its rows',
      joins(
        ['  raw_places:\n    from: events\n    columns: { at: at, place: upper(place), n: n }\n', ''],
        [PLACED, ''],
      ),
    ],
    ['how far apart pairs are', joins(['within: 40s', 'within: 50s'])],
    ['what waits for others', joins(['over: n * history.most', 'over: n * history.most, place: place'])],
    ['a joined column', joins(['most: most, place: place', 'most: most + 1, place: place'])],
    ['what a join asks', joins(['n * 2 > limit.most', 'n > limit.most'])],
    ['the key of versions', joins(['versioned_by: [limit_id]', 'versioned_by: [place]'])],
    ['a new join', `${JOINS}${JOINED}`],
    [
      'a tighter contract of versions',
      JOINS,
      {
        ...EVENTS_FILES,
        'limit.json': EVENTS_FILES['limit.json'].replace(
          '"most":{"type":"integer"',
          '"most":{"type":"integer","maximum":30',
        ),
      },
    ],
    [
      'a field more in the contract of versions',
      JOINS,
      {
        ...EVENTS_FILES,
        'limit.json': EVENTS_FILES['limit.json'].replace('"factor"', '"note":{"type":"string"},"factor"'),
      },
    ],
  ])(
    'of %s among joins gives the tables that a run without a past gives',
    async (_, yaml, files) => provesEqual(await over(yaml, { files, first: ranJoins }), yaml, files),
    120_000,
  )

  it.each<[string, string]>([
    [
      'a renamed column, in table, state and files',
      changed(['      person: { expr: id', '      who: { was: person, expr: id']),
    ],
    [
      'a renamed key and group, and a latest table that takes its columns from there',
      changed(
        ['      place: place\n', '      spot: { expr: place, was: place }\n'],
        ['latest_by: [place]', 'latest_by: [spot]'],
        ['      id: id\n', '      ident: { expr: id, was: id }\n'],
        ['by: [id]', 'by: [ident]'],
        ['count(distinct id)', 'count(distinct ident)'],
        ['first(id)', 'first(ident)'],
        ['last(id)', 'last(ident)'],
        ['limit.place = place and', 'limit.place = spot and'],
        ['upper(place) and n * 3', 'upper(spot) and n * 3'],
        ['history.place = place and', 'history.place = spot and'],
        ['{ id: id, at: at, seen_at', '{ id: ident, at: at, seen_at'],
        ['{ id: id, limit_id: history', '{ id: ident, limit_id: history'],
        ['upper(place), n: n }', 'upper(place), number: { expr: n, was: n } }'],
        ['n * seen.n }', 'n * seen.number }'],
        ['limit.place = place, kind', 'limit.place = spot, kind'],
        ['{ id: id, limit_id', '{ id: ident, limit_id'],
        ['{ id: id, at: at }', '{ id: ident, at: at }'],
        ['[place_name]', '{ town: { expr: place_name, was: place_name } }'],
      ),
    ],
    [
      'measures in another order, one renamed and one taken away',
      changed(
        ['      events: count(*)\n', ''],
        ['      total: sum(n)', '      total: sum(n)\n      events: count(*)'],
        ['      mean: avg(ratio)', '      average: { expr: avg(ratio), was: mean }'],
        ['      ids: count(distinct id)\n', ''],
      ),
    ],
    [
      'columns in another order',
      changed(['      big: n * 1000000\n', ''], ['      at: at\n', '      big: n * 1000000\n      at: at\n']),
    ],
  ])(
    'carries %s over without a replay',
    async (_, yaml) => {
      const replays: string[] = []
      const bed = await over(yaml, { step: (step) => replays.push(step) })
      expect(replays).not.toContain('batch-processed')
      const expected = await fresh(yaml)
      expect(await bed.hashes()).toEqual(await expected.hashes())
      expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
    },
    120_000,
  )

  it.each<[string, string, Files?]>([
    ['a check less', changed(['      small: n < 9000000000000\n', ''])],
    [
      'a wider contract',
      EVENTS_PIPELINE,
      {
        ...EVENTS_FILES,
        'contract.json': EVENTS_FILES['contract.json'].replace(
          '"required":["id","at","place"]',
          '"required":["id","at"]',
        ),
      },
    ],
    ['a higher limit', changed(['horizon: 1d', 'horizon: 1d, max_ahead: 3h'])],
  ])(
    'leaves rows as they were written for %s, and an audit knows',
    async (_, yaml, files) => {
      await leavesRows(yaml, files)
    },
    120_000,
  )

  it.each<[string, string]>([
    ['a new column', changed(['      n: n\n', '      n: n\n      twice: n * 2\n'])],
    [
      'a renamed column that sends rows to quarantine',
      changed(['      place_name: { lookup', '      town: { was: place_name, lookup']).replaceAll(
        'group_by: [place_name]',
        'group_by: { place_name: town }',
      ),
    ],
  ])(
    'leaves rows as they were written for %s, and for another change on top that rebuilds some tables',
    async (_, yaml) => {
      const bed = await leavesRows(yaml)
      const later = await bedWith(yaml.replace('spread: stddev_pop(ratio)', 'spread: stddev_samp(ratio)'), bed)
      await later.apply()
      await later.send('events', randomEvents(13, 40))
      await later.run(settings)
      expect((await later.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
    },
    120_000,
  )

  it('keeps a source that is no longer read where it was, and goes on there when it comes back', async () => {
    const without = `${EVENTS_PIPELINE.slice(0, EVENTS_PIPELINE.indexOf('sources:'))}sources:
  others: { topic: others, contract: contract.json, event_time: at }
silver:
  other: { from: others, columns: { at: at } }
`
    const first = await bedWith(EVENTS_PIPELINE)
    await first.send('limits', LIMITS)
    await first.send('events', FIRST)
    await first.run(settings)
    const second = await bedWith(without, first)
    await second.send('others', FIRST)
    await second.apply()
    await second.run(settings)
    expect((await second.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
    const third = await bedWith(EVENTS_PIPELINE, second)
    await third.send('events', SECOND)
    await third.apply()
    await third.run(settings)
    expect(await third.hashes()).toEqual(await (await fresh(EVENTS_PIPELINE)).hashes())
    expect((await third.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
  }, 120_000)

  it('is refused when bronze does not hold what was read: checkpoint/bronze-incomplete', async () => {
    const before = await bedWith(EVENTS_PIPELINE)
    await before.send('events', FIRST)
    await before.run({ ...settings, batchRows: 50 })
    const catalog = openCatalog(before.store)
    const bronze = await catalog.load({ layer: 'bronze', name: 'events' })
    const [oldest, ...later] = bronze?.metadata.snapshots ?? []
    expect(later).not.toEqual([])
    const tables = await before.hashes()
    await moveMainBack(catalog, { layer: 'bronze', name: 'events' }, oldest?.snapshotId ?? '', { clock: () => 1 })
    const after = await bedWith(changed(['big: n * 1000000', 'big: n * 1000']), before)
    await expect(after.apply()).rejects.toMatchObject({ code: 'checkpoint/bronze-incomplete' })
    expect({ ...(await before.hashes()), 'bronze.events': '' }).toEqual({ ...tables, 'bronze.events': '' })
  })

  it('is whole or not there, whatever step it was stopped dead at', async () => {
    const yaml = changed(
      ['big: n * 1000000', 'big: n * 1000'],
      ['  newest:', '  hours: { from: raw_places, window: { tumbling: 1h }, measures: { rows: count(*) } }\n  newest:'],
      [
        '    columns: { at: at, place: upper(place), n: n }',
        '    columns: { at: at, town: { expr: upper(place), was: place }, n: n }',
      ],
      ['seen.place = upper', 'seen.town = upper'],
    )
    const expected = await (await fresh(yaml)).hashes()
    for (const step of [...STEPS.filter((each) => each !== 'checkpoint-created'), ...CHANGE_STEPS]) {
      const { bed: before, prepared: tables } = await ran()
      const after = await bedWith(yaml, before)
      const crash = new Error('power cut')
      let dead = false
      const died = await after
        .apply({
          batchRows: 80,
          step: (at) => {
            dead ||= at === step
            if (dead) throw crash
          },
        })
        .then(
          () => false,
          (error: unknown) => error === crash,
        )
      const passed =
        STEPS.indexOf(step as never) < STEPS.indexOf('gold-written') ||
        step.startsWith('change') ||
        step.startsWith('table')
      expect(died, step).toBe(passed)
      const newest = await openCheckpoints(after.store, after.plan.pipeline).newest()
      if (newest?.planHash === planHash(before.plan)) {
        expect(await before.hashes(), step).toEqual(tables)
        await after.apply({ batchRows: 80 })
      }
      await after.send('events', SECOND)
      await after.run(settings)
      expect(await after.hashes(), step).toEqual(expected)
      // The tables are the expected ones; what a rebuild needs to know of the past is asked once per way to get there.
      const deep = step === 'change-staged' || step === 'change-created'
      expect(
        (await after.audit(deep)).lines.filter((line) => line.expected !== line.found),
        step,
      ).toEqual([])
    }
  }, 400_000)
})
