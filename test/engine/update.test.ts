import { describe, expect, it } from 'vitest'
import {
  beginUpdate,
  confirmUpdate,
  findChange,
  finishRollback,
  listSavepoints,
  listVersions,
  openCheckpoints,
  readUpdate,
  rollBackUpdate,
  type Step,
} from '#engine'
import { planHash } from '#plan'
import { order, ORDERS_CONTRACT, ordersPipeline, STOPS_AT_NEGATIVE } from '../support/orders.ts'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'

const files = { 'contracts/orders.schema.json': ORDERS_CONTRACT }
const before = compilePipeline(ordersPipeline(), files)
const REWRITES = 'columns: { id: id, amount: amount * 2.0, at: at }'
const after = compilePipeline(ordersPipeline({ silver: REWRITES }), files)
const other = compilePipeline(ordersPipeline({ silver: STOPS_AT_NEGATIVE }), files)

const settings = { keepWindows: true }
const to = planHash(after.plan)
const failure = { atMs: 1, code: 'checkpoint/check-failed', message: 'it failed' }
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    partition: index % 2,
    key: null,
    value: Buffer.from(order(from + index)),
  }))

async function ran(): Promise<{ bed: Bed; next: Bed }> {
  const bed = await openBed(before)
  await bed.send('orders', records(0, 20))
  await bed.run(settings)
  return { bed, next: await openBed(after, { store: bed.store, broker: bed.broker }) }
}

const clock = (): number => 1_790_000_000_000

const dies =
  (at: Step) =>
  (step: Step): void => {
    if (step === at) throw new Error(`died at ${at}`)
  }

async function begin({ store }: Bed, plan = after.plan, step?: (step: Step) => void): Promise<void> {
  const change = await findChange(store, plan)
  if (change === undefined) throw new Error('nothing changed')
  await beginUpdate({ store, clock, runId: 'test', ...(step ? { step } : {}) }, change)
}

async function goBack(bed: Bed, step?: (step: Step) => void): Promise<void> {
  const { store, broker, plan } = bed
  const update = await readUpdate(store, plan.pipeline)
  if (update === undefined) throw new Error('there is no update')
  const today = { plan, files: {}, references: {} }
  await finishRollback({ store, broker, clock, runId: 'test', today, ...(step ? { step } : {}) }, update)
}

const updates = async ({ store, plan }: Bed): Promise<string[]> =>
  (await listSavepoints(store, plan.pipeline)).map(({ name }) => name)

describe('an update', () => {
  it('that is taken back leaves the tables of a pipeline that never changed', async () => {
    const { bed, next } = await ran()
    const tables = await bed.hashes()
    await begin(bed)
    await next.apply()
    expect(await bed.hashes()).not.toEqual(tables)
    // The failure of another plan is no reason.
    expect(await rollBackUpdate(bed.store, 'orders', planHash(other.plan), failure)).toBeUndefined()
    expect(await rollBackUpdate(bed.store, 'orders', to, failure)).toMatchObject({ to: planHash(after.plan) })
    // Whoever else decides the same finds that it is decided.
    expect(await rollBackUpdate(bed.store, 'orders', to, failure)).toBeUndefined()
    await expect(goBack(bed, dies('rewind-created'))).rejects.toThrow('died')
    await goBack(bed)
    await bed.run(settings) // Any start finishes what was decided.
    expect(await bed.hashes()).toEqual(tables)
    expect(await findChange(bed.store, before.plan)).toBeUndefined()
    expect((await listVersions(bed.store, 'orders')).map(({ reason }) => reason)).toEqual([
      'first run',
      'change applied',
      'rolled back: the version before failed with checkpoint/check-failed',
    ])
    await bed.send('orders', records(20, 40))
    await bed.run()
    const straight = await openBed(before)
    await straight.send('orders', records(0, 20))
    await straight.send('orders', records(20, 40))
    await straight.run()
    // Bronze holds the times at which the broker took the records, which differ.
    const { 'bronze.orders': _bronze, ...wanted } = await straight.hashes()
    expect(await bed.hashes()).toMatchObject(wanted)
    expect((await bed.audit(true)).closes).toBe(true)
  })

  it('that did not come so far is taken back without touching a table', async () => {
    const { bed } = await ran()
    await begin(bed)
    await rollBackUpdate(bed.store, 'orders', to, failure)
    const { id } = (await openCheckpoints(bed.store, 'orders').newest()) ?? {}
    await goBack(bed)
    expect((await openCheckpoints(bed.store, 'orders').newest())?.id).toBe(id)
    expect((await listVersions(bed.store, 'orders')).length).toBe(1)
  })

  it('that is killed while it is prepared is prepared again, with one savepoint', async () => {
    const { bed, next } = await ran()
    for (const step of [
      'checkpoint-created',
      'savepoint-tagged',
      'savepoint-created',
      'update-saved',
      'update-noted',
    ] as const) {
      await expect(begin(bed, after.plan, dies(step)), step).rejects.toThrow(step)
      expect(await findChange(bed.store, after.plan), step).toBeDefined()
    }
    await begin(bed)
    const newest = await openCheckpoints(bed.store, 'orders').newest()
    expect(await updates(bed)).toEqual([`update-${newest?.id ?? 0}`])
    await next.apply()
    await next.run()
    expect((await next.audit(true)).closes).toBe(true)
  })

  it('that has made a checkpoint is not taken back; the next one takes the place of its savepoint', async () => {
    const { bed, next } = await ran()
    await begin(bed)
    await next.apply()
    await confirmUpdate(bed.store, 'orders', planHash(before.plan)) // Of another plan: it confirms nothing.
    expect(await readUpdate(bed.store, 'orders')).toBeDefined()
    await confirmUpdate(bed.store, 'orders', planHash(after.plan))
    expect(await rollBackUpdate(bed.store, 'orders', to, failure)).toBeUndefined()
    const [first] = await updates(bed)
    await begin(bed, other.plan)
    expect(await updates(bed)).toEqual([expect.not.stringContaining(first ?? '') as string])
  })

  it('that was taken back stays so, whatever is confirmed', async () => {
    const { bed } = await ran()
    await begin(bed)
    await rollBackUpdate(bed.store, 'orders', to, failure)
    await confirmUpdate(bed.store, 'orders', planHash(after.plan))
    expect(await readUpdate(bed.store, 'orders')).toMatchObject({ rolledBack: failure })
    await bed.store.write('state/orders/update.json', Buffer.from('{"format":1,'))
    expect(await readUpdate(bed.store, 'orders')).toBeUndefined()
  })
})
