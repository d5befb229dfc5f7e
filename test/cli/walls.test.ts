import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '#lake'
import { processHost } from '../../runtime/cli/process-host.ts'
import { forkInstance } from '../../runtime/cli/instance/fork-instance.ts'
import { openSession } from '../support/duckdb.ts'
import { openTestLake } from '../support/lake.ts'
import { ORDERS_CONTRACT, ordersPipeline } from '../support/orders.ts'
import { bufferHost, idleChild, smelt } from './support/buffer-host.ts'
import { temporaryFolder, write } from './support/project.ts'

/** What every way over the wall is tried to read. */
const PRIZE = 'globex-only'

const VARIABLES = {
  SMELT_SECRET_ACME_HOOK: 'http://127.0.0.1:9/acme',
  SMELT_SECRET_GLOBEX_HOOK: `http://127.0.0.1:9/${PRIZE}`,
  SMELT_SECRET_SHARED_HOOK: 'http://127.0.0.1:9/shared',
  VAULT_GLOBEX_HOOK: PRIZE,
}

const PIPELINE = 'pipelines/orders/pipeline.yaml'

/** Two tenants on one machine; acme's side is what `files` make of it. */
function twoTenants(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  write(folder, {
    'smelt.yaml':
      'smelt: 1\ndefault_environment: local\nenvironments:\n' +
      '  local:\n    broker: { topic_log: topics }\n    lake: { folder: lake }\n' +
      '  vault:\n    broker: { topic_log: topics }\n    lake: { folder: lake }\n    secrets: { env_prefix: VAULT_ }\n',
    'tenants/acme.yaml': 'smelt: 1\npipelines:\n  orders:\n',
    'tenants/globex.yaml': 'smelt: 1\npipelines:\n  theirs:\n',
    [PIPELINE]: ordersPipeline(),
    'pipelines/orders/contracts/orders.schema.json': ORDERS_CONTRACT,
    'pipelines/theirs/pipeline.yaml': ordersPipeline().replace('name: orders', 'name: theirs'),
    'pipelines/theirs/contracts/orders.schema.json': ORDERS_CONTRACT,
    'pipelines/theirs/regions.json': `[{"region":"${PRIZE}"}]`,
    'lake/globex/regions.json': `[{"region":"${PRIZE}"}]`,
    ...files,
  })
  return folder
}

/** The codes of what a command says is wrong; nothing of globex may stand in what it prints. */
async function refusals(folder: string, args: readonly string[]): Promise<string[]> {
  const { code, out, err } = await smelt([...args], { folder, temporaryFolder: folder, variables: VARIABLES })
  expect(`${out}${err}`).not.toContain(PRIZE)
  expect(code, out).not.toBe(0)
  return [...new Set([...`${out}${err}`.matchAll(/error\[([a-z-]+\/[a-z-]+)\]/g)].map(([, found = '']) => found))]
}

const reference = (file: string): string =>
  ordersPipeline({ settings: `references:\n  regions: { file: ${file}, key: [region] }` }).replace(
    'from: orders }',
    'from: orders, columns: { at: at, region: { lookup: regions.region, on: [id] }, amount: amount } }',
  )

const sink = (settings: string): string =>
  ordersPipeline().replace(
    'gold:\n',
    `sinks:\n  out: ${settings}\ngold:\n` +
      '  big: { from: orders, window: { tumbling: 1h }, measures: { n: count(*) }, alert: { id: [window_start], to: [out] } }\n',
  )

