import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { order, ORDERS_CONTRACT, ordersPipeline } from '../../support/orders.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { temporaryFolder, write } from '../support/project.ts'

const INSTANCE = 'acme/orders'

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
    'pipelines/orders/pipeline.yaml': ordersPipeline({}),
  })
  return folder
}

it('smelt tenant suspend ends an instance that runs, with a checkpoint and a savepoint; after resume it goes on there', async () => {
  const folder = newProject()
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await runSmelt(args, { folder })
    expect({ args, code, err }).toEqual({ args, code: 0, err: '' })
    return out
  }
  const send = async (...events: readonly string[]): Promise<void> => {
    write(folder, { events: `${events.join('\n')}\n` })
    await done('produce', 'acme.orders', '--file', 'events', '--partitions', '1')
  }
  await send(order(1), order(2))
  const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
  await running.seen('"event":"checkpoint"')

  // Whatever is wrong with what it runs, a tenant can be suspended.
  write(folder, { 'pipelines/orders/pipeline.yaml': 'smelt: 1\nname: orders\n' })
  const suspended = await done('tenant', 'suspend', 'acme')
  write(folder, { 'pipelines/orders/pipeline.yaml': ordersPipeline({}) })
  const [, savepoint = ''] = /^ {2}acme\/orders: ended, savepoint (\S+)$/m.exec(suspended) ?? []
  // Who watched it does not start it again: the whole of it has ended, and well.
  expect(await running.ended).toMatchObject({ code: 0, err: '' })
  const events = running
    .out()
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each) as { event: string; checkpoint?: number })
  expect(events.at(-1)).toMatchObject({ event: 'ended' })
  const last = events.filter(({ event }) => event === 'checkpoint').at(-1)?.checkpoint
  // Of a checkpoint of its own, after the last one of the run.
  expect(savepoint).toBe(`checkpoint-${(last ?? 0) + 1}`)

  await send(order(3))
  const refused = await runSmelt(['run', INSTANCE, '--until-end'], { folder })
  expect(refused.code).toBe(4)
  expect(refused.err).toContain('error[tenant/not-active]')
  expect(JSON.parse(await done('status', '--json'))).toMatchObject([{ pid: null, lag: 1 }])

  await done('tenant', 'resume', 'acme')
  await done('run', INSTANCE, '--until-end')
  const rows = JSON.parse(await done('query', 'select count(*) as n from acme.silver.orders', '--json')) as object
  expect(rows).toEqual([{ n: 3 }])
  expect(await done('audit', INSTANCE, '--deep')).toContain('the books close')
}, 120_000)

