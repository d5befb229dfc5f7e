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
  'terragrunt/live/prod/eu-central-1/region.hcl': 'locals {}\n',
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

const write = (folder: string, file: string, text: string): void => writeFileSync(path.join(folder, file), text)

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
    expect((await tenant(folder, 'new', 'initech', ...CLOUD, '--pipeline', 'orders')).out).toContain('nothing to write')
    const moved = await tenant(folder, 'new', 'initech', '--region', 'eu-west-1', '--account', '999999999999')
    expect(moved.code).toBe(2)
    expect(moved.err).toContain('`--region` is `eu-west-1`, the file has `eu-central-1`')
    expect(moved.err).toContain('`--account` is `999999999999`, the file has `777788889999`')
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
    [['gone'], 'error[tenant/wrong-state]: The tenant `gone` is offboarded, so it cannot be onboarded'],
    [['gone', ...CLOUD], 'tenant/wrong-state'],
    [
      ['acme', ...CLOUD],
      '`tenants/acme.yaml` is there and says otherwise: `--region` is `eu-central-1`, the file has nothing',
    ],
    [['acme', '--pipeline', 'orders,nope'], '`--pipeline` is `nope`, the file has `orders`'],
    [['acme', '--name', 'Acme'], '`--name` is `Acme`, the file has nothing'],
    [['acme', '--owner', 'a@acme.example', '--sensitivity', 'gdpr', '--residency', 'eu'], '`--sensitivity` is `gdpr`'],
    [['acme', '--environment', 'stage'], '`--environment` is `stage`'],
    [['gone-eu'], 'tenant/prefix-collision'],
    [['initech', '--sensitivity', 'gdpr', '--residency', 'eu'], '`--residency`, `--sensitivity`: only of a tenant in'],
    [['initech', ...CLOUD, '--owner', 'nobody'], 'spec/bad-value'],
    [['initech', ...CLOUD, '--environment', 'Prod'], 'spec/bad-name'],
    [['initech', ...CLOUD.map((each) => each.replace('eu-central-1', 'cn-north-1'))], 'tenant/partition-not-served'],
    [['initech', ...CLOUD.map((each) => each.replace('eu-central-1', '${env.R}'))], 'tenant/filled-in'],
  ])('refuses %j and writes nothing', async (args, told) => {
    const folder = project({ 'tenants/gone.yaml': 'smelt: 1\nstate: offboarded\npipelines: { orders: }\n' })
    const before = filesOf(folder)
    const { code, out, err } = await tenant(folder, 'new', ...args)
    expect(out + err).toContain(told)
    expect(code).not.toBe(0)
    expect(filesOf(folder)).toEqual(before)
  })

  it('refuses a key that other files are wrong with, and what was wrong with them before is no reason', async () => {
    const taken = 'smelt: 1\npii_key: ${secrets.GLO_KEY}\npipelines: { orders: }\n'
    const folder = project({ 'tenants/hooli.yaml': taken, 'tenants/broken.yaml': 'smelt: 1\nnonsense: 1\n' })
    expect((await tenant(folder, 'new', 'glo-eu')).code).toBe(0)
    const before = filesOf(folder)
    const { code, err } = await tenant(folder, 'new', 'glo')
    expect(code).toBe(1)
    expect(err).toContain('error[tenant/prefix-collision]: The key `glo-eu` begins with that of the tenant `glo`')
    expect(err).not.toContain('nonsense')
    expect(filesOf(folder)).toEqual(before)
    expect((await tenant(folder, 'suspend', 'glo-eu')).code).toBe(0)
    rmSync(path.join(folder, 'tenants/glo-eu.yaml'))
    const refused = await tenant(folder, 'new', 'glo')
    expect(refused.err).toContain('error[tenant/foreign-secret]')
    expect({ code: refused.code, made: existsSync(path.join(folder, 'tenants/glo.yaml')) }).toEqual({
      code: 1,
      made: false,
    })
  })

  it('tells what Terragrunt wants besides, and writes the file and the stub all the same', async () => {
    const folder = project()
    const elsewhere = CLOUD.map((each) => each.replace('eu-central-1', 'eu-west-1'))
    const region = 'terragrunt/live/prod/eu-west-1/region.hcl'
    const { code, out } = await tenant(folder, 'new', 'initech', ...elsewhere)
    expect(code).toBe(0)
    expect(out).toContain(`still to do: The tenant \`initech\` stands in \`eu-west-1\`, but \`${region}\` is not there`)
    expect(existsSync(path.join(folder, region))).toBe(false)
    expect((await tenant(folder, 'check')).err).toContain('error[tenant/no-region-file]')
    expect((await tenant(folder, 'check', 'initech')).code).toBe(1)
    write(folder, region, 'locals {}\n')
    expect((await tenant(folder, 'check')).code).toBe(0)
    const planned = await tenant(folder, 'new', 'umbrella', ...CLOUD, '--dry-run', '--json')
    expect(JSON.parse(planned.out)).toMatchObject({ needs: [] })
  })

  it('does not make a tenant a second stack where it was moved, nor do plan and apply', async () => {
    const folder = project({ 'terragrunt/live/prod/eu-west-1/region.hcl': 'locals {}\n' })
    await tenant(folder, 'new', 'initech', ...CLOUD)
    const file = 'tenants/initech.yaml'
    write(folder, file, read(folder, file).replace('region: eu-central-1', 'region: eu-west-1'))
    const before = filesOf(folder)
    for (const verb of ['new', 'check', 'plan', 'apply']) {
      const { code, err } = await tenant(folder, verb, 'initech')
      expect({ verb, code }).toEqual({ verb, code: 1 })
      expect(err).toContain(
        `error[tenant/stray-stub]: \`${STUB}\` is there, but in \`prod\` the tenant \`initech\` stands in`,
      )
      expect(err).toContain('A tenant does not move: in another region a new bucket and a new key are made')
    }
    expect(filesOf(folder)).toEqual(before)
    expect((await tenant(folder, 'new', 'umbrella', ...CLOUD)).code).toBe(0)
    write(folder, file, read(folder, file).replace('region: eu-west-1', 'region: eu-central-1'))
    expect((await tenant(folder, 'apply', 'initech')).code).toBe(0)
  })

  it('keeps the id that a tenant was applied with', async () => {
    const folder = project()
    await tenant(folder, 'new', 'initech', ...CLOUD)
    await tenant(folder, 'apply', 'initech')
    const [lake, file] = ['rendered/local/initech/lake.json', 'tenants/initech.yaml']
    const [before, own] = [read(folder, lake), read(folder, file)]
    write(folder, file, own.replace(/^id: .*/m, 'id: t-7kq3m9t4dhm'))
    for (const verb of ['new', 'check', 'plan', 'apply']) {
      const { code, err } = await tenant(folder, verb, 'initech')
      expect({ verb, code }).toEqual({ verb, code: 1 })
      expect(err).toContain(
        `error[tenant/id-changed]: The id of the tenant \`initech\` is \`t-7kq3m9t4dhm\`, but \`${lake}\``,
      )
    }
    expect(read(folder, lake)).toBe(before)
    write(folder, file, own)
    expect((await tenant(folder, 'apply', 'initech')).code).toBe(0)
  })

  it('of two tenants that share an id, nothing is planned, applied or changed', async () => {
    const text = 'smelt: 1\nid: t-7kq3m9t4dhm\npipelines: { orders: }\n'
    const folder = project({ 'tenants/glo.yaml': text, 'tenants/hooli.yaml': text })
    for (const key of ['glo', 'hooli'])
      for (const verb of ['check', 'plan', 'apply', 'suspend']) {
        const { code, err } = await tenant(folder, verb, key)
        expect({ key, verb, code }).toEqual({ key, verb, code: 1 })
        expect(err).toContain('error[tenant/duplicate-id]: `t-7kq3m9t4dhm` is also the id of the tenant')
      }
    expect(existsSync(path.join(folder, 'rendered'))).toBe(false)
  })

  const inCloud = (id: string): string =>
    `smelt: 1\n${id}residency: [eu]\nclassification: { bronze: gdpr, silver: gdpr, gold: gdpr, quarantine: gdpr }\nenvironments: { prod: { region: eu-central-1, account_id: "777788889999", vpc_ids: [vpc-0c6a98eb38dfa8798] } }\npipelines: { orders: }\n`

  it.each([
    ['none', ''],
    ['a name', 'id: acme\n'],
    ['the number of an account', 'id: 777788889999\n'],
    ['that of another tenant', 'id: t-7kq3m9t4dhm\n'],
  ])('prints an id for a file that is there with %s, which then will do', async (_, id) => {
    const other = inCloud('id: t-7kq3m9t4dhm\n')
    const folder = project({ 'tenants/acme.yaml': inCloud(id), 'tenants/globex.yaml': other })
    const before = filesOf(folder)
    const wrong = async () => (await tenant(folder, 'check')).err.match(/tenant\/[a-z-]*id[a-z-]*|missing-field/g)
    expect(await wrong()).not.toBeNull()
    const { code, out } = await tenant(folder, 'new', 'acme')
    expect(code).toBe(0)
    const [line = ''] = /(?<=^ {2})id: t-\w{11}$/m.exec(out) ?? []
    expect(filesOf(folder)).toEqual(before)
    const told = JSON.parse((await tenant(folder, 'new', 'acme', '--json')).out) as { new_id: string }
    expect(told).toMatchObject({ tenant: 'acme', id: null, files: [] })
    expect(`id: ${told.new_id}`).not.toBe(line)
    write(folder, 'tenants/acme.yaml', inCloud(`${line}\n`))
    expect(await wrong()).toBeNull()
  })

  it('tells what else is wrong with a file that is there', async () => {
    const folder = project({ 'tenants/acme.yaml': 'smelt: 1\nid: t-7kq3n9t4dhm\npipelines: { orders: }\n' })
    const { code, out, err } = await tenant(folder, 'new', 'acme')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('error[tenant/bad-id]')
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
    expect(again.steps.slice(0, -1).map(({ done }) => done)).toEqual([[], [], [], []])
    const journal = read(folder, '.smelt/tenants/initech.local.jsonl').trim().split('\n')
    const steps = ['files', 'topics', 'access', 'quotas', 'lake']
    expect(journal.map((line) => (JSON.parse(line) as { step: string }).step)).toEqual([...steps, ...steps])
  })

  it.each(['abc', '0', '', '1.5', '1e1', '-1', '10001'])(
    'apply judges --partitions %j before anything',
    async (given) => {
      const folder = project()
      const before = filesOf(folder)
      const { code, out, err } = await tenant(folder, 'apply', 'acme', `--partitions=${given}`)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain('`--partitions` is a whole number from 1 to 10000')
      expect(filesOf(folder)).toEqual(before)
    },
  )

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

