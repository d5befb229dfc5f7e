import { describe, expect, it } from 'vitest'
import { ask, MOVE_STEPS, openCheckpoints, takeAnswer, type Move } from '#engine'
import { EVENTS_START, randomEvents, randomLimits } from '../../support/events.ts'
import { compilePipeline, openBed, prepareOnce, type Bed } from '../../support/pipeline.ts'
import { REFUSED_FILES, REFUSED_PIPELINE, WIDER_FILES } from '../../support/refused.ts'

const FIRST = randomEvents(31, 80)
const SECOND = randomEvents(32, 30)
const LIMITS = randomLimits(33, 20)
const settings = { batchRows: 50, checkpointEveryMs: 0 }
const REPLAY: Move = { action: 'replay', filter: {} }
/** Less is refused: a field more in the contract, a check less. */
const LOOSER = REFUSED_PIPELINE.replace('      small: n < 9000000000000\n', '')

/** Records that the contract of the first day refuses for a field, in order, for one topic partition. */
const extra = (id: string, seconds: number, more: object = { extra: true }) => ({
  key: null,
  value: Buffer.from(
    JSON.stringify({ id, at: new Date(EVENTS_START + seconds * 1000).toISOString(), n: 1, place: 'x', ...more }),
  ),
  timestampMs: EVENTS_START + seconds * 1000,
  partition: 0,
})

async function runOpen(bed: Bed, records: number): Promise<void> {
  const stop = new AbortController()
  const onProgress = (progress: { records: number }): void => {
    if (progress.records >= records) stop.abort()
  }
  await bed.run({ ...settings, untilEnd: false, signal: stop.signal, onProgress })
}

/** A pipeline that refused records, and today accepts more: windows are open, quarantine is as it was. */
async function refuse(before: Bed, events = FIRST): Promise<Bed> {
  await before.send('limits', LIMITS)
  await before.send('events', events)
  await runOpen(before, LIMITS.length + events.length)
  const bed = await openToday(before)
  await bed.apply()
  return bed
}

const yesterday = compilePipeline(REFUSED_PIPELINE, REFUSED_FILES)
const openToday = ({ broker, store }: Bed, yaml = LOOSER): Promise<Bed> =>
  openBed(compilePipeline(yaml, WIDER_FILES), { broker, store })
const refusedFirst = prepareOnce(yesterday, (before) => refuse(before))
const refused = async (): Promise<Bed> => openToday((await refusedFirst()).bed)

const differing = async (bed: Bed): Promise<unknown[]> =>
  (await bed.audit(true)).lines.filter((line) => line.expected !== line.found)

const count = async (bed: Bed, table: string): Promise<number> => (await bed.rows(table, ['kafka_offset'])).length

