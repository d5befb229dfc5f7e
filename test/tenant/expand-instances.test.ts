import { describe, expect, it } from 'vitest'
import { parsePipeline, parseTenant, type TenantNode } from '#spec'
import { expandInstances, instanceName, type PipelineEntry } from '#tenant'

const env = (): undefined => undefined

function tenant(key: string, pipelines: string, file = `tenants/${key}.yaml`, more = ''): TenantNode {
  const { node, diagnostics } = parseTenant({ file, text: `smelt: 1\n${more}pipelines: ${pipelines}\n`, env })
  if (node === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return node
}

function pipeline(name: string, params = ''): PipelineEntry {
  const text = `smelt: 1\nname: ${name}\nsources: { s: { topic: t, contract: c, event_time: e } }\n${params}`
  const result = parsePipeline({ file: `pipelines/${name}/pipeline.yaml`, text, env })
  return { name, ...(result.params === undefined ? {} : { params: result.params }) }
}

const orders = pipeline(
  'orders',
  'params: { limit: { type: integer }, word: { type: string, default: hi }, grace: { type: duration, default: 1h } }',
)
const plain = pipeline('plain')

function problems(...tenants: TenantNode[]): string[] {
  const { diagnostics } = expandInstances({ tenants, pipelines: [orders, plain] })
  return diagnostics.map(({ code, pointer, span }) => `${code} ${span?.file ?? ''} ${pointer ?? ''}`)
}

describe('expandInstances', () => {
  it('makes an instance of each pipeline that a tenant lists, with every param', () => {
    const tenants = [
      tenant('acme', '{ plain: , orders: { params: { limit: 3, grace: 2h } } }'),
      tenant('globex', '{ plain: }'),
    ]
    const { instances, diagnostics } = expandInstances({ tenants, pipelines: [orders, plain] })
    expect(diagnostics).toEqual([])
    expect(instances.map(instanceName)).toEqual(['acme/plain', 'acme/orders', 'globex/plain'])
    expect([...(instances[1]?.params ?? [])]).toEqual([
      ['limit', 3],
      ['word', 'hi'],
      ['grace', '2h'],
    ])
    expect(instances[2]).toMatchObject({ pointer: '/pipelines/plain', span: { file: 'tenants/globex.yaml' } })
  })

  it('tells nothing of an offboarded tenant whose pipelines are gone or changed since, and keeps the others', () => {
    const listed = '{ gone: , orders: { params: { limit: many, never: 1 } }, plain: }'
    const of = (state: string): TenantNode => tenant('acme', listed, undefined, `state: ${state}\n`)
    expect(problems(of('suspended'))).toHaveLength(3)
    expect(problems(of('offboarded'))).toEqual([])
    const { instances } = expandInstances({ tenants: [of('offboarded')], pipelines: [orders, plain] })
    expect(instances.map(instanceName)).toEqual(['acme/plain'])
  })

  it('tells nothing of a pipeline listed by the name that it says where its folder is named otherwise', () => {
    const renamed = { ...orders, name: 'purchases', says: 'orders' }
    const tenants = [tenant('acme', '{ orders: , ordres: }')]
    const { instances, diagnostics } = expandInstances({ tenants, pipelines: [renamed] })
    expect(instances).toEqual([])
    expect(diagnostics.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['tenant/unknown-pipeline', '/pipelines/ordres'],
    ])
  })

  it.each([
    ['{ ordrs: }', ['tenant/unknown-pipeline tenants/acme.yaml /pipelines/ordrs']],
    ['{ orders: }', ['tenant/missing-param tenants/acme.yaml /pipelines/orders']],
    [
      '{ orders: { params: { limit: 1, wrod: x } } }',
      ['tenant/unknown-param tenants/acme.yaml /pipelines/orders/params/wrod'],
    ],
    ['{ orders: { params: { limt: 1 } } }', ['tenant/unknown-param tenants/acme.yaml /pipelines/orders/params/limt']],
    ['{ plain: { params: { x: 1 } } }', ['tenant/unknown-param tenants/acme.yaml /pipelines/plain/params/x']],
    [
      '{ orders: { params: { limit: "1" } } }',
      ['tenant/wrong-param-type tenants/acme.yaml /pipelines/orders/params/limit'],
    ],
    [
      '{ orders: { params: { limit: 1.5 } } }',
      ['tenant/wrong-param-type tenants/acme.yaml /pipelines/orders/params/limit'],
    ],
    [
      '{ orders: { params: { limit: 1, word: 2 } } }',
      ['tenant/wrong-param-type tenants/acme.yaml /pipelines/orders/params/word'],
    ],
    [
      '{ orders: { params: { limit: 1, grace: 3 } } }',
      ['tenant/wrong-param-type tenants/acme.yaml /pipelines/orders/params/grace'],
    ],
    [
      '{ orders: { params: { limit: 1, grace: soon } } }',
      ['tenant/wrong-param-type tenants/acme.yaml /pipelines/orders/params/grace'],
    ],
  ])('refuses %s', (pipelines, expected) => {
    expect(problems(tenant('acme', pipelines))).toEqual(expected)
  })

  it('keeps the good instances of a tenant that has a bad one', () => {
    const { instances } = expandInstances({
      tenants: [tenant('acme', '{ ordrs: , plain: }')],
      pipelines: [orders, plain],
    })
    expect(instances.map(instanceName)).toEqual(['acme/plain'])
  })

  it('leaves out a tenant with a bad key, and tells of it', () => {
    const { instances, diagnostics } = expandInstances({
      tenants: [tenant('Acme', '{ plain: }'), tenant('globex', '{ plain: }')],
      pipelines: [plain],
    })
    expect(instances.map(instanceName)).toEqual(['globex/plain'])
    expect(diagnostics.map(({ code }) => code)).toEqual(['tenant/bad-key'])
  })

  it('says nothing about the params of a pipeline that could not be read', () => {
    const { instances, diagnostics } = expandInstances({
      tenants: [tenant('acme', '{ broken: { params: { x: 1 } } }')],
      pipelines: [{ name: 'broken' }],
    })
    expect([instances, diagnostics]).toEqual([[], []])
  })
})
