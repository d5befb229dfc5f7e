import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lakeHashes } from '../../support/lake-hashes.ts'
import { order, ORDERS_CONTRACT, ordersPipeline, STOPS_AT_NEGATIVE } from '../../support/orders.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { temporaryFolder, write } from '../support/project.ts'

const INSTANCE = 'acme/orders'
const PIPELINE = 'pipelines/orders/pipeline.yaml'
const AUTO = ordersPipeline({ settings: 'rollback: auto' })
const FAILING = ordersPipeline({ settings: 'rollback: auto', silver: STOPS_AT_NEGATIVE })
const TO_THE_END = ['run', INSTANCE, '--until-end', '--log', 'human']

function newProject(): string {
  const folder = temporaryFolder()
  const local = {
    broker: { topic_log: 'topics' },
    lake: { folder: 'lake' },
    engine: { memory_limit: '256MB', checkpoint_every: '200ms' },
  }
  write(folder, {
    'smelt.yaml': JSON.stringify({ smelt: 1, default_environment: 'local', environments: { local } }),
    'tenants/acme.yaml': 'smelt: 1\npipelines: { orders: }\n',
    'pipelines/orders/contracts/orders.schema.json': ORDERS_CONTRACT,
    [PIPELINE]: AUTO,
  })
  return folder
}

async function fine(folder: string, args: readonly string[]): Promise<string> {
  const { code, out, err } = await runSmelt(args, { folder })
  expect({ args, code, err: code === 0 ? '' : err }).toEqual({ args, code: 0, err: '' })
  return out + err
}

async function send(folder: string, ...events: readonly string[]): Promise<void> {
  writeFileSync(path.join(folder, 'events'), `${events.join('\n')}\n`)
  await fine(folder, ['produce', 'acme.orders', '--file', 'events', '--partitions', '1'])
}

/** A project that ran two orders. */
async function ran(): Promise<string> {
  const folder = newProject()
  await send(folder, order(1), order(2))
  await fine(folder, TO_THE_END)
  return folder
}

interface Status {
  readonly pid: number | null
  readonly version: number
  readonly state: { readonly name: string; readonly gone: boolean } | null
  readonly held_back: { readonly plan: string; readonly code: string } | null
}

async function statusOf(folder: string): Promise<Status> {
  const [found] = JSON.parse(await fine(folder, ['status', '--json'])) as Status[]
  if (found === undefined) throw new Error('there is no instance')
  return found
}

async function until(folder: string, holds: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = await statusOf(folder)
    if (holds(status)) return status
  }
}

const isRunning = ({ pid, state }: Status): boolean => pid !== null && state?.name === 'RUNNING' && !state.gone

async function failuresOf(folder: string): Promise<string[]> {
  const found = JSON.parse(await fine(folder, ['history', INSTANCE, '--json'])) as {
    readonly states: readonly { readonly state: string; readonly reason: string }[]
  }
  return found.states.filter(({ state }) => state === 'FAILED').map(({ reason }) => reason)
}

const silver = async (folder: string): Promise<unknown> =>
  JSON.parse(await fine(folder, ['query', 'select count(*) as n from acme.silver.orders', '--json']))

