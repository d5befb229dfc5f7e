import { describe, expect, it } from 'vitest'
import { ask, isAsked, REBUILD_REQUEST, takeAnswer, type Outcome, type RebuildReport } from '#engine'
import { planHash } from '#plan'
import { order, ORDERS_CONTRACT, ordersPipeline } from '../../support/orders.ts'
import { DAY, PEOPLE_FILES, PEOPLE_PIPELINE, sendPeople, START } from '../../support/people.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'
import { maintain } from '../../support/upkeep.ts'

const compiled = compilePipeline(ordersPipeline(), { 'contracts/orders.schema.json': ORDERS_CONTRACT })
const RECORDS = 400
const settings = { batchRows: 20, checkpointEveryMs: 0, keepWindows: true }

async function newBed(before?: Bed): Promise<Bed> {
  if (before !== undefined) return openBed(compiled, { broker: before.broker })
  const bed = await openBed(compiled)
  await bed.send(
    'orders',
    Array.from({ length: RECORDS }, (_, index) => ({
      partition: index % 2,
      key: null,
      value: Buffer.from(order(index)),
    })),
  )
  return bed
}

/** Asks a run for a rebuild in the middle of its topic, and lets it make room. */
async function pausedBed(
  topics?: Bed,
  tables: readonly string[] = [],
): Promise<{ readonly bed: Bed; readonly id: string }> {
  const bed = await newBed(topics)
  const wanted = { tables, samples: 0, dryRun: false, planHash: planHash(bed.plan) }
  const { pipeline } = bed.plan
  const id = await ask(bed.store, pipeline, { kind: REBUILD_REQUEST, askedMs: 1, by: 'ada', arguments: wanted })
  const stop = new AbortController()
  const restart = { check: () => Promise.resolve(), begin: () => stop.abort() }
  const last = await bed.run({ ...settings, signal: stop.signal, restart })
  expect(last?.accounting.sources['orders']?.consumed).toBeLessThan(RECORDS)
  expect(await takeAnswer(bed.store, pipeline, id)).toBeUndefined()
  return { bed, id }
}

const answerTo = async ({ store, plan }: Bed, id: string) => (await takeAnswer(store, plan.pipeline, id))?.outcome

describe('a rebuild that is asked of a run', () => {
  it('pauses it at a checkpoint, is done before the next one reads, and changes nothing of what that gives', async () => {
    const plain = await newBed()
    await plain.run(settings)
    const { bed, id } = await pausedBed(plain)
    const clock = (): number => 1_790_000_002_500
    expect(await bed.answerRebuilds({ clock })).toBe(1)
    const answered = await answerTo(bed, id)
    const report = (answered?.done === true ? answered.result : undefined) as RebuildReport | undefined
    expect(report).toMatchObject({ outcome: 'rebuilt', pausedMs: 2_500 })
    expect(report?.tables.filter(({ added, removed, changed }) => added + removed + changed > 0)).toEqual([])
    await bed.run(settings)
    expect(await bed.hashes()).toEqual(await plain.hashes())
    expect((await bed.audit(true)).closes).toBe(true)
  }, 60_000)

  it('is done by a later start, wherever it was killed', async () => {
    const plain = await newBed()
    await plain.run(settings)
    const expected = await plain.hashes()
    for (const step of ['change-replayed', 'change-created', 'table-committed', 'request-answered'] as const) {
      const { bed, id } = await pausedBed(plain)
      const before = await bed.hashes()
      const crash = new Error('power cut')
      let dead = false
      const stopAt = (at: string): void => {
        dead ||= at === step
        if (dead) throw crash
      }
      await expect(bed.answerRebuilds({ step: stopAt }), step).rejects.toBe(crash)
      expect(await bed.hashes(), step).toEqual(before)
      await bed.answerRebuilds()
      expect(await answerTo(bed, id), step).toMatchObject({ done: true, result: { outcome: 'rebuilt' } })
      await bed.run(settings)
      expect(await bed.hashes(), step).toEqual(expected)
      expect((await bed.audit()).closes, step).toBe(true)
    }
  }, 120_000)

  it('is refused when it cannot be done, or ends its process each time: checkpoint/request-given-up', async () => {
    const { bed: misnamed, id } = await pausedBed(undefined, ['claen'])
    expect(await misnamed.answerRebuilds()).toBe(0)
    expect(await answerTo(misnamed, id)).toMatchObject({ done: false, problem: { code: 'checkpoint/unknown-table' } })

    const { bed, id: deadly } = await pausedBed()
    const step = (): never => {
      throw new Error('out of memory')
    }
    for (let times = 0; times < 3; times++) await expect(bed.answerRebuilds({ step })).rejects.toThrow('out of memory')
    expect(await bed.answerRebuilds()).toBe(0)
    expect(await answerTo(bed, deadly)).toMatchObject({ done: false, problem: { code: 'checkpoint/request-given-up' } })
    expect(await isAsked(bed.store, bed.plan.pipeline, REBUILD_REQUEST)).toBe(false)
  }, 60_000)

  it('is refused when rows would be lost that nobody gave up, and done when somebody did', async () => {
    const bed = await openBed(compilePipeline(`${PEOPLE_PIPELINE}retention: { bronze: 3d }\n`, PEOPLE_FILES))
    await sendPeople(bed, 4)
    await bed.run()
    await maintain(bed, { nowMs: Math.ceil(START / DAY) * DAY + 3 * DAY })
    const before = await bed.hashes()
    const rebuild = async (more: object): Promise<Outcome | undefined> => {
      const wanted = {
        tables: ['clear'],
        samples: 0,
        dryRun: false,
        command: 'smelt rebuild acme/people clear',
        ...more,
      }
      const asked = {
        kind: REBUILD_REQUEST,
        askedMs: 1,
        by: 'ada',
        arguments: { ...wanted, planHash: planHash(bed.plan) },
      }
      const id = await ask(bed.store, bed.plan.pipeline, asked)
      await bed.answerRebuilds()
      return answerTo(bed, id)
    }
    const help = expect.stringContaining('`smelt rebuild acme/people clear --approve ') as string
    const problem = { code: 'checkpoint/needs-approval', help }
    expect(await rebuild({})).toMatchObject({ done: false, problem })
    // No approval makes it exact.
    const since = { sinceMs: START + DAY }
    expect(await rebuild(since)).toMatchObject({ done: false, problem: { code: 'checkpoint/since-refused' } })
    expect(await rebuild({ dryRun: true })).toMatchObject({ done: true, result: { outcome: 'to-rebuild' } })
    expect(await bed.hashes()).toEqual(before)
    expect(await rebuild({ approved: true })).toMatchObject({ done: true, result: { outcome: 'rebuilt' } })
    expect((await bed.hashes())['silver.clear']).not.toBe(before['silver.clear'])
    expect((await bed.audit()).closes).toBe(true)
  }, 60_000)
})
