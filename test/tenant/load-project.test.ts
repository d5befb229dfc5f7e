import { readdirSync, readFileSync, existsSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { instanceName, loadProject, type FileReader, type LoadedProject } from '#tenant'
import { projectFiles } from './project-files.ts'

const files = {
  'smelt.yaml': `smelt: 1
default_environment: local
environments:
  local: { broker: { topic_log: t }, lake: { folder: l } }
`,
  'tenants/acme.yaml': 'smelt: 1\npii_key: ${secrets.K}\npipelines: { orders: { params: { limit: 3 } } }\n',
  'tenants/globex.yaml': 'smelt: 1\npii_key: ${secrets.K}\npipelines: { orders: { params: { limit: 5 } } }\n',
  'tenants/README.md': 'not a tenant',
  'pipelines/orders/pipeline.yaml': `smelt: 1
name: orders
params: { limit: { type: integer } }
sources: { orders: { topic: orders, contract: c.json, event_time: at } }
silver:
  orders:
    from: orders
    where: amount < \${params.limit}
    columns: { amount: amount, buyer: { expr: email, pii: hash } }
`,
  'pipelines/notes.txt': 'not a pipeline',
}

function load(changes: Record<string, string | undefined> = {}): LoadedProject {
  const all = new Map<string, string | undefined>(Object.entries({ ...files, ...changes }))
  return loadProject(projectFiles(all), { env: () => undefined })
}

function codes({ diagnostics }: LoadedProject): string[] {
  return diagnostics.map(({ code, span }) => `${code} ${span?.file ?? ''}`)
}

describe('loadProject', () => {
  it('parses the pipeline for each tenant that runs it', () => {
    const { instances, project, diagnostics, texts } = load()
    expect(diagnostics).toEqual([])
    expect(project?.defaultEnvironment.value).toBe('local')
    expect(instances.map((each) => [instanceName(each), each.node.silver[0]?.node.where?.value])).toEqual([
      ['acme/orders', 'amount < 3'],
      ['globex/orders', 'amount < 5'],
    ])
    const names = ['smelt.yaml', 'tenants/acme.yaml', 'tenants/globex.yaml', 'pipelines/orders/pipeline.yaml']
    expect([...texts.keys()].sort()).toEqual(names.sort())
  })

  it('says what is wrong with a pipeline once, however many tenants run it', () => {
    const text = files['pipelines/orders/pipeline.yaml'].replace('where:', 'wehre:')
    expect(codes(load({ 'pipelines/orders/pipeline.yaml': text }))).toEqual([
      'spec/unknown-field pipelines/orders/pipeline.yaml',
    ])
  })

  it('says what is wrong for one tenant only', () => {
    const text = files['pipelines/orders/pipeline.yaml'].replace(
      'from: orders',
      'from: orders\n    dedupe: { by: [a], within: "${params.limit}s" }',
    )
    const zero = files['tenants/globex.yaml'].replace('limit: 5', 'limit: 0')
    const loaded = load({ 'pipelines/orders/pipeline.yaml': text, 'tenants/globex.yaml': zero })
    expect(codes(loaded)).toEqual(['spec/bad-value pipelines/orders/pipeline.yaml'])
    expect(loaded.instances.map(instanceName)).toEqual(['acme/orders'])
  })

  it.each<[string, Record<string, string | undefined>, string[]]>([
    ['no project file', { 'smelt.yaml': undefined }, ['spec/missing-file ']],
    [
      'no pii key',
      { 'tenants/acme.yaml': files['tenants/acme.yaml'].replace(/pii_key.*\n/, '') },
      ['tenant/no-pii-key tenants/acme.yaml'],
    ],
    [
      'another folder',
      {
        'pipelines/returns/pipeline.yaml': files['pipelines/orders/pipeline.yaml'].replace(
          'integer }',
          'integer, default: 1 }',
        ),
      },
      ['spec/name-not-folder pipelines/returns/pipeline.yaml'],
    ],
    ['a tenant that is no YAML', { 'tenants/bad.yaml': 'a: [' }, ['yaml/syntax tenants/bad.yaml']],
    [
      'a tenant in two files',
      { 'tenants/globex.yml': files['tenants/globex.yaml'] },
      ['tenant/duplicate-key tenants/globex.yml'],
    ],
    [
      'a tenant whose file ends otherwise',
      { 'tenants/globex.yaml': undefined, 'tenants/globex.yml': files['tenants/globex.yaml'] },
      ['tenant/not-yaml tenants/globex.yml'],
    ],
    ['nothing at all', Object.fromEntries(Object.keys(files).map((name) => [name, undefined])), ['spec/missing-file ']],
  ])('reports %s', (_, changes, expected) => {
    expect(codes(load(changes))).toEqual(expected)
  })

  it('finds the instances of the shipped project, without a problem', () => {
    const disk: FileReader = {
      read: (path) => (existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined),
      list: (folder) => readdirSync(folder),
    }
    const { instances, diagnostics } = loadProject(disk, { env: () => undefined })
    expect(diagnostics).toEqual([])
    expect(instances.map(instanceName)).toEqual(['acme/inventory-compliance', 'globex/inventory-compliance'])
    expect(instances.map(({ params }) => params.get('low_disk_pct'))).toEqual([10, 15])
  })
})

describe('loadProject of one instance', () => {
  const many = new Map<string, string>([
    ...Object.entries(files),
    [
      'tenants/acme.yaml',
      'smelt: 1\npii_key: ${secrets.K}\npipelines: { orders: { params: { limit: 3 } }, other: {} }\n',
    ],
    ['pipelines/other/pipeline.yaml', 'not: [a pipeline'],
  ])
  const only = { tenant: 'acme', pipeline: 'orders' }

  it('reads its pipeline and no other, and gives no other instance', () => {
    const { read, list } = projectFiles(many)
    const texts: string[] = []
    const counting: FileReader = { list, read: (path) => (texts.push(path), read(path)) }
    const { instances, pipelines, diagnostics } = loadProject(counting, { env: () => undefined }, only)
    expect(texts.filter((path) => path.startsWith('pipelines/'))).toEqual(['pipelines/orders/pipeline.yaml'])
    expect(pipelines.map(({ name }) => name)).toEqual(['orders'])
    expect(instances.map(instanceName)).toEqual(['acme/orders'])
    expect(diagnostics).toEqual([])
  })

  it('still says that its tenant lists a pipeline that is not there', () => {
    const misspelt = new Map([
      ...many,
      ['tenants/acme.yaml', 'smelt: 1\npipelines: { orders: { params: { limit: 3 } }, othr: {} }\n'],
    ])
    const loaded = loadProject(projectFiles(misspelt), { env: () => undefined }, only)
    expect(codes(loaded)).toEqual(['tenant/unknown-pipeline tenants/acme.yaml', 'tenant/no-pii-key tenants/acme.yaml'])
  })

  it('says what is wrong with the instance itself', () => {
    const wrong = new Map([
      ...many,
      ['tenants/acme.yaml', 'smelt: 1\npii_key: ${secrets.K}\npipelines: { orders: { params: { limit: many } } }\n'],
    ])
    const loaded = loadProject(projectFiles(wrong), { env: () => undefined }, only)
    expect(codes(loaded)).toEqual(['tenant/wrong-param-type tenants/acme.yaml'])
  })
})