describe('what a pipeline of acme can name', () => {
  it.each([
    [
      'a contract above its folder',
      ordersPipeline().replace('contracts/', '../theirs/contracts/'),
      'plan/outside-project',
    ],
    ['a contract by its whole path', ordersPipeline().replace('contracts/', '/etc/'), 'plan/outside-project'],
    ['a reference in the lake', reference('../../lake/globex/regions.json'), 'plan/outside-project'],
    [
      'a reference through a folder that is there',
      reference('contracts/../../theirs/regions.json'),
      'plan/outside-project',
    ],
    ['a topic above its own', ordersPipeline().replace('topic: orders', 'topic: ../globex.orders'), 'spec/bad-value'],
    ['a topic with a folder', ordersPipeline().replace('topic: orders', 'topic: x/globex.orders'), 'spec/bad-value'],
    ['a topic of alerts above its own', sink('{ kafka: { topic: "../globex.orders" } }'), 'spec/bad-value'],
    [
      'an index above its own',
      sink('{ elasticsearch: { url: "http://127.0.0.1:9", index: "../globex.orders" } }'),
      'spec/bad-value',
    ],
    ['a secret of globex', sink('{ webhook: "${secrets.GLOBEX_HOOK}" }'), 'tenant/foreign-secret'],
    ['a secret of globex, in other letters', sink('{ webhook: "${secrets.globex_HOOK}" }'), 'tenant/foreign-secret'],
    ['a secret as a variable', sink('{ webhook: "${env.SMELT_SECRET_GLOBEX_HOOK}" }'), 'spec/secret-variable'],
    ['a secret with a default', sink('{ webhook: "${env.SMELT_SECRET_GLOBEX_HOOK:-x}" }'), 'spec/secret-variable'],
    ['a secret of another environment', sink('{ webhook: "${env.VAULT_GLOBEX_HOOK}" }'), 'spec/secret-variable'],
    ['the keys of the platform', sink('{ webhook: "${env.AWS_SECRET_ACCESS_KEY}" }'), 'spec/secret-variable'],
  ])('not %s', async (_, yaml, code) => {
    const folder = twoTenants({ [PIPELINE]: yaml })
    expect(await refusals(folder, ['check'])).toEqual([code])
    expect(await refusals(folder, ['run', 'acme/orders', '--until-end'])).toEqual([code])
  })

  it('not a secret of globex, whatever the file of globex holds', async () => {
    const yaml = sink('{ webhook: "${secrets.GLOBEX_HOOK}" }')
    for (const text of ['bogus: 1\n', 'smelt: 1\npipelines: [\n']) {
      const folder = twoTenants({ [PIPELINE]: yaml, 'tenants/globex.yaml': text })
      for (const command of [['check'], ['run', 'acme/orders', '--until-end'], ['apply', 'acme/orders']])
        expect(await refusals(folder, command), command.join(' ')).toContain('tenant/foreign-secret')
    }
  })

  it('its own secrets, those of all, and topics whose names only look like another tenant', async () => {
    for (const yaml of [
      sink('{ webhook: "${secrets.ACME_HOOK}" }'),
      sink('{ webhook: "${secrets.SHARED_HOOK}" }'),
      ordersPipeline().replace('topic: orders', 'topic: globex.orders'),
    ]) {
      const folder = twoTenants({ [PIPELINE]: yaml })
      const { code, out, err } = await smelt(['check'], { folder, variables: VARIABLES })
      expect(code, out + err).toBe(0)
    }
    const folder = twoTenants({ [PIPELINE]: ordersPipeline().replace('topic: orders', 'topic: globex.orders') })
    const { out } = await smelt(['explain', 'acme/orders', '--json'], { folder })
    expect(out).toContain('"topic acme.globex.orders"')
  })

  it.each([
    ['a file', (folder: string) => symlinkSync('../../lake/globex/regions.json', path.join(folder, 'regions.json'))],
    ['a folder', (folder: string) => symlinkSync('../theirs', path.join(folder, 'linked'))],
  ])('not %s behind a link', async (what, link) => {
    const folder = twoTenants({ [PIPELINE]: reference(what === 'a file' ? 'regions.json' : 'linked/regions.json') })
    link(path.join(folder, 'pipelines', 'orders'))
    expect(await refusals(folder, ['check'])).toEqual(['spec/linked-away'])
    expect(await refusals(folder, ['run', 'acme/orders', '--until-end'])).toEqual(['spec/linked-away'])
  })
})

/** Puts a link in place of what is at `place`. `target` is from the root of the project. */
function link(folder: string, place: string, target: string): void {
  const absolute = path.join(folder, place)
  rmSync(absolute, { recursive: true, force: true })
  mkdirSync(path.dirname(absolute), { recursive: true })
  symlinkSync(path.join(folder, target), absolute)
}

