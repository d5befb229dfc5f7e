import { describe, expect, it } from 'vitest'
import { findChange } from '#engine'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../../support/events.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'

type Files = Readonly<Record<string, string>>

const FIRST = randomEvents(11, 120)
const SECOND = randomEvents(12, 60)
const settings = { batchRows: 50, checkpointEveryMs: 0 }

/** The pipeline of the tests with words of it replaced; each must be there. */
function changed(...words: readonly (readonly [from: string, to: string])[]): string {
  return words.reduce((yaml, [from, to]) => {
    if (!yaml.includes(from)) throw new Error(`the pipeline has no ${from}`)
    return yaml.replace(from, to)
  }, EVENTS_PIPELINE)
}

async function bedWith(yaml: string, before?: Bed, files: Files = EVENTS_FILES): Promise<Bed> {
  const shared = before === undefined ? {} : { broker: before.broker, store: before.store }
  return openBed(compilePipeline(yaml, files), shared)
}

/** What a run of the pipeline over the same records gives that never knew another version. */
async function fresh(yaml: string, files: Files = EVENTS_FILES): Promise<Bed> {
  const bed = await bedWith(yaml, undefined, files)
  await bed.send('events', FIRST)
  await bed.send('events', SECOND)
  await bed.run(settings)
  return bed
}

/** Runs the first records by one version, the others by the next. */
async function over(yaml: string, files: Files = EVENTS_FILES): Promise<Bed> {
  const before = await bedWith(EVENTS_PIPELINE)
  await before.send('events', FIRST)
  await runOpen(before, FIRST.length)
  const after = await bedWith(yaml, before, files)
  await after.apply({ batchRows: 40 })
  expect((await after.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
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

describe('a change of plan', () => {
  it('is none when the pipeline never ran, or ran as it is', async () => {
    const bed = await bedWith(EVENTS_PIPELINE)
    expect(await findChange(bed.store, bed.plan)).toBeUndefined()
    await bed.run()
    expect(await findChange(bed.store, bed.plan)).toBeUndefined()
  })

  it.each<[string, string, Files?]>([
    ['an expression', changed(['big: n * 1000000', 'big: n * 1000'])],
    ['a column that cannot be null', changed(['      n: n\n', '      n: n\n      length: length(id)\n'])],
    ['another type', changed(['      big: n * 1000000', '      big: cast(n as double)'])],
    ['dedupe', changed(['within: 1h', 'within: 5m'])],
    ['a check', changed(['small: n < 9000000000000', 'small: n < 500'])],
    ['a window', changed(['tumbling: 5m', 'tumbling: 15m'])],
    ['a measure', changed(['      total: sum(n)', '      total: sum(n)\n      most: max(n)'])],
    ['a key', changed(['latest_by: [place]', 'latest_by: [id]'])],
    ['a new gold table', `${EVENTS_PIPELINE}  devices: { from: clean, latest_by: [id] }\n`],
    [
      'a new silver table with a window over it',
      changed(
        ['gold:\n', '  again: { from: events, columns: { at: at, n: n } }\ngold:\n'],
        ['  newest:', '  counts: { from: again, window: { tumbling: 1h }, measures: { rows: count(*) } }\n  newest:'],
      ),
    ],
    ['a table less', changed(['  raw_places:\n    from: events\n    columns: { at: at, place: upper(place) }\n', ''])],
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
    async (_, yaml, files) => {
      const bed = await over(yaml, files)
      const expected = await fresh(yaml, files)
      expect(await bed.hashes()).toEqual(await expected.hashes())
      expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
    },
    120_000,
  )
})
