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
    ['smelt: 1\nregion: eu\npipelines: { a: }', 'spec/not-available-yet'],
  ])('refuses %j', (text, code) => {
    const { node, diagnostics } = parse(text)
    expect(diagnostics.map((each) => each.code)).toEqual([code])
    expect(node).toBeUndefined()
  })
})
