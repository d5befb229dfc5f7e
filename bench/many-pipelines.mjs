import { throwAwayFolder } from './throw-away.mjs'

const TENANTS = 4
const SOURCES = 3

/**
 * Makes a project of `pipelines` pipelines in a throw-away folder. Each has three sources with a contract of their own,
 * a silver and a gold table per source, a param and a reference; each runs for one of four tenants. No two contracts
 * and no two pipelines are the same text, so that nothing can be read once for all.
 */
export async function createManyPipelines(pipelines) {
  const { root, put, remove } = await throwAwayFolder('check')
  await put('smelt.yaml', PROJECT)
  const names = Array.from({ length: pipelines }, (_, at) => `pipeline-${String(at).padStart(4, '0')}`)
  for (let at = 0; at < TENANTS; at++) {
    const own = names.filter((_, index) => index % TENANTS === at)
    await put(`tenants/tenant-${at}.yaml`, tenant(`tenant-${at}`, own))
  }
  for (const [at, name] of names.entries()) {
    await put(`pipelines/${name}/pipeline.yaml`, pipeline(name, at))
    await put(`pipelines/${name}/reference/regions.csv`, `region,country\neu-${at},DE\nus-${at},US\n`)
    for (const source of sources(at))
      await put(`pipelines/${name}/contracts/${source}.schema.json`, contract(source, at))
  }
  return { root, remove }
}

export const PROJECT = `smelt: 1
default_environment: local
environments:
  local:
    broker: { topic_log: .smelt/topics }
    lake: { folder: .smelt/lake }
`

export function sources(at) {
  return Array.from({ length: SOURCES }, (_, index) => `orders_${at}_${index}`)
}

function tenant(id, pipelines) {
  return `smelt: 1\npipelines:\n${pipelines.map((name) => `  ${name}: { params: { least: 5 } }\n`).join('')}`
}

export function pipeline(name, at) {
  const own = sources(at)
  return `smelt: 1
name: ${name}
description: One of many.

params:
  least: { type: number, default: 1, description: What counts as an order. }

sources:
${own.map((source) => sourceYaml(source)).join('')}
references:
  regions: { file: reference/regions.csv, key: [region] }

silver:
${own.map((source) => silverYaml(source)).join('')}
gold:
${own.map((source) => goldYaml(source)).join('')}`
}

const sourceYaml = (source) => `  ${source}:
    topic: ${source}
    contract: contracts/${source}.schema.json
    event_time: ordered_at
    watermark: 5m # as late as the tills are
`

const silverYaml = (source) => `  ${source}_clean:
    from: ${source}
    columns:
      order_id: order_id
      customer: lower(customer)
      ordered_at: ordered_at
      net: price.net * quantity
      gross: price.net * quantity * (1.0 + price.tax)
      large: price.net * quantity >= \${params.least}
      country: { lookup: regions.country, on: [region], missing: null }
    dedupe: { by: [order_id], within: 24h }
    checks:
      net_plausible: net between 0 and 1000000
      country_known: { check: country is not null, on_fail: warn }
`

const goldYaml = (source) => `  ${source}_hourly:
    from: ${source}_clean
    window: { tumbling: 1h }
    group_by: [country]
    measures:
      orders: count(*)
      customers: count(distinct customer)
      revenue: sum(gross)
      large_orders: count(*) filter (where large)
`

export function contract(source, at) {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Order ${source}`,
    type: 'object',
    additionalProperties: false,
    required: ['order_id', 'customer', 'ordered_at', 'region', 'price', 'quantity'],
    properties: {
      order_id: { type: 'string', format: 'uuid', description: `One per order of ${source}.` },
      customer: { type: 'string', minLength: 1, maxLength: 64 + (at % 64) },
      ordered_at: { type: 'string', format: 'date-time' },
      region: { type: 'string', enum: [`eu-${at}`, `us-${at}`] },
      price: {
        type: 'object',
        additionalProperties: false,
        required: ['net', 'tax'],
        properties: { net: { type: 'number', minimum: 0 }, tax: { type: 'number', minimum: 0, maximum: 1 } },
      },
      quantity: { type: 'number', minimum: 1, maximum: 10_000 + at },
      note: { type: 'string', maxLength: 500 },
    },
  }
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