describe('replay of quarantine', () => {
  it('moves what is good today, leaves what is not, and the books close', async () => {
    const bed = await refused()
    const before = { silver: await count(bed, 'silver.clean'), quarantine: await count(bed, 'quarantine.under-test') }
    const tables = await bed.hashes()
    const tried = await bed.tryMove(REPLAY, { samples: 1 })
    expect(await bed.hashes()).toEqual(tables)
    const { report, checkpoint } = await bed.move(REPLAY, { batchRows: 1 })
    expect(report).toEqual({ ...tried, samples: {} })
    expect(tried.samples['clean']).toHaveLength(1)
    expect(checkpoint).toBeGreaterThan(0)
    expect(report.moved).toMatchObject({
      'record/contract-violation': 1,
      'record/check-failed': expect.any(Number) as number,
    })
    expect(report.stayed).toMatchObject({ 'record/not-json': expect.any(Number) as number })
    const moved = Object.values(report.moved).reduce((sum, each) => sum + each, 0)
    const again = Object.values(report.refused)
      .flatMap((each) => Object.values(each))
      .reduce((sum, each) => sum + each, 0)
    expect(await count(bed, 'silver.clean')).toBe(before.silver + (report.silver['clean']?.rows ?? 0))
    expect(await count(bed, 'quarantine.under-test')).toBe(before.quarantine - moved + again)
    expect(await differing(bed)).toEqual([])
    const after = await bed.hashes()
    const second = await bed.move(REPLAY)
    expect(second.checkpoint).toBeUndefined()
    expect(second.report.moved).toEqual({})
    expect(await bed.hashes()).toEqual(after)
    await bed.send('events', SECOND)
    await bed.run(settings)
    expect(await differing(bed)).toEqual([])
    await bed.rebuild()
    expect(await differing(bed)).toEqual([])
  }, 120_000)

  it('judges duplicates against what was accepted, windows by what is closed, and age by what is newest', async () => {
    const bed = await refuse(await openBed(yesterday), [
      extra('kept', 0),
      extra('first', 10),
      extra('kept', 20, {}),
      extra('first', 30),
      extra('late', 40),
      extra('sum', 400, { n: 5 }),
      extra('sum-late', 600, {}),
      extra('old', -86_000),
      extra('new', 700, {}),
      extra('later', 710, { extra: true, n: 7 }),
      extra('jump', 1200),
      extra('after', 720),
    ])
    const { report } = await bed.move(REPLAY)
    // `kept` and the second `first` lose to what is there; `old` is more than a day behind; windows are open from 10:10 on,
    // and `jump` closes none for `after`: a replay is judged by what was known before it.
    expect(report.stayed).toEqual({ 'record/contract-violation': 1 })
    expect(report.silver['clean']).toMatchObject({ rows: 5, deduplicated: 2 })
    expect(report.refused).toEqual({ 'gold.current': { 'record/late': 4 }, 'gold.per_minute': { 'record/late': 2 } })
    expect(await differing(bed)).toEqual([])
    const rows = await bed.rows('silver.clean', ['id', 'kafka_offset'])
    expect(rows.filter(({ id }) => id === 'kept')).toEqual([{ id: 'kept', kafka_offset: '2' }])
    expect(rows.filter(({ id }) => id === 'first')).toEqual([{ id: 'first', kafka_offset: '1' }])
    // Gold has refused them for good.
    const late = await bed.move({ action: 'replay', filter: { codes: ['record/late'] } })
    expect(late.report).toMatchObject({ selected: 6, final: { 'record/late': 6 }, moved: {} })
    await bed.send('events', [extra('end', 2000, {})])
    await bed.run(settings)
    expect(await bed.rows('gold.per_minute', ['events', 'total'])).toContainEqual({ events: '4', total: '10' })
    expect(await differing(bed)).toEqual([])
  }, 120_000)

  it('discards what nobody wants, and the books keep the number', async () => {
    const bed = await refused()
    const { report } = await bed.move({ action: 'discard', filter: { codes: ['record/not-json', 'record/late'] } })
    expect(report.moved['record/not-json']).toBeGreaterThan(0)
    expect(await bed.rows('quarantine.under-test', ['code'])).not.toContainEqual({ code: 'record/not-json' })
    const { accounting } = await bed.audit()
    expect(accounting.sources['events']?.discarded?.['record/not-json']).toBeGreaterThan(0)
    expect(accounting.sources['events']?.quarantined).not.toHaveProperty('record/not-json')
    await bed.move(REPLAY)
    await bed.send('events', SECOND)
    await bed.run(settings)
    expect(await differing(bed)).toEqual([])
    // Another plan that judges no record anew takes the number over.
    const checked = LOOSER.replace('    checks:\n', '    checks:\n      other: id is not null\n')
    expect(checked).not.toBe(LOOSER)
    const { discarded } = (await bed.audit()).accounting.sources['events'] ?? {}
    const changed = await openToday(bed, checked)
    expect((await changed.apply())?.accounting.sources['events']).toMatchObject({ discarded })
    expect(await differing(changed)).toEqual([])
  }, 120_000)

  it('is whole or not there, whatever step it was stopped dead at', async () => {
    const plain = await refused()
    await plain.move(REPLAY)
    const expected = await plain.hashes()
    const steps = [
      ...MOVE_STEPS,
      'gold-written',
      'state-written',
      'checkpoint-created',
      'table-committed',
      'tables-committed',
    ]
    for (const step of steps) {
      const bed = await refused()
      const crash = new Error('power cut')
      let dead = false
      const stopAt = (at: string): void => {
        dead ||= at === step
        if (dead) throw crash
      }
      await expect(bed.move(REPLAY, { step: stopAt }), step).rejects.toBe(crash)
      await bed.move(REPLAY)
      expect(await bed.hashes(), step).toEqual(expected)
      expect((await bed.audit()).closes, step).toBe(true)
    }
  }, 300_000)

  it('is done by a running instance with its next checkpoint', async () => {
    const bed = await refused()
    const request = { kind: 'move', askedMs: 1, by: 'somebody', arguments: { ...REPLAY } }
    const wrong = { ...request, arguments: { action: 'replay', filter: { source: 'evnts' } } }
    const id = await ask(bed.store, bed.plan.pipeline, request)
    const refusedId = await ask(bed.store, bed.plan.pipeline, { ...wrong, askedMs: 2 })
    await bed.send('events', SECOND)
    await runOpen(bed, SECOND.length)
    const found = await takeAnswer(bed.store, bed.plan.pipeline, id)
    expect(found?.outcome).toMatchObject({
      done: true,
      result: { moved: { 'record/contract-violation': expect.any(Number) as number } },
    })
    expect((await takeAnswer(bed.store, bed.plan.pipeline, refusedId))?.outcome).toMatchObject({
      done: false,
      problem: { code: 'checkpoint/unknown-source' },
    })
    const { past } = (await openCheckpoints(bed.store, bed.plan.pipeline).newest()) ?? {}
    expect(past?.at(-1)?.moved?.action).toBe('replay')
    expect(await differing(bed)).toEqual([])
    await bed.run(settings)
    expect(await differing(bed)).toEqual([])
  }, 120_000)

  it('moves a row once, however many ask for it before one checkpoint', async () => {
    const bed = await refused()
    const wanted = await bed.tryMove(REPLAY)
    const asked = { kind: 'move', by: 'somebody', arguments: { ...REPLAY } }
    const ids = [
      await ask(bed.store, bed.plan.pipeline, { ...asked, askedMs: 1 }),
      await ask(bed.store, bed.plan.pipeline, { ...asked, askedMs: 2 }),
    ]
    const stop = new AbortController()
    let answered = 0
    const step = (at: string): void => {
      if (at === 'request-answered' && ++answered === 2) stop.abort()
    }
    await bed.run({ ...settings, untilEnd: false, signal: stop.signal, step })
    const answers = await Promise.all(ids.map((id) => takeAnswer(bed.store, bed.plan.pipeline, id)))
    expect(answers.map((answer) => answer?.outcome)).toMatchObject([
      { done: true, result: { moved: wanted.moved } },
      { done: true, result: { moved: {} } },
    ])
    expect(await differing(bed)).toEqual([])
  }, 120_000)
})
