import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseTenant } from '#spec'
import { openTopicLog } from '../../../runtime/stream/topic-log/broker.ts'
import { smelt as call } from '../support/buffer-host.ts'
import { temporaryFolder } from '../support/project.ts'

const TEMPLATE = 'terragrunt/catalog/live-stub.terragrunt.stack.hcl'
const STUB = 'terragrunt/live/prod/eu-central-1/tenants/initech/terragrunt.stack.hcl'
const CLOUD = '--region eu-central-1 --account 777788889999 --vpc vpc-0c6a98eb38dfa8798'.split(' ')

const PROJECT: Readonly<Record<string, string>> = {
  'smelt.yaml': `smelt: 1
default_environment: local
environments:
  local: { broker: { topic_log: topics }, lake: { folder: lake } }
`,
  'tenants/acme.yaml': '# ours\nsmelt: 1 # format\npipelines:\n  orders: # all defaults\n',
  'pipelines/orders/pipeline.yaml':
    'smelt: 1\nname: orders\nsources: { o: { topic: orders, contract: c.json, event_time: kafka_timestamp } }\nsilver: { t: { from: o } }\n',
  'pipelines/orders/c.json': '{"type":"object","properties":{"id":{"type":"string"}}}',
  [TEMPLATE]: 'locals {}\n',
}

function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  for (const [file, text] of Object.entries({ ...PROJECT, ...files })) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  return folder
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()

const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8')

const tenant = (folder: string, ...args: readonly string[]): ReturnType<typeof call> =>
  call(['tenant', ...args], { folder, temporaryFolder: path.join(folder, 'temporary') })

describe('smelt tenant new', () => {
  it('writes the file of the tenant and its stub, byte for byte, and nothing else', async () => {
    const folder = project()
    const before = filesOf(folder)
    expect(await tenant(folder, 'new', 'initech', ...CLOUD, '--owner', 'a@initech.example')).toMatchObject({
      code: 0,
      err: '',
    })
    expect(filesOf(folder).filter((file) => !before.includes(file))).toEqual(['tenants/initech.yaml', STUB].sort())
    expect(read(folder, STUB)).toBe(read(folder, TEMPLATE))
    const { node } = parseTenant({
      file: 'tenants/initech.yaml',
      text: read(folder, 'tenants/initech.yaml'),
      env: () => undefined,
    })
    expect(node).toMatchObject({ key: 'initech', residency: ['eu'], contacts: { owner: 'a@initech.example' } })
    expect(await tenant(folder, 'check')).toMatchObject({ code: 0, out: 'checked 2 tenants: no errors\n' })
  })

  it('gives each tenant an id of its own, and writes only what is missing when it is repeated', async () => {
    const folder = project()
    await tenant(folder, 'new', 'initech', ...CLOUD)
    await tenant(folder, 'new', 'umbrella', ...CLOUD)
    const listed = JSON.parse((await tenant(folder, 'list', '--json')).out) as { tenant: string; id?: string }[]
    expect(listed.map((each) => each.tenant)).toEqual(['acme', 'initech', 'umbrella'])
    expect(new Set(listed.map(({ id }) => id)).size).toBe(3)
    const file = read(folder, 'tenants/initech.yaml')
    expect((await tenant(folder, 'new', 'initech', ...CLOUD)).out).toContain('nothing to write')
    rmSync(path.join(folder, STUB))
    expect((await tenant(folder, 'check')).err).toContain('tenant/no-stub')
    expect((await tenant(folder, 'new', 'initech')).out).toBe(`wrote ${STUB}\n`)
    expect(read(folder, 'tenants/initech.yaml')).toBe(file)
  })

  it.each([
    [['initech', ...CLOUD.map((each) => each.replace('dfa8798', 'dfa87989'))], 'tenant/bad-vpc-id'],
    [['initech', ...CLOUD.map((each) => each.replace('eu-central-1', 'eu-central'))], 'tenant/unknown-region'],
    [['initech', ...CLOUD, '--residency', 'us'], 'tenant/outside-residency'],
    [['acme-eu'], 'tenant/prefix-collision'],
    [['Initech'], 'cannot be the key of a tenant'],
    [['initech', '--region', 'eu-central-1'], 'needs all three'],
    [['gone'], 'nothing to write'],
    [['gone-eu'], 'tenant/prefix-collision'],
  ])('refuses %j and writes nothing', async (args, told) => {
    const folder = project({ 'tenants/gone.yaml': 'smelt: 1\nstate: offboarded\npipelines: { orders: }\n' })
    const before = filesOf(folder)
    const { out, err } = await tenant(folder, 'new', ...args)
    expect(out + err).toContain(told)
    expect(filesOf(folder)).toEqual(before)
  })

  it('writes nothing with a dry run', async () => {
    const folder = project()
    const before = filesOf(folder)
    expect((await tenant(folder, 'new', 'initech', ...CLOUD, '--dry-run')).out).toContain(
      'would write tenants/initech.yaml',
    )
    expect(filesOf(folder)).toEqual(before)
  })
})