/** Every file of the project and its lake, with a hash of what it holds. */
function everything(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `${path.relative(folder, file)} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
    .sort()
}

describe('repeated', () => {
  it('suspend, resume and offboard say that it is so already, and change nothing', async () => {
    const folder = newProject()
    const done = async (...args: readonly string[]): Promise<string> => {
      const { code, out, err } = await runSmelt(args, { folder })
      expect({ args, code, err }).toEqual({ args, code: 0, err: '' })
      return out
    }
    const same = async (...args: readonly string[]): Promise<string> => {
      const before = everything(folder)
      const out = await done(...args)
      expect(everything(folder)).toEqual(before)
      return out
    }
    write(folder, { events: `${order(1)}\n` })
    await done('produce', 'acme.orders', '--file', 'events', '--partitions', '1')
    await done('run', INSTANCE, '--until-end')

    expect(await same('tenant', 'suspend', 'acme', '--dry-run')).toBe(
      'acme: would be suspended\n  acme/orders: would be ended, with a savepoint\n',
    )
    const [, savepoint = ''] = /savepoint (\S+)$/m.exec(await done('tenant', 'suspend', 'acme')) ?? []
    const asItWas = `acme: is suspended, as it was\n  acme/orders: did not run, savepoint ${savepoint}, as it was\n`
    expect(await same('tenant', 'suspend', 'acme')).toBe(asItWas)
    expect(await same('tenant', 'suspend', 'acme', '--dry-run')).toBe(asItWas)
    for (const more of [[], ['--dry-run']])
      expect(JSON.parse(await same('tenant', 'suspend', 'acme', '--json', ...more))).toMatchObject({
        ...{ before: 'suspended', state: 'suspended', changed: false, dry_run: more.length > 0 },
        instances: [{ instance: INSTANCE, changed: false, ended: false, savepoint }],
      })

    await done('savepoints', 'drop', INSTANCE, savepoint)
    expect(await same('tenant', 'suspend', 'acme', '--dry-run')).toContain('acme/orders: would be kept by a savepoint')
    expect(await done('tenant', 'suspend', 'acme')).toMatch(/acme\/orders: did not run, savepoint \S+$/m)

    for (const [verb, state] of [
      ['resume', 'active'],
      ['offboard', 'offboarded'],
    ] as const) {
      if (verb === 'offboard') await done('tenant', 'suspend', 'acme')
      expect(await same('tenant', verb, 'acme', '--dry-run')).toContain(`acme: would be ${state}\n`)
      expect(JSON.parse(await done('tenant', verb, 'acme', '--json'))).toMatchObject({ state, changed: true })
      expect(await same('tenant', verb, 'acme')).toContain(`acme: is ${state}, as it was\n`)
      expect(await same('tenant', verb, 'acme', '--dry-run')).toContain(`acme: is ${state}, as it was\n`)
      expect(JSON.parse(await same('tenant', verb, 'acme', '--json'))).toMatchObject({ state, changed: false })
    }
  }, 120_000)

  it('suspend goes on where one was killed, and leaves alone what that had done', async () => {
    const folder = newProject()
    write(folder, {
      'tenants/acme.yaml': 'smelt: 1\npipelines: { orders: , returns: }\n',
      'pipelines/returns/contracts/orders.schema.json': ORDERS_CONTRACT,
      'pipelines/returns/pipeline.yaml': ordersPipeline({})
        .replace('name: orders', 'name: returns')
        .replaceAll('orders:', 'returns:')
        .replaceAll('from: orders', 'from: returns')
        .replace('totals:', 'returned:'),
      events: `${order(1)}\n`,
    })
    const suspend = async (at?: string): Promise<{ readonly code: number | null; readonly out: string }> => {
      const variables = at === undefined ? {} : { SMELT_CRASH_AT: at }
      return runSmelt(['tenant', 'suspend', 'acme'], { folder, variables })
    }
    await runSmelt(['produce', 'acme.orders', '--file', 'events', '--partitions', '1'], { folder })
    expect(await runSmelt(['run', 'acme', '--until-end'], { folder })).toMatchObject({ code: 0 })
    for (const at of ['checkpoint-created:1', 'savepoint-tagged:1', 'savepoint-created:1'])
      expect(await suspend(at)).toMatchObject({ code: null, out: '' })
    const first = savepointsOf(folder, 'orders')
    // The last of them had made the savepoint; of the other pipeline nothing was done.
    expect(first).toHaveLength(1)
    expect(savepointsOf(folder, 'returns')).toEqual([])
    expect((await suspend()).out).toMatch(
      /^acme: is suspended, as it was\n  acme\/orders: did not run, savepoint \S+, as it was\n  acme\/returns: did not run, savepoint \S+\n$/,
    )
    expect(savepointsOf(folder, 'orders')).toEqual(first)
    expect(savepointsOf(folder, 'returns')).toHaveLength(1)
    expect((await runSmelt(['tenant', 'resume', 'acme'], { folder })).code).toBe(0)
    expect((await runSmelt(['audit', INSTANCE, '--deep'], { folder })).out).toContain('the books close')
  }, 120_000)
})

function savepointsOf(folder: string, pipeline: string): string[] {
  return readdirSync(path.join(folder, 'lake')).flatMap((tenant) => {
    const place = path.join(folder, 'lake', tenant, 'state', pipeline, 'savepoints')
    return existsSync(place) ? readdirSync(place) : []
  })
}
