import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  ask,
  dropSavepoint,
  isSavepointName,
  listSavepoints,
  openCheckpoints,
  openSession,
  openUpkeep,
  planTables,
  readSavepoint,
  savepointTag,
  SAVEPOINT_STEPS,
  takeAnswer,
  standingSavepoint,
  takeSavepointAlone,
  type Answer,
  type Savepoint,
} from '#engine'
import { openCatalog, planScan, type Catalog } from '#lake'
import { stateKeys } from '../../runtime/engine/checkpoint.ts'
import { sweepState } from '../../runtime/engine/sweep-state.ts'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents, randomLimits } from '../support/events.ts'
import { compilePipeline, openBed, temporaryFolder, type Bed } from '../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const settings = { batchRows: 50, checkpointEveryMs: 0, keepWindows: true }

async function newBed(): Promise<Bed> {
  const bed = await openBed(compiled)
  await bed.send('limits', randomLimits(11, 20))
  await bed.send('events', randomEvents(11, 60))
  return bed
}

const place = ({ plan, store }: Bed) => ({
  store,
  tenant: plan.tenant,
  pipeline: plan.pipeline,
  clock: () => 1_790_000_000_000,
  runId: 'by hand',
})

/** Asks while nothing runs: the next run takes it in. */
function askFor(bed: Bed, name: string): Promise<string> {
  const { store, plan } = bed
  return ask(store, plan.pipeline, { kind: 'savepoint', askedMs: 1, by: 'ada', arguments: { name } })
}

/** Every file that the savepoint's snapshots and state need, as keys of the store. */
async function filesOf({ store }: Bed, catalog: Catalog, savepoint: Savepoint): Promise<string[]> {
  const keys = [...stateKeys(savepoint.checkpoint)]
  for (const { shape, snapshotId } of savepoint.tables) {
    const table = await catalog.load(shape.table)
    if (table === undefined || snapshotId === null) continue
    expect(table.metadata.refs[savepointTag(savepoint.name)]?.snapshotId).toBe(snapshotId)
    const scan = await planScan(catalog, table, { snapshot: { id: snapshotId } })
    for (const { file, deletes } of scan.tasks)
      for (const { location } of [file, ...deletes]) keys.push(store.keyOf(location))
  }
  return keys
}

async function upkeepAll(bed: Bed): Promise<void> {
  const folder = await temporaryFolder()
  const session = await openSession({ memoryLimitBytes: 512 << 20, threads: 2, spill: folder })
  const settings = { budgetBytes: 1 << 30, targetFileBytes: 1 << 28, minFiles: 2 }
  const upkeep = openUpkeep({
    plan: bed.plan,
    catalog: openCatalog(bed.store),
    session,
    clock: () => Date.now() + 60_000,
    scratch: folder,
    settings: { ...settings, keepSnapshotsMs: 0, keepLast: 1, orphansAfterMs: 0 },
  })
  await upkeep.all()
  session.close()
}

describe('a savepoint', () => {
  it('keeps its state files and the files of its tables through later runs and upkeep', async () => {
    const bed = await newBed()
    await bed.run(settings)
    const taken = await takeSavepointAlone(place(bed), { name: 'kept', by: 'ada' })
    expect(taken.tables.map(({ shape }) => `${shape.table.layer}.${shape.table.name}`).sort()).toEqual(
      planTables(bed.plan)
        .map(({ identifier: { layer, name } }) => `${layer}.${name}`)
        .sort(),
    )
    const needed = await filesOf(bed, openCatalog(bed.store), taken)
    expect(needed.length).toBeGreaterThan(10)

    await bed.send('events', randomEvents(12, 120))
    await bed.run({ batchRows: 50, checkpointEveryMs: 0 })
    await upkeepAll(bed)
    await sweepState(bed.store, bed.plan.pipeline, Date.now() + 60_000)
    for (const key of needed) expect(await bed.store.read(key), key).toBeDefined()
    expect(await filesOf(bed, openCatalog(bed.store), taken)).toEqual(needed)
    expect((await bed.audit(true)).closes).toBe(true)
  })

  it('is refused under a name that is taken, and is found again without a name', async () => {
    const bed = await newBed()
    await expect(takeSavepointAlone(place(bed), { by: 'ada' })).rejects.toThrow(/has no checkpoint/)
    await bed.run(settings)
    await takeSavepointAlone(place(bed), { name: 'one', by: 'ada' })
    await expect(takeSavepointAlone(place(bed), { name: 'one', by: 'bob' })).rejects.toMatchObject({
      code: 'checkpoint/savepoint-exists',
    })
    const { name } = await takeSavepointAlone(place(bed), { by: 'ada' })
    expect((await listSavepoints(bed.store, bed.plan.pipeline)).map((each) => each.name)).toEqual(['one', name])
    await expect(readSavepoint(bed.store, bed.plan, 'on')).rejects.toMatchObject({
      diagnostic: { code: 'checkpoint/unknown-savepoint', help: 'Did you mean `one`?' },
    })

    // One of a name that is refused by now can still be given up.
    expect(isSavepointName('latest')).toBe(false)
    await takeSavepointAlone(place(bed), { name: 'latest', by: 'ada' })
    await dropSavepoint(place(bed), bed.plan, 'latest')
    expect((await listSavepoints(bed.store, bed.plan.pipeline)).map((each) => each.name)).toEqual(['one', name])
  })

  it('stands while nothing ran since, and only where nobody that runs took it', async () => {
    const bed = await newBed()
    const standing = async (): Promise<string | undefined> =>
      (await standingSavepoint(bed.store, bed.plan.pipeline))?.name
    expect(await standing()).toBeUndefined()
    await bed.run(settings)
    expect(await standing()).toBeUndefined()
    const first = await takeSavepointAlone(place(bed), { by: 'ada' })
    expect([await standing(), await standing()]).toEqual([first.name, first.name])
    // There is one of its name, which keeps another checkpoint.
    await takeSavepointAlone(place(bed), { name: `checkpoint-${first.checkpoint.id + 2}`, by: 'ada' })
    await takeSavepointAlone(place(bed), { name: 'other', by: 'ada' })
    expect(await standing()).toBeUndefined()
    for (const running of [{ scheduled: true }, { request: '1' }]) {
      await takeSavepointAlone(place(bed), { by: 'ada', ...running })
      expect(await standing()).toBeUndefined()
    }
    await takeSavepointAlone(place(bed), { by: 'ada' })
    expect(await standing()).toBeDefined()
    await bed.send('events', randomEvents(12, 20))
    await bed.run(settings)
    expect(await standing()).toBeUndefined()
  })

  it('fences a process that goes on with the checkpoint before', async () => {
    const bed = await newBed()
    const last = await bed.run(settings)
    await takeSavepointAlone(place(bed), { by: 'ada' })
    const checkpoints = openCheckpoints(bed.store, bed.plan.pipeline)
    if (last === undefined) throw new Error('there was no checkpoint')
    await expect(checkpoints.create({ ...last, id: last.id + 1 })).rejects.toMatchObject({ code: 'checkpoint/fenced' })
  })
})

