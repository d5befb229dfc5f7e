import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { finish } from './processes.mjs'
import { SMELT } from './project.mjs'
import { median } from './statistics.mjs'

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
  const root = await mkdtemp(path.join(tmpdir(), 'smelt-bench-tests-'))
  try {
    await layOut(root, cases)
    const seconds = []
    for (let run = 0; run < runs; run++) seconds.push((await finish([SMELT, 'test', '--project', root])).seconds)
    return median(seconds)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function layOut(root, cases) {
  const folder = path.join(root, 'pipelines', 'readings')
  for (const name of ['contracts', 'tests']) await mkdir(path.join(folder, name), { recursive: true })
  await writeFile(path.join(root, 'smelt.yaml'), PROJECT)
  await writeFile(path.join(folder, 'pipeline.yaml'), PIPELINE)
  await writeFile(path.join(folder, 'contracts', 'reading.schema.json'), JSON.stringify(CONTRACT))
  await writeFile(path.join(folder, 'tests', 'many.yaml'), testFile(cases))
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