describe('what a link in the files of acme can lead to', () => {
  const SECRET = '.smelt/secrets/GLOBEX_HOOK'
  const there = {
    [SECRET]: `${PRIZE}\n`,
    '.smelt/secrets/GLOBEX.yaml': `${PRIZE}\n`,
    'pipelines/orders/tests/a.yaml':
      'smelt: 1\ncases: { none: { clock: 2026-01-01T00:00:00Z, then: { tables: { orders: { rows: [] } } } } }\n',
  }
  /** Tests are no part of a run, and tenants none of a test. */
  const COMMANDS = [['check'], ['test'], ['run', 'acme/orders', '--until-end'], ['explain', 'acme/orders']]

  it.each([
    ['a test', 'pipelines/orders/tests/z.yaml', SECRET],
    ['the pipeline file', PIPELINE, SECRET],
    ['the pipeline file of another', PIPELINE, 'pipelines/theirs/pipeline.yaml'],
    ['the contract', 'pipelines/orders/contracts/orders.schema.json', SECRET],
    ['the folder of tests', 'pipelines/orders/tests', '.smelt/secrets'],
    ['the folder of contracts', 'pipelines/orders/contracts', 'pipelines/theirs/contracts'],
    ['the whole pipeline', 'pipelines/orders', 'pipelines/theirs'],
    ['a tenant', 'tenants/acme.yaml', SECRET],
  ])('%s: nowhere', async (_, place, target) => {
    const folder = twoTenants(there)
    link(folder, place, target)
    for (const command of COMMANDS) {
      const [verb = ''] = command
      if (place.includes('tests') ? !['check', 'test'].includes(verb) : place.includes('tenants') && verb === 'test')
        continue
      const found = await refusals(folder, command)
      expect(found, command.join(' ')).toContain('spec/linked-away')
    }
  })

  it('is said where the link is', async () => {
    const folder = twoTenants(there)
    link(folder, 'pipelines/orders/tests/z.yaml', SECRET)
    const { err, out } = await smelt(['check'], { folder, variables: VARIABLES })
    expect(out + err).toContain(
      'error[spec/linked-away]: `pipelines/orders/tests/z.yaml` leads out of `pipelines/orders` by a link\n' +
        '  pipelines/orders/tests/z.yaml:1:1\n',
    )
  })

  it('lies within the same folder: that is fine', async () => {
    const folder = twoTenants({
      'pipelines/orders/of/pipeline.yaml': ordersPipeline(),
      'tenants/of/acme': 'smelt: 1\npipelines:\n  orders:\n',
    })
    link(folder, PIPELINE, 'pipelines/orders/of/pipeline.yaml')
    link(folder, 'tenants/acme.yaml', 'tenants/of/acme')
    const { code, out, err } = await smelt(['check'], { folder, variables: VARIABLES })
    expect(code, out + err).toBe(0)
  })

  it('nor can the path of a file of events', async () => {
    for (const file of [`../../${SECRET}`, '../theirs/regions.json', '/etc/hostname']) {
      const cases = `{ a: { given: { orders: [{ file: "${file}" }] }, then: { tables: { orders: { rows: [] } } } } }`
      const text = `smelt: 1\nclock: 2026-01-01T00:00:00Z\ncases: ${cases}\n`
      const folder = twoTenants({ ...there, 'pipelines/orders/tests/z.yaml': text })
      expect(await refusals(folder, ['test']), file).toEqual(['plan/outside-project'])
    }
  })
})

describe("what acme's file can name", () => {
  it.each([
    ['a key of globex', 'pii_key: ${secrets.GLOBEX_HOOK}\n', 'tenant/foreign-secret'],
    ['a secret as its name', 'name: ${env.SMELT_SECRET_GLOBEX_HOOK}\n', 'spec/secret-variable'],
  ])('not %s', async (_, line, code) => {
    const folder = twoTenants({ 'tenants/acme.yaml': `smelt: 1\n${line}pipelines:\n  orders:\n` })
    expect(await refusals(folder, ['check'])).toEqual([code])
  })

  it.each(['Globex', 'acme_2', 'acme.globex', 'a', 'acme-'])('not the name %j', async (name) => {
    const folder = twoTenants({ [`tenants/${name}.yaml`]: `smelt: 1\npipelines:\n  orders:\n` })
    expect(await refusals(folder, ['check'])).toEqual(['tenant/bad-key'])
  })
})

describe('what a command about acme can name', () => {
  it.each([
    [['run', '../globex/orders'], 'tenant/bad-instance'],
    [['run', 'acme/../globex'], 'tenant/bad-instance'],
    [['run', 'acme/theirs'], 'tenant/unknown-instance'],
    [['savepoint', 'acme/orders', '--name', '../../globex/state/x'], 'cli/bad-usage'],
    [['produce', '../globex.orders', '--file', 'x.ndjson'], 'cli/bad-usage'],
    [['produce', 'acme./../globex.orders', '--file', 'x.ndjson'], 'stream/invalid-topic-name'],
  ])('not by %j', async (args, code) => {
    expect(await refusals(twoTenants({ 'x.ndjson': '{}\n' }), args)).toEqual([code])
  })
})

