import { describe, expect, it } from 'vitest'
import { ask, findChange, openCheckpoints, refuseWaiting, takeAnswer } from '#engine'
import { smeltError } from '#diagnostics'
import { planHash } from '#plan'
import { order, ORDERS_CONTRACT, ordersPipeline, STOPS_AT_NEGATIVE } from '../support/orders.ts'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'

const files = { 'contracts/orders.schema.json': ORDERS_CONTRACT }
const before = compilePipeline(ordersPipeline(), files)
/** Many batches, of which one or two are at work when the request is seen. */
const RECORDS = 400
/** Another plan that is safe. */
const after = compilePipeline(ordersPipeline({ silver: STOPS_AT_NEGATIVE }), files)
const settings = { batchRows: 20, checkpointEveryMs: 0, keepWindows: true }

const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    partition: index % 2,
    key: null,
    value: Buffer.from(order(from + index)),
  }))

async function newBed(): Promise<Bed> {
  const bed = await openBed(before)
  await bed.send('orders', records(0, RECORDS))
  return bed
}

const askFor = ({ store, plan }: Bed, hash: string): Promise<string> =>
  ask(store, plan.pipeline, { kind: 'restart', askedMs: 1, by: 'ada', arguments: { planHash: hash } })

describe('a request to restart', () => {
  it('ends the run with a checkpoint, and is answered by the run of the plan it names', async () => {
    const bed = await newBed()
    const next = await openBed(after, { store: bed.store, broker: bed.broker })
    const wanted = planHash(after.plan)
    const id = await askFor(bed, wanted)
    const stop = new AbortController()
    const checked: string[] = []
    const restart = {
      check: (hash: string) => Promise.resolve(void checked.push(hash)),
      begin: () => stop.abort(),
    }
    const last = await bed.run({ ...settings, signal: stop.signal, restart })
    // It did not read on to the end, and did not look a second time.
    expect(last?.accounting.sources['orders']?.consumed).toBeLessThan(RECORDS)
    expect(checked).toEqual([wanted])
    expect(await takeAnswer(bed.store, bed.plan.pipeline, id)).toBeUndefined()

    await next.apply()
    const first = await openCheckpoints(bed.store, bed.plan.pipeline).newest()
    await next.run(settings)
    expect(await takeAnswer(bed.store, bed.plan.pipeline, id)).toMatchObject({
      outcome: { done: true, result: { version: 2, checkpoint: first?.id } },
    })
    expect(await findChange(bed.store, after.plan)).toBeUndefined()
    expect((await next.audit(true)).closes).toBe(true)
  })

  it('is refused, and nothing ends, when the plan would not start', async () => {
    const bed = await newBed()
    const ids = [await askFor(bed, 'another')]
    const restart = {
      check: () => Promise.reject(smeltError('checkpoint/other-plan', { pipeline: 'p', given: 'a', today: 'b' })),
      begin: () => {
        throw new Error('it must not end')
      },
    }
    await bed.run({ ...settings, restart })
    // Nobody would start this one again.
    ids.push(await askFor(bed, 'another'))
    await bed.send('orders', records(RECORDS, RECORDS + 20))
    const last = await bed.run(settings)
    expect(last?.accounting.sources['orders']?.consumed).toBe(RECORDS + 20)
    const answers = await Promise.all(ids.map((id) => takeAnswer(bed.store, bed.plan.pipeline, id)))
    expect(answers.map((each) => each?.outcome)).toMatchObject([
      { done: false, problem: { code: 'checkpoint/other-plan' } },
      { done: false, problem: { code: 'checkpoint/unknown-request' } },
    ])
  })

  it('is refused for a run that failed, and requests of other kinds wait on', async () => {
    const bed = await newBed()
    const id = await askFor(bed, 'another')
    const { store, plan } = bed
    const other = await ask(store, plan.pipeline, { kind: 'savepoint', askedMs: 2, by: 'ada', arguments: {} })
    const { diagnostic: problem } = smeltError('cli/instance-ended', { instance: 'acme/p', how: 'by SIGKILL' })
    await refuseWaiting(store, plan.pipeline, { kind: 'restart', answeredMs: 3, problem })
    expect(await takeAnswer(store, plan.pipeline, id)).toMatchObject({ outcome: { done: false, problem } })
    await bed.run(settings)
    expect(await takeAnswer(store, plan.pipeline, other)).toMatchObject({ outcome: { done: true } })
  })
})
