import { describe, expect, it } from 'vitest'
import { listSavepoints, takeSavepointAlone } from '#engine'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../../support/events.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { openStore } from '#lake'
import { compilePipeline, openBed, temporaryFolder } from '../../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const HOUR_MS = 3_600_000

describe('the schedule of savepoints', () => {
  it('takes one when it is due, also over restarts, keeps the newest, and leaves those of people alone', async () => {
    const bed = await openBed(compiled)
    const names = async (): Promise<string[]> => {
      const found = await listSavepoints(bed.store, bed.plan.pipeline)
      return found.map(({ name }) => name.replace(/\d+$/, ''))
    }
    let now = 1_790_000_000_000
    const next = async (laterMs: number): Promise<string[]> => {
      now += laterMs
      await bed.send('events', randomEvents(3, 10))
      await bed.run({ clock: () => now, keepWindows: true, savepoints: { everyMs: HOUR_MS, keep: 2 } })
      return names()
    }
    expect(await next(0)).toEqual(['scheduled-'])
    expect(await next(HOUR_MS - 1)).toEqual(['scheduled-'])
    expect(await next(1)).toEqual(['scheduled-', 'scheduled-'])
    const place = { ...bed.plan, store: bed.store, clock: () => now, runId: 'by hand' }
    await takeSavepointAlone(place, { name: 'mine', by: 'ada' })
    const [oldest] = await listSavepoints(bed.store, bed.plan.pipeline)
    expect(await next(HOUR_MS)).toEqual(['scheduled-', 'mine', 'scheduled-'])
    const left = await listSavepoints(bed.store, bed.plan.pipeline)
    expect(left.map(({ name }) => name)).not.toContain(oldest?.name)
    expect((await bed.audit()).closes).toBe(true)
  }, 120_000)

  it('tells that one could not be taken, and the run goes on', async () => {
    const inner = await openStore({ kind: 'folder', path: await temporaryFolder() })
    const store = faultyStore(inner)
    const create = store.create.bind(store)
    const refusing = {
      ...store,
      create: (key: string, bytes: Uint8Array) =>
        key.includes('/savepoints/') ? Promise.reject(new Error('no room')) : create(key, bytes),
    }
    const bed = await openBed(compiled, { store: refusing })
    await bed.send('events', randomEvents(3, 10))
    const faults: unknown[] = []
    await bed.run({ savepoints: { everyMs: 1, keep: 1, onFault: (error) => faults.push(error) } })
    expect(faults).toMatchObject([{ message: 'no room' }])
    expect((await bed.audit()).closes).toBe(true)
  }, 60_000)

  it('keeps the state files of one that was taken when an older one cannot be dropped', async () => {
    const inner = await openStore({ kind: 'folder', path: await temporaryFolder() })
    const remove: typeof inner.delete = (keys) =>
      keys.some((key) => key.includes('/savepoints/')) ? Promise.reject(new Error('no way')) : inner.delete(keys)
    const bed = await openBed(compiled, { store: { ...inner, delete: remove } })
    let now = 1_790_000_000_000
    const missing: string[] = []
    for (const seed of [3, 4]) {
      await bed.send('events', randomEvents(seed, 10))
      await bed.run({
        clock: () => ++now,
        savepoints: { everyMs: 1, keep: 1 },
        async look({ kept }) {
          for (const { checkpoint } of await listSavepoints(bed.store, bed.plan.pipeline))
            for (const { base, deltas } of Object.values(checkpoint.state))
              missing.push(...[base, ...deltas].flatMap((file) => (file && !kept.has(file.key) ? [file.key] : [])))
        },
      })
    }
    expect((await listSavepoints(bed.store, bed.plan.pipeline)).length).toBe(2)
    expect(missing).toEqual([])
  }, 60_000)
})