describe('smelt tenant verify, of a tenant that runs nothing', () => {
  it.each(['suspended', 'offboarded'])('finds all there of one that is %s, after apply', async (state) => {
    const folder = project({ 'tenants/acme.yaml': `smelt: 1\nstate: ${state}\npipelines: { orders: }\n` })
    await tenant(folder, 'apply', 'acme')
    const { code, out } = await tenant(folder, 'verify', 'acme')
    expect(code).toBe(0)
    expect(out).not.toMatch(/^wrong|topic acme|smelt tenant apply/m)
    const until = state === 'suspended' ? ' until `smelt tenant resume acme`' : ''
    expect(out).toContain(`acme is ${state}: topics, access and lake are not looked at${until}\nall is there\n`)
    const told = JSON.parse((await tenant(folder, 'verify', 'acme', '--json')).out) as object
    expect(told).toMatchObject({ state, ok: true })
    expect(existsSync(path.join(folder, 'lake'))).toBe(false)
  })

  it('names the command that helps, in the environment that was asked about, and of how many', async () => {
    const workloads = 'k8s/local/tenants/acme/workloads.yaml'
    const folder = project({
      'tenants/acme.yaml': 'smelt: 1\nstate: suspended\npipelines: { orders: }\n',
      [workloads]: 'kind: StatefulSet\nspec:\n  replicas: 1\n',
    })
    const end = async (...args: readonly string[]): Promise<string | undefined> =>
      (await tenant(folder, 'verify', 'acme', ...args)).out.trimEnd().split('\n').at(-1)
    expect(await end('--env', 'local')).toBe('3 wrong: `smelt tenant apply acme --env local` mends 2 of them')
    await tenant(folder, 'apply', 'acme')
    expect(await end()).toBe('1 wrong')
    write(folder, workloads, 'kind: StatefulSet\nspec:\n  replicas: 0\n')
    rmSync(path.join(folder, 'rendered/local/acme/lake.json'))
    expect(await end()).toBe('1 wrong: `smelt tenant apply acme` mends that')
  })
})

