import { finish } from './processes.mjs'
import { SMELT } from './project.mjs'
import { median } from './statistics.mjs'
import { throwAwayFolder } from './throw-away.mjs'

const PIPELINE = `smelt: 1
name: readings
sources:
  readings: { topic: readings, contract: contracts/reading.schema.json, event_time: at, watermark: 1m }
silver:
  valid: { from: readings, dedupe: { by: [id], within: 1h }, checks: { plausible: celsius between -90 and 60 } }
gold:
  hourly: { from: valid, window: { tumbling: 1h }, group_by: [sensor], measures: { n: count(*), mean: avg(celsius) } }
`
const CONTRACT = {
  type: 'object',
  required: ['id', 'sensor', 'at', 'celsius'],
  properties: {
    id: { type: 'integer' },
    sensor: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    celsius: { type: 'number' },
  },
}
const PROJECT = `smelt: 1
default_environment: local
environments: { local: { broker: { topic_log: .smelt/topics }, lake: { folder: .smelt/lake } } }
`

/** Seconds that `smelt test` takes for `cases` small cases, from process start to end: the median of `runs`. */
export async function measureTests(cases, runs) {
  const { root, put, remove } = await throwAwayFolder('tests')
  try {
    await put('smelt.yaml', PROJECT)
    await put('pipelines/readings/pipeline.yaml', PIPELINE)
    await put('pipelines/readings/contracts/reading.schema.json', JSON.stringify(CONTRACT))
    await put('pipelines/readings/tests/many.yaml', testFile(cases))
    const seconds = []
    for (let run = 0; run < runs; run++) seconds.push((await finish([SMELT, 'test', '--project', root])).seconds)
    return median(seconds)
  } finally {
    await remove()
  }
}

/** Each case: three readings, one of them a copy and one implausible; its rows in silver, gold and quarantine. */
function testFile(cases) {
  const text = Array.from({ length: cases }, (_, index) => {
    const celsius = (index % 80) - 20
    return `  case ${index}:
    given:
      readings:
        - { id: 1, sensor: s${index}, at: 2026-03-02T11:10:00Z, celsius: ${celsius} }
        - { id: 1, sensor: s${index}, at: 2026-03-02T11:11:00Z, celsius: 1 }
        - { id: 2, sensor: s${index}, at: 2026-03-02T11:12:00Z, celsius: 99 }
    then:
      tables:
        valid: [{ id: 1, sensor: s${index}, at: 2026-03-02T11:10:00Z, celsius: ${celsius} }]
        hourly: { contains: [{ n: 1, mean: ${celsius} }], count: 1 }
      quarantine: [{ code: record/check-failed, rule: plausible }]
`
  })
  return `smelt: 1\nclock: 2026-03-02T12:00:00Z\ncases:\n${text.join('')}`
}