describe('a pipeline with `rollback: auto`', () => {
  it('goes on by the version before when a changed one fails, and holds that one back', async () => {
    const folder = await ran()
    write(folder, { [PIPELINE]: FAILING })
    await send(folder, order(3, -1))
    const told = await fine(folder, TO_THE_END)
    expect(told).toContain('error[checkpoint/check-failed]')
    expect(told).toContain('warning[checkpoint/rolled-back]')
    expect(await silver(folder)).toEqual([{ n: 3 }])
    expect(readFileSync(path.join(folder, PIPELINE), 'utf8')).toBe(FAILING)
    const { held_back: held } = await statusOf(folder)
    expect(held?.code).toBe('checkpoint/check-failed')

    // Each start holds it back, and each proof is of what runs.
    await send(folder, order(4, -1), 'no json')
    expect(await fine(folder, TO_THE_END)).not.toContain('error[')
    expect(await silver(folder)).toEqual([{ n: 4 }])
    await fine(folder, ['audit', INSTANCE, '--deep'])
    const plan = await runSmelt(['plan', INSTANCE, '--detailed-exitcode'], { folder })
    expect(plan).toMatchObject({ code: 4, err: '' })
    expect(plan.out).toMatch(/^acme\/orders: changed since checkpoint \d+, and held back\n/)
    expect(plan.out).toMatch(
      /failed as version 2 with `checkpoint\/check-failed` and was rolled back at 20.*\n {2}Now version 3 runs, /,
    )
    expect(plan.out).toContain(`\n    smelt apply acme/orders --approve ${held?.plan ?? ''}`)
    // What is refused is moved by the version that runs.
    const discarded = await fine(folder, ['quarantine', 'discard', INSTANCE, '--code', 'not-json'])
    expect(discarded).toContain('1 of 1 row')
    await fine(folder, ['audit', INSTANCE, '--deep'])
    const refused = await runSmelt(['apply', INSTANCE], { folder })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('error[checkpoint/held-back]')
    const rebuilt = await runSmelt(['rebuild', INSTANCE], { folder })
    expect(rebuilt).toMatchObject({ code: 4, out: '' })
    expect(rebuilt.err).toContain('error[checkpoint/held-back]')

    // Tried once more as it is, it is no longer held back, and has nothing left to fail at.
    await fine(folder, ['apply', INSTANCE, '--approve', held?.plan ?? ''])
    expect((await statusOf(folder)).held_back).toBeNull()
    expect(await fine(folder, ['plan', INSTANCE])).toMatch(/^acme\/orders: nothing changed since checkpoint/)
    expect(await fine(folder, TO_THE_END)).not.toContain('rolled-back')
    await send(folder, order(5))
    await fine(folder, TO_THE_END)
    expect(await silver(folder)).toEqual([{ n: 5 }])
    await fine(folder, ['audit', INSTANCE, '--deep'])
  }, 240_000)

  it('does so while it runs, and says so to whoever applied the change', async () => {
    const folder = await ran()
    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
    const { pid } = await until(folder, isRunning)
    write(folder, { [PIPELINE]: FAILING })
    expect(JSON.parse(await fine(folder, ['apply', INSTANCE, '--json']))).toMatchObject([{ runs_on_as: 2 }])
    expect((await until(folder, isRunning)).pid).not.toBe(pid)
    await send(folder, order(3, -1))
    await until(folder, (status) => isRunning(status) && status.held_back !== null)
    running.signal('SIGTERM')
    const { code, err } = await running.ended
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('checkpoint/rolled-back') as string })
    expect(await silver(folder)).toEqual([{ n: 3 }])
    await fine(folder, ['audit', INSTANCE, '--deep'])
  }, 240_000)

  it('takes nothing back for a second run, nor for a start from a savepoint that is not there', async () => {
    const folder = await ran()
    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
    await until(folder, isRunning)
    write(folder, { [PIPELINE]: FAILING }) // It would fail at an order that does not come.
    expect(JSON.parse(await fine(folder, ['apply', INSTANCE, '--json']))).toMatchObject([{ runs_on_as: 2 }])
    const { pid } = await until(folder, isRunning)
    const second = await runSmelt(TO_THE_END, { folder })
    expect(second).toMatchObject({
      code: 4,
      err: expect.stringContaining('error[checkpoint/already-running]') as string,
    })
    // It runs on, and nothing is noted of who came second.
    expect(await statusOf(folder)).toMatchObject({ pid, version: 2, held_back: null, state: { name: 'RUNNING' } })
    expect(await failuresOf(folder)).toEqual([])
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)

    const mistyped = await runSmelt([...TO_THE_END, '--from', 'frist'], { folder })
    expect(mistyped.err).toContain('error[checkpoint/unknown-savepoint]')
    expect(await statusOf(folder)).toMatchObject({ version: 2, held_back: null, state: { name: 'FAILED' } })
    expect(await failuresOf(folder)).toEqual([expect.stringContaining('`frist`')])
    expect(await fine(folder, TO_THE_END)).not.toContain('rolled-back')
  }, 240_000)

  it.each(['change-created:1', 'rewind-created:1', 'rewind-applied:1'])(
    'ends with the tables of the version before when it is killed at %s',
    async (step) => {
      const folder = await ran()
      write(folder, { [PIPELINE]: FAILING })
      await send(folder, order(3, -1))
      await runSmelt(TO_THE_END, { folder, variables: { SMELT_CRASH_AT: step } })
      await fine(folder, TO_THE_END)
      const straight = newProject()
      await send(straight, order(1), order(2))
      await fine(straight, TO_THE_END)
      await send(straight, order(3, -1))
      await fine(straight, TO_THE_END)
      // Bronze and quarantine hold the times at which the broker took the records, which differ.
      const hashes = async (of: string) => {
        const all = await lakeHashes({ kind: 'folder', path: path.join(of, 'lake/acme') })
        return { silver: all['silver.orders'], gold: all['gold.totals'] }
      }
      expect(await hashes(folder)).toEqual(await hashes(straight))
      await fine(folder, ['audit', INSTANCE, '--deep'])
    },
    240_000,
  )

  it('takes nothing back without it', async () => {
    const folder = await ran()
    write(folder, { [PIPELINE]: ordersPipeline({ silver: STOPS_AT_NEGATIVE }) })
    await send(folder, order(3, -1))
    const failed = await runSmelt(TO_THE_END, { folder })
    expect(failed.code).not.toBe(0)
    expect((await statusOf(folder)).held_back).toBeNull()
  }, 120_000)
})

describe('smelt status', () => {
  it('tells a process that is gone from one that runs', async () => {
    const folder = await ran()
    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
    const { pid } = await until(folder, isRunning)
    // Both at once, as a power cut would: one that is left would say something of the other.
    process.kill(pid ?? 0, 'SIGKILL')
    running.signal('SIGKILL')
    await running.ended
    expect((await until(folder, (status) => status.pid === null)).state).toMatchObject({ name: 'RUNNING', gone: true })
    expect(await fine(folder, ['status'])).toMatch(/RUNNING since .*, but no process of it is left here\n/)
  }, 120_000)
})
