import { expect, it } from 'vitest'
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

  const suspended = await done('tenant', 'suspend', 'acme')
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
