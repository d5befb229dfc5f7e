import { describe, expect, it } from 'vitest'
import { checkPipeline, openCheck, type FileReader, type PipelineCheck } from '#tenant'
import { projectFiles } from './project-files.ts'

const contract =
  '{ "type": "object", "required": ["at"], "properties": { "at": { "type": "string", "format": "date-time" }, "n": { "type": "integer" } } }'
const pipeline = `smelt: 1
name: orders
params: { least: { type: integer, default: 1 } }
sources: { s: { topic: t, contract: contracts/c.json, event_time: at } }
silver: { t: { from: s, columns: { at: at, id: { expr: n, pii: hash } }, where: n > \${params.least} } }
`
const files: Readonly<Record<string, string>> = {
  'smelt.yaml':
    'smelt: 1\ndefault_environment: e\nenvironments: { e: { broker: { topic_log: t }, lake: { folder: l } } }\n',
  'pipelines/orders/contracts/c.json': contract,
  'pipelines/orders/pipeline.yaml': pipeline,
  'pipelines/orders/tests/a.yaml': 'smelt: 1\ncaces: {}\n',
}
const tenants = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([id, listed]) => [
      `tenants/${id}.yaml`,
      `smelt: 1\npipelines: { orders: ${listed} }\n`,
    ]),
  )

/** The checks of all pipelines, and how often each file was read for them. */
function checkAll(changes: Readonly<Record<string, string>>): { checks: PipelineCheck[]; reads: Map<string, number> } {
  const real = projectFiles(new Map(Object.entries({ ...files, ...changes })))
  const reads = new Map<string, number>()
  const reader: FileReader = {
    list: real.list,
    read: (file) => {
      reads.set(file, (reads.get(file) ?? 0) + 1)
      return real.read(file)
    },
  }
  const env = (): undefined => undefined
  const { tasks } = openCheck(reader, { env })
  return { checks: tasks.map((task) => checkPipeline(structuredClone(task), reader, env)), reads }
}

describe('checkPipeline', () => {
  it('gives plain data, which holds everything that is told of the pipeline', () => {
    const [check] = checkAll(tenants({ acme: '{ params: { least: 5 } }' })).checks
    expect(structuredClone(check)).toEqual(check)
    expect(check?.entry?.params?.map(({ name }) => name)).toEqual(['least'])
    const acme = check?.instances.get('acme')
    expect(acme?.hashed?.name).toBe('id')
    expect(acme?.plan?.tables.map(({ table }) => table)).toEqual(['bronze.s', 'silver.t'])
    expect(acme?.plan?.contracts).toEqual(['pipelines/orders/contracts/c.json'])
    expect(check?.tests.map(({ code }) => code)).toEqual(['spec/unknown-field'])
    expect(check?.idle).toBeUndefined()
  })

  it('reads each file once, however many tenants there are', () => {
    const { reads } = checkAll(tenants({ acme: '', globex: '{ params: { least: 5 } }', initech: '' }))
    expect([...reads.values()].every((times) => times === 1)).toBe(true)
    expect(reads.get('pipelines/orders/contracts/c.json')).toBe(1)
  })

  it('works out once what tenants have in common, and apart what they have not', () => {
    const listed = tenants({ acme: '', globex: '{ params: { least: 1 } }', initech: '{ params: { least: 2 } }' })
    const broken = pipeline.replace('n > ${params.least}', "least('${params.least}', n) > 0")
    const { instances } = checkAll({ ...listed, 'pipelines/orders/pipeline.yaml': broken }).checks[0] ?? {}
    expect(instances?.get('globex')).toBe(instances?.get('acme'))
    expect(instances?.get('initech')).not.toBe(instances?.get('acme'))
    const places = [...(instances?.values() ?? [])].flatMap(({ plan }) => plan?.diagnostics.map(({ span }) => span))
    expect(new Set(places.map((span) => span?.start.offset)).size).toBe(1)
  })

  it('checks a pipeline that can run for no tenant with the defaults of its params', () => {
    const { checks } = checkAll(tenants({ acme: '{ params: { leest: 5 } }' }))
    expect(checks[0]?.instances.size).toBe(0)
    expect(checks[0]?.idle?.diagnostics).toEqual([])
  })

  it('has an entry of which nothing is known for a folder without a pipeline, so that tenants may list it', () => {
    const { checks } = checkAll({ 'pipelines/other/pipline.yaml': pipeline })
    expect(checks.map(({ entry }) => entry?.name)).toEqual(['orders', 'other'])
    expect(checks[1]?.entry).toEqual({ name: 'other' })
    expect(checks[1]?.diagnostics.map(({ code }) => code)).toEqual(['spec/no-pipeline-file'])
  })
})
