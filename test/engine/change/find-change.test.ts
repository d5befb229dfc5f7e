import { describe, expect, it } from 'vitest'
import { approve, checkChange, findChange, isHashOf, shortHash } from '#engine'
import { planHash } from '#plan'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../../support/events.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'

const RECOMPUTED = EVENTS_PIPELINE.replace('big: n * 1000000', 'big: n * 1000')
const NEW_COLUMN = EVENTS_PIPELINE.replace('      n: n\n', '      n: n\n      twice: n * 2\n')
const OTHER_TOPIC = EVENTS_PIPELINE.replace('topic: events', 'topic: others')

async function ran(yaml = EVENTS_PIPELINE): Promise<Bed> {
  const bed = await openBed(compilePipeline(yaml, EVENTS_FILES))
  await bed.send('events', randomEvents(3, 20))
  await bed.run()
  return bed
}

async function changeTo(yaml: string, bed: Bed): Promise<NonNullable<Awaited<ReturnType<typeof findChange>>>> {
  const change = await findChange(bed.store, compilePipeline(yaml, EVENTS_FILES).plan)
  if (change === undefined) throw new Error('nothing changed')
  return change
}

describe('findChange', () => {
  it('finds none when the pipeline never ran, or ran as it is', async () => {
    const never = await openBed(compilePipeline(EVENTS_PIPELINE, EVENTS_FILES))
    expect(await findChange(never.store, never.plan)).toBeUndefined()
    const bed = await ran()
    expect(await findChange(bed.store, bed.plan)).toBeUndefined()
  })

  it('compares with the plan of the newest checkpoint', async () => {
    const bed = await ran()
    const { before, diff, checkpoint } = await changeTo(RECOMPUTED, bed)
    expect(before).toEqual(bed.plan)
    expect(checkpoint.planHash).toBe(planHash(bed.plan))
    expect(diff.verdict).toBe('needs-approval')
  })
})

describe('checkChange', () => {
  it('lets pass what is safe', async () => {
    const change = await changeTo(NEW_COLUMN, await ran())
    expect(() => checkChange(change)).not.toThrow()
  })

  it('refuses what nobody approved, naming the command that does', async () => {
    const change = await changeTo(RECOMPUTED, await ran())
    expect(() => checkChange(change)).toThrow(
      expect.objectContaining({
        code: 'checkpoint/needs-approval',
        diagnostic: expect.objectContaining({
          help: expect.stringContaining(
            `smelt apply acme/under-test --approve ${shortHash(change.planHash)}`,
          ) as string,
        }) as object,
      }),
    )
  })

  it('takes an approval for the two plans it was given for, and no other', async () => {
    const bed = await ran()
    const { planHash: to, checkpoint } = await changeTo(RECOMPUTED, bed)
    const approval = { planHash: to, from: checkpoint.planHash, approvedMs: 1, by: 'somebody' }
    await approve(bed.store, 'under-test', approval)
    expect(JSON.parse(String(await bed.store.read(`state/under-test/approvals/${to}.json`)))).toEqual({
      format: 1,
      ...approval,
    })
    expect((await changeTo(RECOMPUTED, bed)).approved).toBe(true)
    expect((await changeTo(`${RECOMPUTED}  again: { from: clean, latest_by: [id] }\n`, bed)).approved).toBe(false)
    await approve(bed.store, 'under-test', { ...approval, from: 'another plan' })
    expect((await changeTo(RECOMPUTED, bed)).approved).toBe(false)
    await bed.store.write(`state/under-test/approvals/${to}.json`, Buffer.from('{'))
    expect((await changeTo(RECOMPUTED, bed)).approved).toBe(false)
  })

  it('refuses what no approval helps: checkpoint/change-refused', async () => {
    const change = { ...(await changeTo(OTHER_TOPIC, await ran())), approved: true }
    expect(() => checkChange(change)).toThrow(expect.objectContaining({ code: 'checkpoint/change-refused' }))
  })
})

it('a plan is named by twelve characters of its hash or more', () => {
  const hash = 'a51f3c02d9be'.padEnd(64, '0')
  expect(['a51f3c02d9be', 'A51F3C02D9BE', hash].map((given) => isHashOf(given, hash))).toEqual([true, true, true])
  expect(['', 'a51f3c02d9b', 'b51f3c02d9be'].map((given) => isHashOf(given, hash))).toEqual([false, false, false])
})
