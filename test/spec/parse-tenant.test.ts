import { describe, expect, it } from 'vitest'
import { parseTenant } from '#spec'

function parse(text: string): ReturnType<typeof parseTenant> {
  return parseTenant({ file: 'tenants/acme.yaml', text, env: () => undefined })
}

describe('parseTenant', () => {
  it('reads a tenant with its pipelines and params', () => {
    const { node, diagnostics } = parse(`smelt: 1
name: Acme
pii_key: \${secrets.ACME-KEY}
pipelines:
  orders: { params: { limit: 5, on: true, grace: 1h } }
  returns:
  refunds: null
`)
    expect(diagnostics).toEqual([])
    expect(node).toMatchObject({ key: 'acme', piiKey: { value: { secret: 'ACME-KEY' } } })
    expect(node?.pipelines.map(({ name, node: { params } }) => [name, params.map((each) => each.node.value)])).toEqual([
      ['orders', [5, true, '1h']],
      ['returns', []],
      ['refunds', []],
    ])
  })

  it.each([
    ['name: Acme\npipelines: { a: }', 'spec/missing-field'],
    ['smelt: 1\nid: 5\npipelines: { a: }', 'tenant/id-is-name'],
    ['smelt: 1\npipelines: [a]', 'spec/wrong-type'],
    ['smelt: 1\npipelines: { a: { param: {} } }', 'spec/unknown-field'],
    ['smelt: 1\npipelines: { a: { params: { p: [1] } } }', 'spec/wrong-type'],
    ['smelt: 1\npipelines: { a: { params: { p: .inf } } }', 'spec/bad-value'],
    ['smelt: 1\npipelines: { a: { params: { p: 9007199254740993 } } }', 'spec/bad-value'],
    ['smelt: 1\npipelines: { a: { params: { p: "${params.q}" } } }', 'spec/params-not-here'],
    ['smelt: 1\npipelines: { a: { params: { p: "${secrets.q}" } } }', 'spec/secret-not-allowed'],
    ['smelt: 1\npii_key: plain\npipelines: { a: }', 'spec/plain-secret'],
    ['smelt: 1\nregion: eu\npipelines: { a: }', 'tenant/per-environment'],
  ])('refuses %j', (text, code) => {
    const { node, diagnostics } = parse(text)
    expect(diagnostics.map((each) => each.code)).toEqual([code])
    expect(node).toBeUndefined()
  })
})

const LEVELS = '{ bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }'

interface Cloud {
  readonly region?: string
  readonly account?: string
  readonly vpcs?: string
  readonly levels?: string
  readonly residency?: string
}

function cloud({
  region = 'eu-central-1',
  account = '"111122223333"',
  vpcs = '[vpc-1a2b3c4d]',
  ...more
}: Cloud): string {
  const { levels = LEVELS, residency = '[eu]' } = more
  const prod = `{ region: ${region}, account_id: ${account}, vpc_ids: ${vpcs} }`
  const where = `residency: ${residency}\nclassification: ${levels}\nenvironments: { prod: ${prod} }`
  return `smelt: 1\nid: t-7kq3m9t4dhm\n${where}\npipelines: { a: }\n`
}