describe('smelt tenant list', () => {
  const BROKEN = 'smelt: 1\nnonsense: 1\nmore: 2\npipelines: { orders: }\n'

  it('tells of a tenant whose file is broken, with what is wrong first, and exits as check does', async () => {
    const folder = project({ 'tenants/globex.yaml': BROKEN, 'tenants/zoo.yaml': 'smelt: 1\npipelines: { nope: }\n' })
    const { code, out } = await tenant(folder, 'list')
    expect(code).toBe((await call(['check'], { folder })).code)
    expect(code).toBe(1)
    expect(out).toBe(
      [
        'tenant  id  state   stands in  pipelines  error',
        'acme    -   active  -          orders',
        'globex  -   broken  -          -          spec/unknown-field',
        'zoo     -   active  -          nope       tenant/unknown-pipeline',
        '',
      ].join('\n'),
    )
    const listed = JSON.parse((await tenant(folder, 'list', '--json')).out) as unknown
    expect(listed).toMatchObject([
      { tenant: 'acme', state: 'active' },
      { tenant: 'globex', state: 'broken', error: { code: 'spec/unknown-field' } },
      { tenant: 'zoo', state: 'active', error: { code: 'tenant/unknown-pipeline' } },
    ])
  })

  it('takes no tenant, which it would not heed', async () => {
    const { code, out, err } = await tenant(project(), 'list', 'nope')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('`smelt tenant list` lists all tenants, and takes no `nope`')
  })

  it('is fine where every file is', async () => {
    const { code, out } = await tenant(project(), 'list')
    expect({ code, out }).toEqual({
      code: 0,
      out: 'tenant  id  state   stands in  pipelines\nacme    -   active  -          orders\n',
    })
  })
})