describe('a request for a savepoint', () => {
  it('is answered by a running instance, also when no record comes', async () => {
    const bed = await newBed()
    const stop = new AbortController()
    const checkpoints = new EventEmitter()
    const onCheckpoint = (): boolean => checkpoints.emit('done')
    const running = bed.run({ ...settings, untilEnd: false, signal: stop.signal, onCheckpoint })
    const answers: Answer[] = []
    for (const name of ['while-busy', 'while-idle']) {
      const id = await askFor(bed, name)
      for (let found; found === undefined;) {
        const next = once(checkpoints, 'done')
        found = await takeAnswer(bed.store, bed.plan.pipeline, id)
        if (found === undefined) await next
        else answers.push(found)
      }
    }
    stop.abort()
    await running
    expect(answers.map(({ outcome }) => outcome)).toMatchObject([
      { done: true, result: { name: 'while-busy' } },
      { done: true, result: { name: 'while-idle' } },
    ])
    expect((await listSavepoints(bed.store, bed.plan.pipeline)).map(({ by }) => by)).toEqual(['ada', 'ada'])
  })

  it('is answered by a run that starts, however seldom that makes checkpoints', async () => {
    const bed = await newBed()
    await bed.run(settings)
    const id = await askFor(bed, 'at-start')
    const stop = new AbortController()
    const onCheckpoint = (): void => stop.abort()
    const never = 3_600_000
    await bed.run({ ...settings, checkpointEveryMs: never, untilEnd: false, signal: stop.signal, onCheckpoint })
    expect((await takeAnswer(bed.store, bed.plan.pipeline, id))?.outcome).toMatchObject({ done: true })
  })

  it('that cannot be carried out is refused, and the run goes on', async () => {
    const bed = await newBed()
    const first = await askFor(bed, 'same')
    const second = await askFor(bed, 'same')
    const odd = await ask(bed.store, bed.plan.pipeline, { kind: 'dance', askedMs: 2, by: 'ada', arguments: {} })
    await bed.run(settings)
    const outcomes = []
    for (const id of [first, second, odd].sort())
      outcomes.push((await takeAnswer(bed.store, bed.plan.pipeline, id))?.outcome)
    expect(outcomes).toMatchObject([
      { done: true },
      { done: false, problem: { code: 'checkpoint/savepoint-exists' } },
      { done: false, problem: { code: 'checkpoint/unknown-request' } },
    ])
    expect((await bed.audit(true)).closes).toBe(true)
  })

  it('is carried out once, whatever step a run is stopped dead at', async () => {
    for (const at of ['checkpoint-created', 'tables-committed', ...SAVEPOINT_STEPS] as const) {
      const bed = await newBed()
      const id = await askFor(bed, 'sure')
      let dead = false
      const step = (passed: string): void => {
        if (!dead && passed !== at) return
        dead = true
        throw new Error('dead')
      }
      await expect(bed.run({ ...settings, step }), at).rejects.toThrow('dead')
      await bed.run(settings)
      const [savepoint, ...others] = await listSavepoints(bed.store, bed.plan.pipeline)
      expect(others, at).toEqual([])
      expect((await takeAnswer(bed.store, bed.plan.pipeline, id))?.outcome, at).toMatchObject({
        done: true,
        result: { checkpoint: savepoint?.checkpoint.id },
      })
      if (savepoint === undefined) throw new Error(`no savepoint after ${at}`)
      const needed = await filesOf(bed, openCatalog(bed.store), savepoint)
      expect(needed.length, at).toBeGreaterThan(0)
      for (const key of needed) expect(await bed.store.read(key), `${key} after ${at}`).toBeDefined()
    }
  })

  it('is told that a savepoint is damaged before anything of it is removed', async () => {
    const bed = await newBed()
    await bed.run(settings)
    await takeSavepointAlone(place(bed), { name: 'hurt', by: 'ada' })
    const key = `state/${bed.plan.pipeline}/savepoints/hurt.json`
    const bytes = (await bed.store.read(key)) ?? Buffer.alloc(0)
    await bed.store.write(key, bytes.subarray(0, -9))
    const damaged = { code: 'checkpoint/savepoint-damaged' }
    await expect(sweepState(bed.store, bed.plan.pipeline, Date.now() + 60_000)).rejects.toMatchObject(damaged)
    await expect(bed.run(settings)).rejects.toMatchObject(damaged)
  })
})