describe('a tenant in the cloud', () => {
  it('has all that is said of it', () => {
    const more = 'tags: { cost-center: "4711" }\nquotas: { cpu: 8, memory: 1GB }\ncontacts: { owner: a@b.example }\n'
    const { node, diagnostics } = parse(cloud({}) + more)
    expect(diagnostics).toEqual([])
    expect(node).toMatchObject({
      id: { value: 't-7kq3m9t4dhm' },
      state: 'active',
      residency: ['eu'],
      classification: { bronze: 'gdpr', gold: 'internal' },
      tags: [['cost-center', '4711']],
      quotas: { cpu: 8, memoryBytes: 1_000_000_000 },
      contacts: { owner: 'a@b.example' },
    })
    expect(node?.environments[0]).toMatchObject({
      name: 'prod',
      node: { region: { value: 'eu-central-1' }, accountId: { value: '111122223333' } },
    })
  })

  it('may have endpoints made in its networks', () => {
    const vpcs = '[vpc-1a2b3c4d], endpoint_vpc_ids: { vpc-1a2b3c4d: [rtb-0a1b2c3d, rtb-0a1b2c3e] }'
    expect(parse(cloud({ vpcs })).diagnostics).toEqual([])
  })

  it.each<readonly [Cloud, string]>([
    [{ region: 'eu-west' }, 'tenant/unknown-region'],
    [{ region: 'eu-central-1a' }, 'tenant/unknown-region'],
    [{ region: 'EU-CENTRAL-1' }, 'tenant/unknown-region'],
    [{ region: 'us-east-1' }, 'tenant/outside-residency'],
    [{ region: 'eu-west-2' }, 'tenant/outside-residency'],
    [{ residency: '[eu, mars]' }, 'spec/unknown-choice'],
    [{ account: 't-7kq3m9t4dhm' }, 'tenant/account-is-id'],
    [{ account: '111122223333' }, 'spec/wrong-type'],
    [{ account: '"11112222333"' }, 'spec/bad-value'],
    [{ vpcs: '[vpc-0a4e76cf16be657664]' }, 'tenant/bad-vpc-id'],
    [{ vpcs: '[vpc-0A4E76CF]' }, 'tenant/bad-vpc-id'],
    [{ vpcs: '[vpc-1a2b3c4d, vpc-1a2b3c4d]' }, 'spec/duplicate-entry'],
    [{ vpcs: '[]' }, 'spec/no-value'],
    [{ vpcs: `'["vpc-1a2b3c4d"]'` }, 'tenant/vpc-ids-not-list'],
    [{ vpcs: 'vpc-1a2b3c4d' }, 'tenant/vpc-ids-not-list'],
    [{ vpcs: '[vpc-1a2b3c4d], endpoint_vpc_ids: { vpc-1a2b: [rtb-0a1b2c3d] }' }, 'spec/bad-name'],
    [{ vpcs: '[vpc-1a2b3c4d], endpoint_vpc_ids: { vpc-1a2b3c4d: [rtb-1] }' }, 'spec/bad-value'],
    [{ vpcs: '[vpc-1a2b3c4d], endpoint_vpc_ids: { vpc-1a2b3c4d: [] }' }, 'spec/no-value'],
    [{ levels: '[GDPR]' }, 'tenant/classification-not-per-layer'],
    [{ levels: 'gdpr' }, 'tenant/classification-not-per-layer'],
    [{ levels: LEVELS.replace('internal', 'secret') }, 'spec/unknown-choice'],
    [{ levels: LEVELS.replace('quarantine: gdpr', 'quarantine: internal') }, 'tenant/quarantine-less-sensitive'],
  ])('refuses %j', (given, code) => {
    const { node, diagnostics } = parse(cloud(given))
    expect(diagnostics.map((each) => each.code)).toEqual([code])
    expect(node).toBeUndefined()
  })

  it.each(['id', 'residency', 'classification'])('needs %s', (field) => {
    const text = cloud({}).replace(new RegExp(`^${field}:.*\\n`, 'm'), '')
    expect(parse(text).diagnostics.map(({ code, message }) => [code, message.includes(`\`${field}\``)])).toEqual([
      ['spec/missing-field', true],
    ])
  })

  it.each([
    ['bucket: acme-eu-west-datalake', 'tenant/derived-name'],
    ['role: flink-dev', 'tenant/shared-role'],
    ['account_id: "111122223333"', 'tenant/per-environment'],
    ['id: 123456789012', 'tenant/id-is-account'],
    ['id: acme', 'tenant/id-is-name'],
    ['id: t-7kq3n9t4dhm', 'tenant/bad-id'],
    ['id: T-7KQ3N9T4DHM', 'tenant/bad-id'],
    ['id: t-7kq3', 'spec/bad-value'],
    ['id: T-7KQ3', 'spec/bad-value'],
    ['state: gone', 'spec/unknown-choice'],
    ['contacts: { owner: nobody }', 'spec/bad-value'],
    ['tags: { Cost: a }', 'spec/bad-name'],
    ['tags: { tenant: globex }', 'spec/bad-name'],
    ['tags: { data-classification-gold: public }', 'spec/bad-name'],
    ['tags: { cost: "a<b>" }', 'spec/bad-value'],
  ])('refuses %s', (line, code) => {
    expect(parse(`smelt: 1\n${line}\npipelines: { a: }\n`).diagnostics.map((each) => each.code)).toEqual([code])
  })

  it('needs pipelines, unless it is a tombstone', () => {
    const missing = (text: string): unknown =>
      parse(text).diagnostics.map(({ code, message, span }) => [code, message, span?.start.line])
    const told = [['spec/missing-field', 'The tenant needs the field `pipelines`', 1]]
    expect(missing('smelt: 1\n')).toEqual(told)
    expect(missing('smelt: 1\nstate: suspended\n')).toEqual(told)
    const { node, diagnostics } = parse('smelt: 1\nid: t-7kq3m9t4dhm\nstate: "offboarded"\n')
    expect(diagnostics).toEqual([])
    expect(node).toMatchObject({ state: 'offboarded', pipelines: [], id: { value: 't-7kq3m9t4dhm' } })
    expect(missing('smelt: 1\nstate: offboarded\npipelnes: { a: }\n')).toEqual([
      ['spec/unknown-field', 'The tenant has no field `pipelnes`', 3],
    ])
  })

  it('mends a list in quotes, and an id that is the name', () => {
    const edits = (text: string): unknown =>
      parse(text).diagnostics.map(({ fix }) => [fix?.confidence, fix?.edits.map((each) => each.text)])
    expect(edits(cloud({ vpcs: `'["vpc-1a2b3c4d"]'` }))).toEqual([['safe', ['[vpc-1a2b3c4d]']]])
    expect(edits('smelt: 1\nid: acme # ours\npipelines: { a: }\n')).toEqual([['maybe', ['']]])
    for (const id of ['T-7KQ3M9T4DHM', '" t-7kq3m9t4dhm"', "'t-7kq3M9t4dhm  '"]) {
      const text = `smelt: 1\nid: ${id}\npipelines: { a: }\n`
      expect(parse(text).diagnostics.map(({ code }) => code)).toEqual(['tenant/id-spelling'])
      expect(edits(text)).toEqual([['safe', ['t-7kq3m9t4dhm']]])
    }
    expect(edits('{ smelt: 1, id: acme, pipelines: { a: {} } }\n')).toEqual([[undefined, undefined]])
  })
})