describe('smelt tenant plan and apply, where the environment runs in Kubernetes', () => {
  const CLUSTER = `  prod:
    broker: { kafka: { bootstrap: kafka.streams.svc:9092 } }
    lake: { s3: { bucket: "lake-{tenant}", region: \${env.LAKE_REGION} } }
    kubernetes: { image: "registry.example.org/lake:1.4.0", identity: pod-identity, ingest: { from: [proxy] } }
`
  const RENDER = ['render', 'k8s', 'acme', '--env', 'prod']
  const variables = { LAKE_REGION: 'eu-central-1', OTHER: 'of no environment' }
  const cluster = (more = ''): string =>
    project({
      'smelt.yaml': `${PROJECT['smelt.yaml'] ?? ''}${CLUSTER}`,
      'tenants/acme.yaml': `smelt: 1\n${more}pipelines: { orders: }\n`,
    })
  const plan = (folder: string, ...args: readonly string[]) =>
    call(['tenant', 'plan', 'acme', '--env', 'prod', ...args], { folder, variables })

  it('plan shows the very files that render makes, and what a change of the environment changes in them', async () => {
    const folder = cluster()
    const { files } = JSON.parse((await plan(folder, '--json')).out) as {
      files: { target: string; path: string; text: string; state: string }[]
    }
    const ours = files.filter(({ target }) => target === 'kubernetes')
    const made = JSON.parse((await call([...RENDER, '--json'], { folder, variables })).out) as { files: object }
    expect(Object.fromEntries(ours.map((file) => [file.path.replace(/^k8s\//, ''), file.text]))).toEqual(made.files)
    expect(JSON.stringify(made.files)).toContain('LAKE_REGION=eu-central-1')
    expect(JSON.stringify(made.files)).toContain('kind: Deployment')

    await call([...RENDER, '--out', 'k8s'], { folder, variables })
    expect((await plan(folder)).out).toContain('  kubernetes  k8s/prod/tenants/acme/workloads.yaml\n')
    write(folder, 'smelt.yaml', read(folder, 'smelt.yaml').replace('lake:1.4.0', 'lake:1.5.0'))
    const changed = (await plan(folder)).out
    expect(changed).toContain('~ kubernetes  k8s/prod/tenants/acme/workloads.yaml\n')
    expect(changed).toContain('-           image: registry.example.org/lake:1.4.0\n')
    expect(changed).toContain('+           image: registry.example.org/lake:1.5.0\n')
  })

  it.each(['suspended', 'offboarded'])('a tenant that is %s has no pods', async (state) => {
    const replicas = async (...args: Parameters<typeof cluster>): Promise<string[]> =>
      (await plan(cluster(...args))).out.match(/^\+ {3}replicas: \d/gm) ?? []
    expect(await replicas()).toEqual(['+   replicas: 1', '+   replicas: 1'])
    expect(await replicas(`state: ${state}\n`)).toEqual(['+   replicas: 0', '+   replicas: 0'])
    const rendered = await call(RENDER, { folder: cluster(`state: ${state}\n`), variables })
    expect(rendered.code).toBe(0)
    expect(rendered.out.match(/^ {2}replicas: \d/gm)).toEqual(['  replicas: 0', '  replicas: 0'])
  })

  it('offboard and suspend say what is left, check finds what still runs, and apply writes it', async () => {
    const folder = cluster()
    const own = (...args: readonly string[]) =>
      call([...args], { folder, variables, temporaryFolder: path.join(folder, 'temporary') })
    const LEFT = '  smelt tenant apply acme --env prod\n  kubectl apply --server-side -k k8s/prod/tenants/acme\n'
    await own(...RENDER, '--out', 'k8s')
    const workloads = 'k8s/prod/tenants/acme/workloads.yaml'
    const check = async (): Promise<string> => (await own('tenant', 'check')).err
    for (const [verb, state] of [
      ['suspend', 'suspended'],
      ['offboard', 'offboarded'],
    ] as const) {
      expect(await check()).toBe('')
      expect((await own('tenant', verb, 'acme')).out).toContain(LEFT)
      // As a merge brings back what ran before.
      await own(...RENDER, '--out', 'k8s')
      write(folder, workloads, read(folder, workloads).replaceAll('  replicas: 0\n', '  replicas: 1\n'))
      expect(await check()).toContain(
        `error[tenant/still-runs]: \`${workloads}\` has pods, but the tenant \`acme\` is ${state}`,
      )
      expect(await check()).toContain(`${workloads}:10:3`)
      expect((await own('tenant', 'check', 'acme')).code).toBe(1)
      const kept = filesOf(folder)
      expect(await own('tenant', 'apply', 'acme', '--env', 'prod', '--dry-run')).toMatchObject({ code: 0, err: '' })
      const applied = (await own('tenant', 'apply', 'acme', '--env', 'prod')).out
      expect(applied).toContain(`files: written anew: ${workloads}\n`)
      expect(read(folder, workloads)).not.toContain('replicas: 1')
      // Nothing else of one that is gone is written or made.
      if (state === 'offboarded') expect(filesOf(folder)).toEqual(kept)
      const again = JSON.parse((await own('tenant', 'apply', 'acme', '--env', 'prod', '--json')).out) as object
      expect(again).toMatchObject({ steps: [{ step: 'files', done: [] }], cloud_command: null })
    }
  })

  it('a tombstone outlives the pipelines, the secrets and the plans of its tenant', async () => {
    const folder = cluster()
    const text = (state: string): string =>
      `smelt: 1\nstate: ${state}\npii_key: \${secrets.ACME_PII_KEY}\npipelines: { orders: , gone: }\n`
    write(folder, 'tenants/globex.yaml', 'smelt: 1\npipelines: { orders: }\n')
    write(folder, 'tenants/acme.yaml', text('suspended'))
    const check = () => call(['check'], { folder, variables })
    const before = (await check()).out
    expect(before).toContain('error[tenant/unknown-pipeline]')
    expect(before).toContain('warning[cli/secret-not-set]')
    write(folder, 'tenants/acme.yaml', text('offboarded'))
    expect((await check()).out).toBe('checked 1 pipeline and 1 instance: no errors\n')
    const rendered = await call(RENDER, { folder, variables })
    expect(rendered.err).toBe('')
    expect(rendered.out.match(/kind: StatefulSet\nmetadata:\n {2}name: .*/g)).toEqual([
      'kind: StatefulSet\nmetadata:\n  name: orders',
    ])
  })

  it('of files that were rendered by hand, check and verify tell too, and offboard how', async () => {
    const folder = project({ 'tenants/acme.yaml': 'smelt: 1\nstate: suspended\npipelines: { orders: }\n' })
    const workloads = 'k8s/local/tenants/acme/workloads.yaml'
    mkdirSync(path.dirname(path.join(folder, workloads)), { recursive: true })
    write(folder, workloads, 'kind: StatefulSet\nspec:\n  replicas: 1\n')
    expect((await tenant(folder, 'check', 'acme')).err).toContain('error[tenant/still-runs]')
    const verified = await tenant(folder, 'verify', 'acme')
    expect(verified.out).toContain(`wrong  ${workloads}: has pods, but the tenant is suspended: render it again\n`)
    expect(verified.code).toBe(1)
    expect((await tenant(folder, 'offboard', 'acme')).out).toContain(
      '  smelt render k8s acme --env local --out k8s\n  kubectl apply --server-side -k k8s/local/tenants/acme\n',
    )
    write(folder, workloads, 'kind: StatefulSet\nspec:\n  replicas: 0\n')
    expect(await tenant(folder, 'check', 'acme')).toMatchObject({ code: 0, err: '' })
    expect((await tenant(folder, 'verify', 'acme')).out).not.toContain(workloads)
  })

  it.each([
    ['a role of the cloud, where the tenant does not stand', 'bootstrap: kafka.streams.svc:9092', 'irsa'],
    ['brokers of one machine', 'bootstrap: localhost:9092', 'pod-identity'],
  ])('suspend says nothing of an environment that wants %s, unless files are there', async (_, broker, identity) => {
    const wants = CLUSTER.replace('bootstrap: kafka.streams.svc:9092', broker).replace('pod-identity', identity)
    const folder = project({ 'smelt.yaml': `${PROJECT['smelt.yaml'] ?? ''}${wants}` })
    const left = async (): Promise<unknown[]> =>
      (JSON.parse((await call(['tenant', 'suspend', 'acme', '--json'], { folder, variables })).out) as { left: [] })
        .left
    expect(await left()).toEqual([])
    const workloads = path.join(folder, 'k8s/prod/tenants/acme/workloads.yaml')
    mkdirSync(path.dirname(workloads), { recursive: true })
    writeFileSync(workloads, '')
    expect(await left()).toMatchObject([{ environment: 'prod' }])
  })

  it('suspends a tenant whose pipelines are broken, which cannot be rendered', async () => {
    const folder = cluster()
    write(folder, 'pipelines/orders/pipeline.yaml', 'smelt: 1\nname: orders\n')
    expect((await plan(folder)).err).toContain('error[spec/missing-field]')
    const resumed = await call(['tenant', 'resume', 'acme', '--env', 'prod'], { folder, variables })
    expect(resumed.code).toBe(0)
    // Its pods may be of before: what is left is told all the same.
    expect(resumed.out).toContain('smelt tenant apply acme --env prod\n')
  })
})

describe('smelt tenant explain', () => {
  const inCloud = (account: string, vpc: string, pipelines = 'pipelines: { orders: }'): string =>
    `smelt: 1
id: ${account.startsWith('1') ? 't-7kq3m9t4dhm' : 't-g4b8r2nc6pw'}
residency: [eu]
classification: { bronze: gdpr, silver: public, gold: internal, quarantine: gdpr }
environments:
  prod: { region: eu-central-1, account_id: "${account}", vpc_ids: [${vpc}] }
${pipelines}
`
  const LIVE = 'terragrunt/live/prod/eu-central-1'
  const OWN = 'vpc-0a4e76cf16be65766'
  const cloudProject = (files: Readonly<Record<string, string>> = {}): string =>
    project({
      'tenants/acme.yaml': inCloud('111122223333', `${OWN}, vpc-1a2b3c4d`),
      'tenants/globex.yaml': inCloud('444455556666', 'vpc-0b5f87da27cf76877'),
      ...Object.fromEntries(
        ['acme', 'globex'].map((key) => [`${LIVE}/tenants/${key}/terragrunt.stack.hcl`, 'locals {}\n']),
      ),
      ...files,
    })
  const explain = (principal: string, action: string, key: string, ...more: readonly string[]) =>
    tenant(
      cloudProject(),
      'explain',
      'acme',
      '--principal',
      principal,
      '--action',
      action,
      ...(key === '' ? [] : ['--key', key]),
      ...more,
    )

  it.each([
    ['engine', 'write', 'gold/a', 'vpc', 'allowed', 'WritePrefixes'],
    ['acme/reader-gold', 'read', 'gold/a', 'vpc-1a2b3c4d', 'allowed', 'ReadPrefixes'],
    ['reader-gold', 's3:GETOBJECT', 'gold/a', 'service', 'allowed', 'UseKey'],
    ['reader-gold', 'read', 'bronze/a', 'vpc', 'denied', 'ReadersOfBronze'],
    ['reader-bronze', 'read', 'bronze/a', 'vpc', 'denied', 'no such role is made'],
    ['reader-bronze', 'list', 'bronze/', 'vpc', 'denied', 'no such role is made'],
    [
      'arn:aws:iam::111122223333:role/smelt/t-7kq3m9t4dhm/smelt-t-7kq3m9t4dhm-prod-eu-central-1-reader-bronze',
      'read',
      'bronze/a',
      'vpc',
      'denied',
      'no such role is made',
    ],
    ['administrator', 'read', 'bronze/a', 'vpc', 'denied', 'ReadersOfBronze'],
    ['administrator', 'read', 'silver/a', 'vpc', 'allowed', 'Anything'],
    ['administrator', 'read', 'silver/a', 'internet', 'denied', 'DataOutsideNetwork '],
    ['administrator', 'write', 'silver/a', 'vpc', 'denied', 'WritersOfLayers'],
    ['globex/engine', 'read', 'silver/a', 'vpc', 'denied', 'ForeignIdentity'],
    ['reader-gold', 'list', 'gold/', 'vpc', 'allowed', 'ListPrefixes'],
    ['reader-gold', 'list', 'silver/', 'vpc', 'denied', 'No statement allows it'],
    ['engine', 'read', 'gold/a', 'internet', 'denied', 'DataOutsideNetwork '],
    ['engine', 'read', 'gold/a', '203.0.113.9', 'denied', 'DataOutsideNetwork '],
    ['engine', 'read', 'gold/a', 'vpc-0b5f87da27cf76877', 'denied', 'DataOutsideNetwork '],
    ['engine', 'read', 'gold/a', 'other-region', 'denied', 'DataOutsideRegion'],
    ['engine', 'read', 'gold/a', 'no-tls', 'denied', 'InsecureTransport'],
    ['engine', 'write', 'artifacts/a', 'vpc', 'denied', 'WritersOfArtifacts'],
    ['engine', 'kms:Decrypt', '', 'vpc', 'denied', 'KeyThroughStorage  policy of the key'],
    ['globex/engine', 'read', 'gold/a', 'vpc', 'denied', 'ForeignIdentity'],
    ['outsider', 'read', 'gold/a', 'vpc', 'denied', 'ForeignIdentity'],
    ['administrator', 'read', 'gold/a', 'vpc', 'denied', 'ReadersOfGold'],
    ['root', 's3:PutBucketPolicy', '', 'internet', 'allowed', 'RootRecovery  rule of the cloud'],
    ['apply', 's3:PutBucketPolicy', '', 'internet', 'allowed', 'ManageBucket'],
    ['apply', 'read', 'gold/a', 'vpc', 'denied', 'ReadersOfGold'],
    ['break-glass', 'read', 'elsewhere/a', 'internet', 'allowed', 'Anything'],
  ])('%s, %s %s from %s is %s by %s', async (principal, action, key, from, verdict, by) => {
    const { code, out, err } = await explain(principal, action, key, '--from', from)
    expect(err).toBe('')
    expect(out).toMatch(new RegExp(`^${verdict}: `))
    expect(out).toContain(by)
    expect(code).toBe(verdict === 'allowed' ? 0 : 1)
  })

  const ROLE = 'arn:aws:iam::111122223333:role'
  const ENGINE = 'smelt/t-7kq3m9t4dhm/smelt-t-7kq3m9t4dhm-prod-eu-central-1-engine'
  const THEIRS = 'arn:aws:iam::444455556666:role/smelt/t-g4b8r2nc6pw/smelt-t-g4b8r2nc6pw-prod-eu-central-1-engine'
  const ASSUMED = 'not known, and taken to allow everything'

  it.each([
    ['of a role of the tenant', `${ROLE}/${ENGINE}`, 'read', 'gold/a', 'allowed: engine, '],
    ['of who plans', `${ROLE}/smelt-plan`, 'read', 'gold/a', 'denied: plan, '],
    ['of who applies', `${ROLE}/smelt-apply`, 's3:PutBucketPolicy', '', 'allowed: apply, '],
    ['of who breaks glass', `${ROLE}/break-glass`, 'read', 'gold/a', 'allowed: break-glass, '],
    ['of a role of another tenant', THEIRS, 'read', 'gold/a', 'denied: globex/engine, '],
  ])('takes the ARN %s for whose it is', async (_, principal, action, key, says) => {
    const { out, err } = await explain(principal, action, key)
    expect({ err, says: out.slice(0, says.length) }).toEqual({ err: '', says })
    expect(out).not.toContain(ASSUMED)
  })

  it.each([
    ['another role of the account', `${ROLE}/Administrator`, 'ReadersOfGold'],
    ['one with a name like the engine', `${ROLE}/${ENGINE}-2`, 'ReadersOfGold'],
    ['a role of another account', 'arn:aws:iam::999999999999:role/team/etl', 'ForeignIdentity'],
    ['one of a tenant that is not here', THEIRS.replaceAll('g4b8r2nc6pw', '2222222222a'), 'ForeignIdentity'],
  ])('takes the ARN of %s for an outsider who was allowed everything, and says so', async (_, principal, by) => {
    const { code, out } = await explain(principal, 'read', 'gold/a')
    expect(code).toBe(1)
    expect(out).toContain(`denied: ${principal}, `)
    expect(out).toContain(by)
    expect(out).toContain(ASSUMED)
    const told = JSON.parse((await explain(principal, 'read', 'gold/a', '--json')).out) as unknown
    expect(told).toMatchObject({
      principal: { name: principal, arn: principal, policies: 'taken to allow everything' },
    })
  })

  it('takes the ARN of a role of the tenant in another environment for a stranger to this one', async () => {
    const stage = '  stage: { region: eu-west-1, account_id: "111122223333", vpc_ids: [vpc-1a2b3c4d] }\n  prod:'
    const folder = cloudProject({ 'tenants/acme.yaml': inCloud('111122223333', OWN).replace('  prod:', stage) })
    const arn = `${ROLE}/${ENGINE.replace('-prod-eu-central-1-', '-stage-eu-west-1-')}`
    const asked = `explain acme --env prod --principal ${arn} --action read --key gold/a`.split(' ')
    const { code, out } = await tenant(folder, ...asked)
    expect(code).toBe(1)
    expect(out).toContain(`denied: ${arn}, `)
    expect(out).not.toContain(ASSUMED)
  })

  it('says the same for programs, with the environment of the cloud by its name', async () => {
    const { code, out } = await explain('globex/reader-gold', 'read', 'gold/a', '--env', 'prod', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      tenant: 'acme',
      environment: 'prod',
      bucket: 'smelt-t-7kq3m9t4dhm-prod-111122223333-eu-central-1-an',
      principal: {
        name: 'globex/reader-gold',
        arn: 'arn:aws:iam::444455556666:role/smelt/t-g4b8r2nc6pw/smelt-t-g4b8r2nc6pw-prod-eu-central-1-reader-gold',
      },
      action: 's3:GetObject',
      key: 'gold/a',
      from: OWN,
      allowed: false,
      why: 'Nobody of another account is let in.',
      decided_by: [
        { statement: 'ForeignIdentity', policy: 'bucket', why: 'Nobody of another account is let in.' },
        { statement: 'ReadersOfGold', policy: 'bucket' },
      ],
    })
  })

  it('asks the policies with what region.hcl says of the platform', async () => {
    const open = cloudProject({
      [`${LIVE}/region.hcl`]: 'locals {\n  allowed_cidrs = [\n    "203.0.113.0/24", # the office\n  ]\n}\n',
    })
    const from = (address: string) =>
      tenant(open, ...`explain acme --principal engine --action read --key gold/a --from ${address}`.split(' '))
    expect((await from('203.0.113.9')).out).toMatch(/^allowed/)
    expect((await from('203.0.114.9')).out).toContain('DataOutsideNetworkAndAddresses')
  })

  it.each([
    [['engine', 's3:PutBucketPolicy', 'gold/a'], 'takes no `--key`'],
    [['engine', 'read', ''], 'name it with `--key`'],
    [['enigne', 'read', 'gold/a'], 'Did you mean `engine`?'],
    [['globex/plan', 'read', 'gold/a'], 'tenant/unknown-principal'],
    [
      ['arn:aws:iam::111122223333:user/eve', 'read', 'gold/a'],
      '`arn:aws:iam::111122223333:user/eve` is not the ARN of',
    ],
    [['arn:aws:iam::1111:role/etl', 'read', 'gold/a'], 'is not the ARN of a role'],
    [
      ['arn:aws:sts::111122223333:assumed-role/etl/eve', 'read', 'gold/a'],
      'that of a session. Give its role, such as `arn:aws:iam::111122223333:role/etl`',
    ],
    [['globxe/engine', 'read', 'gold/a'], 'cli/unknown-tenant'],
    [['engine', 'wrte', 'gold/a'], 'Did you mean `write`?'],
    [['engine', 'read', 'gold/a', '--env', 'prd'], 'Did you mean `prod`?'],
    [['engine', 'read', 'gold/a', '--from', 'vpc-1'], 'tenant/unknown-network'],
  ])('refuses %j', async ([principal = '', action = '', key = '', ...more], told) => {
    const { code, out, err } = await explain(principal, action, key, ...more)
    expect(out).toBe('')
    expect(err).toContain(told)
    expect(code).not.toBe(0)
  })

  it('wants a principal, an action, a tenant that stands in the cloud, and which of several environments', async () => {
    const folder = cloudProject()
    expect((await tenant(folder, 'explain', 'acme')).err).toContain('needs `--principal`')
    expect((await tenant(folder, 'explain', 'acme', '--principal', 'engine')).err).toContain('needs `--action`')
    const asked = 'explain acme --principal engine --action list'.split(' ')
    expect((await tenant(project(), ...asked)).err).toContain('error[tenant/not-in-cloud]')
    const two = inCloud('111122223333', OWN).replace(
      '  prod:',
      '  stage: { region: eu-west-1, account_id: "111122223333", vpc_ids: [vpc-1a2b3c4d] }\n  prod:',
    )
    const several = cloudProject({ 'tenants/acme.yaml': two })
    expect((await tenant(several, ...asked)).err).toContain('stands in `stage`, `prod`: name one with `--env`')
    expect((await tenant(several, ...asked, '--env', 'stage')).out).toContain('in stage, from vpc-1a2b3c4d')
  })

  it('plan shows who reaches what, and nothing of it for a tenant that stands nowhere', async () => {
    const folder = cloudProject()
    const { out } = await tenant(folder, 'plan', 'acme')
    expect(out).toContain('access in prod, eu-central-1: smelt-t-7kq3m9t4dhm-prod-111122223333-eu-central-1-an\n')
    expect(out).toMatch(/^  reader-gold +vpc-0a4e76cf16be65766 +- +- +r +- +-$/m)
    expect(out).toMatch(/^  reach nothing: .*nobody/m)
    const { access } = JSON.parse((await tenant(folder, 'plan', 'acme', '--json')).out) as {
      access: { environment: string; roles: object; verdicts: { caller: string; from: string; layers: object }[] }[]
    }
    expect(access).toMatchObject([{ environment: 'prod', region: 'eu-central-1' }])
    expect(access[0]?.verdicts).toContainEqual({
      caller: 'engine',
      from: 'the internet',
      layers: { bronze: '-', silver: '-', gold: '-', quarantine: '-' },
      manages: false,
    })
    expect((await tenant(project(), 'plan', 'acme')).out).not.toContain('access in')
  })

  it('plan has for programs what who plans and applies must be allowed, unless it hangs on a cluster it cannot know', async () => {
    type Access = { managers?: Record<'plan' | 'apply', { Statement: { Sid: string }[] }> }
    const managersIn = async (region: string): Promise<Access['managers']> => {
      const folder = cloudProject({ [`${LIVE}/region.hcl`]: `locals {\n${region}\n}\n` })
      const { access } = JSON.parse((await tenant(folder, 'plan', 'acme', '--json')).out) as { access: Access[] }
      return access[0]?.managers
    }
    const sids = async (region: string): Promise<string[] | undefined> =>
      (await managersIn(region))?.apply.Statement.map(({ Sid }) => Sid)
    expect(await sids('')).toContain('MakeKey')
    expect(await sids('')).not.toContain('PassRoles')
    const mode = '  identity_mode = "pod-identity"\n'
    expect(await sids(`${mode}  cluster_arn = "arn:aws:eks:eu-central-1:111122223333:cluster/a"`)).toContain(
      'PassRoles',
    )
    expect(await sids(`${mode}  cluster_arn = local.cluster`)).toBeUndefined()
  })

  it('plan says what only Terragrunt can work out', async () => {
    const worked = cloudProject({ [`${LIVE}/region.hcl`]: 'locals { allowed_cidrs = local.offices }' })
    expect(await tenant(worked, 'plan', 'acme')).toMatchObject({
      code: 0,
      out: expect.stringContaining('access in prod: not known, as `allowed_cidrs` in `') as string,
    })
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
    const applied = await tenant(folder, 'apply', 'acme')
    expect(applied).toMatchObject({ code: 0, err: '' })
    expect(applied.out).toBe(
      'files: written: rendered/local/acme/kafka.json\nfiles: written: rendered/local/acme/lake.json\n',
    )
    expect(existsSync(path.join(folder, 'topics'))).toBe(false)
    expect((await tenant(folder, 'resume', 'acme')).out).toContain('acme: is active')
    await tenant(folder, 'suspend', 'acme')
    expect((await tenant(folder, 'offboard', 'acme')).out).toContain('acme: is offboarded')
    expect(read(folder, 'tenants/acme.yaml')).toContain('state: offboarded\n')
    expect(await tenant(folder, 'apply', 'acme')).toMatchObject({ code: 0, out: 'files: nothing to do\n' })
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

  it('apply, rebuild and ingest refuse it by name too, and apply passes it over with all', async () => {
    const folder = project({ 'tenants/globex.yaml': 'smelt: 1\nstate: suspended\npipelines: { orders: }\n' })
    const refused = async (...args: readonly string[]): Promise<string> =>
      (await call([...args], { folder, temporaryFolder: path.join(folder, 'temporary') })).err
    for (const args of ['apply globex', 'apply globex/orders', 'rebuild globex/orders', 'ingest globex'])
      expect(await refused(...args.split(' '))).toContain('error[tenant/not-active]: The tenant `globex` is suspended')
    const all = await call(['apply'], { folder, temporaryFolder: path.join(folder, 'temporary') })
    expect(all).toEqual({ code: 0, out: 'acme/orders: never ran, so there is nothing to take over from\n', err: '' })
    expect(existsSync(path.join(folder, 'lake/globex'))).toBe(false)
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