describe('smelt tenant plan, apply and verify', () => {
  it('apply does what plan shows, then there is nothing left, and verify finds all of it', async () => {
    const folder = project()
    await tenant(folder, 'new', 'initech', ...CLOUD)
    const planned = await tenant(folder, 'plan', 'initech', '--detailed-exitcode')
    expect(planned.code).toBe(4)
    expect(planned.out).toContain('+   "tenant": "initech"')
    expect(planned.out).toContain('2 of 3 files to write')
    expect((await tenant(folder, 'verify', 'initech')).code).toBe(1)

    const before = filesOf(folder)
    expect((await tenant(folder, 'apply', 'initech', '--dry-run')).out).toContain('would be made: initech.orders')
    expect(filesOf(folder).filter((file) => !file.startsWith('topics'))).toEqual(before)

    const applied = await tenant(folder, 'apply', 'initech', '--partitions', '2')
    expect(applied).toMatchObject({ code: 0, err: '' })
    const broker = await openTopicLog({ kind: 'topic-log', path: path.join(folder, 'topics') })
    expect((await broker.topic('initech.orders'))?.partitions).toEqual([0, 1])
    await broker.close()
    expect((await tenant(folder, 'plan', 'initech', '--detailed-exitcode')).code).toBe(0)
    expect(await tenant(folder, 'verify', 'initech')).toMatchObject({ code: 0 })

    const again = JSON.parse((await tenant(folder, 'apply', 'initech', '--json')).out) as {
      steps: { done: string[] }[]
    }
    expect(again.steps.slice(0, 2).map(({ done }) => done)).toEqual([[], []])
    const journal = read(folder, '.smelt/tenants/initech.local.jsonl').trim().split('\n')
    expect(journal.map((line) => (JSON.parse(line) as { step: string }).step)).toEqual([
      'files',
      'topics',
      'lake',
      'files',
      'topics',
      'lake',
    ])
  })

  it('goes on where it was cut: what is there is left, what is missing is made', async () => {
    const folder = project()
    await tenant(folder, 'apply', 'acme')
    rmSync(path.join(folder, 'rendered/local/acme/lake.json'))
    writeFileSync(path.join(folder, 'rendered/local/acme/kafka.json'), '{}\n')
    const found = await tenant(folder, 'verify', 'acme')
    expect(found.out).toContain('rendered/local/acme/kafka.json: was changed')
    expect(found.out).toContain('rendered/local/acme/lake.json: is not there')
    expect((await tenant(folder, 'apply', 'acme')).out).toMatch(/written anew: .*kafka.json[^]*written: .*lake.json/)
    expect((await tenant(folder, 'verify', 'acme')).code).toBe(0)
  })
})

describe('smelt tenant suspend, resume and offboard', () => {
  it('lead from active to suspended and back, and only from there to the tombstone', async () => {
    const folder = project()
    expect(await tenant(folder, 'offboard', 'acme')).toMatchObject({ code: 4 })
    const suspended = await tenant(folder, 'suspend', 'acme')
    expect(suspended.out).toBe('acme: is suspended\n  acme/orders: did not run, no savepoint, as it never ran\n')
    expect(read(folder, 'tenants/acme.yaml')).toBe(
      '# ours\nsmelt: 1 # format\nstate: suspended\npipelines:\n  orders: # all defaults\n',
    )
    expect((await tenant(folder, 'apply', 'acme')).err).toContain('tenant/not-active')
    expect((await tenant(folder, 'resume', 'acme')).out).toContain('acme: is active')
    await tenant(folder, 'suspend', 'acme')
    expect((await tenant(folder, 'offboard', 'acme')).out).toContain('acme: is offboarded')
    expect(read(folder, 'tenants/acme.yaml')).toContain('state: offboarded\n')
    expect((await tenant(folder, 'resume', 'acme')).err).toContain('tenant/wrong-state')
    expect((await tenant(folder, 'suspend', 'acme')).err).toContain('tenant/wrong-state')
  })

  it('run refuses a suspended tenant by name, and passes it over with --all', async () => {
    const folder = project({ 'tenants/globex.yaml': 'smelt: 1\nstate: suspended\npipelines: { orders: }\n' })
    const run = (...args: readonly string[]): ReturnType<typeof call> =>
      call(['run', ...args], { folder, temporaryFolder: path.join(folder, 'temporary') })
    expect((await run('globex/orders')).err).toContain('tenant/not-active')
    expect((await run('globex')).err).toContain('tenant/not-active')
    const alone = await call(['run-instance', 'globex/orders'], { folder })
    expect(alone.code).not.toBe(0)
    expect(existsSync(path.join(folder, 'lake'))).toBe(false)
  })

  it('changes nothing with a dry run', async () => {
    const folder = project()
    expect((await tenant(folder, 'suspend', 'acme', '--dry-run')).out).toContain('would be suspended')
    expect(read(folder, 'tenants/acme.yaml')).toBe(PROJECT['tenants/acme.yaml'])
  })
})

it('names what it can do when asked for something else', async () => {
  expect((await tenant(project(), 'aply', 'acme')).err).toContain('Did you mean `apply`?')
  expect((await tenant(project(), 'plan')).err).toContain('Name the tenant')
  expect((await tenant(project(), 'plan', 'acne')).err).toContain('cli/unknown-tenant')
})
