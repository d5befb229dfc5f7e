import { throwAwayFolder } from './throw-away.mjs'

export const PIPELINE = 'state'
const PARTITIONS = 4
/** The start of a day; every event is within an hour of it, so that no window closes. */
const START_MS = Date.parse('2026-01-05T01:00:00Z')
const MINUTES = 60

/**
 * Makes a project with one pipeline that remembers much: a key of each record, and windows of a day with a group for each
 * device. One tenant for each of `tenants`.
 */
export async function createStateProject(topics, { tenants, engine }) {
  const { root, put, remove } = await throwAwayFolder('state')
  const settings = Object.entries(engine).map(([name, value]) => `      ${name}: ${value}\n`)
  await put(
    'smelt.yaml',
    `smelt: 1
default_environment: bench
environments:
  bench:
    broker: ${topics.yaml}
    lake: { folder: lake }
    engine:
${settings.join('')}`,
  )
  for (const tenant of tenants) await put(`tenants/${tenant}.yaml`, `smelt: 1\npipelines:\n  ${PIPELINE}:\n`)
  await put(`pipelines/${PIPELINE}/pipeline.yaml`, YAML)
  await put(`pipelines/${PIPELINE}/contracts/report.schema.json`, JSON.stringify(CONTRACT))
  return { root, remove }
}

export function topicOf(tenant) {
  return `${tenant}.reports`
}

export async function createTopic(broker, tenant) {
  await broker.createTopic(topicOf(tenant), { partitions: PARTITIONS })
}

/** `count` reports from the number `from` on, of `devices` devices; the number makes the key. */
export function reports({ from, count, devices }) {
  return Array.from({ length: count }, (_, at) => {
    const number = from + at
    const ms = START_MS + Math.floor(((number % 1e7) / 1e7) * MINUTES * 60_000)
    const id = `${((number * 2654435761) % 4294967296).toString(16).padStart(8, '0')}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
    const value = `{"id":"${id}","device":"device-${number % devices}","at":"${new Date(ms).toISOString()}","load":${((number * 7919) % 1000) / 10}}`
    return { key: null, value: Buffer.from(value), headers: [], partition: number % PARTITIONS, timestampMs: ms }
  })
}

const CONTRACT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['id', 'device', 'at', 'load'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    device: { type: 'string', maxLength: 64 },
    at: { type: 'string', format: 'date-time' },
    load: { type: 'number', minimum: 0, maximum: 100 },
  },
}

const YAML = `smelt: 1
name: ${PIPELINE}
description: Remembers a key of each report, and a window of each device.

sources:
  reports:
    topic: reports
    contract: contracts/report.schema.json
    event_time: at
    watermark: 5m

silver:
  seen:
    from: reports
    dedupe: { by: [id], within: 24h }

gold:
  per_device:
    from: seen
    window: { tumbling: 24h }
    group_by: [device]
    measures:
      reports: count(*)
      avg_load: avg(load)
      least_load: min(load)
      most_load: max(load)
      spread: stddev_pop(load)
`