describe('what Terragrunt reads out of the file of a tenant', () => {
  const whole = `smelt: 1
id: t-7kq3m9t4dhm
name: "\${env.NAME}"
residency: [eu]
classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
environments:
  prod:
    region: eu-central-1
    account_id: "111122223333"
    vpc_ids: [vpc-0a4e76cf16be65766]
    endpoint_vpc_ids: { vpc-0a4e76cf16be65766: [rtb-0a1b2c3d] }
tags: { cost-center: "4711" }
contacts: { owner: "\${env.OWNER}" }
pipelines: { a: { params: { p: "\${env.P}" } } }
`
  const values = { NAME: 'Acme', OWNER: 'a@b.example', P: '5', X: 'eu-central-1' }
  const read = (text: string): ReturnType<typeof parseTenant> =>
    parseTenant({
      file: 'tenants/acme.yaml',
      text,
      env: (name) => (Object.hasOwn(values, name) ? values[name as keyof typeof values] : undefined),
    })

  it('is written out; what Smelt alone reads may hold variables', () => {
    expect(read(whole).diagnostics).toEqual([])
    expect(read(whole).node).toMatchObject({ name: { value: 'Acme' }, contacts: { owner: 'a@b.example' } })
  })

  it.each([
    ['t-7kq3m9t4dhm', 'id'],
    ['[eu]', 'residency'],
    ['gdpr', 'classification.bronze'],
    ['eu-central-1', 'environments.prod.region'],
    ['"111122223333"', 'environments.prod.account_id'],
    ['[vpc-0a4e76cf16be65766]', 'environments.prod.vpc_ids'],
    ['vpc-0a4e76cf16be65766]', 'environments.prod.vpc_ids'],
    ['rtb-0a1b2c3d', 'environments.prod.endpoint_vpc_ids'],
    ['"4711"', 'tags.cost-center'],
  ])('refuses a placeholder for %s', (value, field) => {
    for (const placeholder of ['${env.X}', '${env.MISSING:-a}', '${params.X}', '${secrets.X}', '$${env.X}']) {
      const given = value.replace(/"?[^[\]"]+"?/, () => `"${placeholder}"`)
      const text = whole.replace(value, () => given)
      const { node, diagnostics } = read(text)
      expect(diagnostics.map(({ code }) => code)).toEqual(['tenant/filled-in'])
      expect(diagnostics[0]?.message).toContain(`\`${field}`)
      expect(diagnostics[0]?.span?.start.line).toBe(text.slice(0, text.indexOf(placeholder)).split('\n').length)
      expect(node).toBeUndefined()
    }
  })

  it('is not of a partition that the modules do not take', () => {
    for (const region of ['cn-north-1', 'cn-northwest-1', 'eusc-de-east-1']) {
      const { diagnostics } = read(whole.replace('eu-central-1', region))
      expect(diagnostics.map(({ code }) => code)).toEqual(['tenant/partition-not-served'])
    }
    const government = whole.replace('eu-central-1', 'us-gov-west-1').replace('[eu]', '[us]')
    expect(read(government).diagnostics).toEqual([])
  })
})