describe('smelt query --tenant acme', async () => {
  const session = await openSession()
  afterAll(() => session.close())

  async function lakes(): Promise<string> {
    const folder = twoTenants()
    for (const tenant of ['acme', 'globex']) {
      const store = await openStore({ kind: 'folder', path: path.join(folder, 'lake', tenant) })
      onTestFinished(() => store.close())
      const lake = openTestLake(store, session, path.join(folder, 'scratch'))
      await lake.create(`of_${tenant}`, { columns: [{ name: 'name', type: 'string' }] })
      await lake.append(`of_${tenant}`, `select '${tenant}-only' as name`)
    }
    return folder
  }

  it('reads the tables of acme, and lists no others', async () => {
    const folder = await lakes()
    const query = (sql: string): ReturnType<typeof smelt> =>
      smelt(['query', sql, '--tenant', 'acme', '--format', 'csv'], {
        folder,
        temporaryFolder: folder,
        variables: VARIABLES,
      })
    expect((await query('select name from acme.silver.of_acme')).out).toContain('acme-only')
    expect((await query('select name from of_acme')).out).toContain('acme-only')
    for (const sql of [
      'show all tables',
      'select view_name, sql from duckdb_views()',
      'select * from duckdb_databases()',
    ])
      expect((await query(sql)).out, sql).not.toMatch(/globex/)
    // Without the wall it is there: the operator of all tenants sees all.
    const all = await smelt(['query', 'select name from globex.silver.of_globex'], { folder, temporaryFolder: folder })
    expect(all.out).toContain(PRIZE)
  })

  it('cannot name what is not of acme', async () => {
    const folder = await lakes()
    const data = path.join(folder, 'lake', 'globex')
    for (const sql of [
      'select * from globex.silver.of_globex',
      'select * from "globex"."silver"."of_globex"',
      'select * from of_globex',
      'describe globex.silver.of_globex',
      `select * from read_parquet('${data}/silver/of_globex/data/*.parquet')`,
      `select * from read_text('${data}/regions.json')`,
      `select * from read_blob('${data}/regions.json')`,
      `select * from read_csv('${data}/regions.json')`,
      `select * from read_json_auto('${data}/regions.json')`,
      `select * from glob('${data}/**')`,
      `from '${data}/regions.json'`,
      `attach '${data}/x.db'`,
      `select * from parquet_metadata('${data}/silver/of_globex/data/*.parquet')`,
      "select getenv('SMELT_SECRET_GLOBEX_HOOK')",
      "select * from read_text('/proc/self/environ')",
      'use globex.silver; select * from of_globex',
      "set file_search_path = '/'",
    ])
      expect(await refusals(folder, ['query', sql, '--tenant', 'acme']), sql).toEqual([
        expect.stringMatching(/^cli\/query-(failed|refused)$/),
      ])
    expect(await refusals(folder, ['query', 'select 1', '--tenant', '../globex'])).toEqual(['cli/unknown-tenant'])
  })
})

describe('the process of an instance', () => {
  const hidden = (folder: string, instance: string): string[] => {
    let hides: (variable: string) => boolean = () => false
    const host = bufferHost({ fork: (_, given) => ((hides = given), idleChild) })
    forkInstance(host, instance, { project: folder, globals: { json: false, colours: false }, untilEnd: false })
    return [...Object.keys(VARIABLES), 'PATH'].filter((name) => hides(name))
  }

  it('does not hold the secrets of another tenant', () => {
    const folder = twoTenants()
    expect(hidden(folder, 'acme/orders')).toEqual(['SMELT_SECRET_GLOBEX_HOOK', 'VAULT_GLOBEX_HOOK'])
    expect(hidden(folder, 'globex/theirs')).toEqual(['SMELT_SECRET_ACME_HOOK'])
  })

  it.runIf(process.platform === 'linux')('is started without them', async () => {
    process.env['SMELT_SECRET_GLOBEX_HOOK'] = PRIZE
    process.env['SMELT_SECRET_ACME_HOOK'] = 'ours'
    onTestFinished(() => {
      delete process.env['SMELT_SECRET_GLOBEX_HOOK']
      delete process.env['SMELT_SECRET_ACME_HOOK']
    })
    const child = processHost().fork(['run-instance', 'acme/orders'], (name) => name === 'SMELT_SECRET_GLOBEX_HOOK')
    onTestFinished(() => child.kill())
    const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8')
    expect(environment).toContain('SMELT_SECRET_ACME_HOOK=ours')
    expect(environment).not.toContain(PRIZE)
  })
})
