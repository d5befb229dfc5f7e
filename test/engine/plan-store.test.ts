import { describe, expect, it } from 'vitest'
import { readPlan, storedPlan } from '#engine'
import { planHash } from '#plan'
import { keepPlan } from '../../runtime/engine/plan-store.ts'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../support/events.ts'
import { compilePipeline, openBed } from '../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const hash = planHash(compiled.plan)
const key = `state/${compiled.plan.pipeline}/plans/${hash}.json`

describe('the plan of a pipeline', () => {
  it('is there with its files before the first checkpoint names it', async () => {
    const bed = await openBed(compiled)
    await bed.send('events', randomEvents(3, 10))
    expect(await storedPlan(bed.store, compiled.plan.pipeline)).toBeUndefined()
    await expect(
      bed.run({
        step: (step) => {
          if (step === 'state-written') throw new Error('power cut')
        },
      }),
    ).rejects.toThrow('power cut')
    expect((await readPlan(bed.store, compiled.plan.pipeline, hash)).plan).toEqual(compiled.plan)
    await bed.run()
    expect(await storedPlan(bed.store, compiled.plan.pipeline)).toMatchObject({
      planHash: hash,
      plan: compiled.plan,
      files: { 'pipelines/under-test/pipeline.yaml': EVENTS_PIPELINE },
      references: {
        places: [
          ['x', 'Xanten'],
          ['y', 'York'],
          ['z', 'Zürich'],
        ],
      },
    })
  })

  it('is stored once and not changed by who comes later', async () => {
    const bed = await openBed(compiled)
    await keepPlan(bed.store, { plan: compiled.plan, files: { a: 'first' }, references: {}, storedMs: 1 })
    await keepPlan(bed.store, { plan: compiled.plan, files: { a: 'second' }, references: {}, storedMs: 2 })
    const { files, storedMs } = await readPlan(bed.store, compiled.plan.pipeline, hash)
    expect({ files, storedMs }).toEqual({ files: { a: 'first' }, storedMs: 1 })
  })

  it('is refused when it is gone, cut off or not the plan of its hash', async () => {
    const bed = await openBed(compiled)
    const read = (): Promise<unknown> => readPlan(bed.store, compiled.plan.pipeline, hash)
    await expect(read()).rejects.toMatchObject({
      code: 'checkpoint/plan-lost',
      message: expect.stringContaining(
        `\`${key}\`, which the newest checkpoint names, cannot be used: it is not there`,
      ) as string,
    })
    await keepPlan(bed.store, { plan: compiled.plan, files: {}, references: {}, storedMs: 1 })
    const whole = (await bed.store.read(key)) ?? Buffer.alloc(0)
    for (const bytes of [whole.subarray(0, 100), Buffer.from(whole.toString().replace('"acme"', '"evil"'))]) {
      await bed.store.write(key, bytes)
      await expect(read()).rejects.toThrow('its content is not what was stored')
    }
  })
})
