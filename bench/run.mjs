// Measures Smelt, and the bare DuckDB script next to it, and writes bench/RESULTS.md.
//   npm run bench -- [--quick] [--records n] [--pairs n] [--commits n] [--broker kafka|topic-log] [--out file]
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { measureCheck, measureLargeCheck, measureTenantsCheck } from './measure-check.mjs'
import { measureCheckpoints, recordsFor } from './measure-checkpoints.mjs'
import { measureIngest } from './measure-ingest.mjs'
import { measureJoins } from './measure-joins.mjs'
import { measureRecovery } from './measure-recovery.mjs'
import { measureState } from './measure-state.mjs'
import { measureTests } from './measure-tests.mjs'
import { measureThroughput } from './measure-throughput.mjs'
import { measureWeek } from './measure-week.mjs'
import { REPOSITORY } from './project.mjs'
import { renderResults } from './report.mjs'
import { loadTopic, startTopics } from './topics.mjs'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    records: { type: 'string' },
    pairs: { type: 'string' },
    commits: { type: 'string' },
    broker: { type: 'string' },
    out: { type: 'string', default: path.join(REPOSITORY, 'bench', 'RESULTS.md') },
  },
})
const { quick } = values
const settings = {
  quick,
  date: new Date().toISOString().slice(0, 10),
  records: Number(values.records ?? (quick ? 100_000 : 1_000_000)),
  pairs: Number(values.pairs ?? (quick ? 1 : 3)),
  kills: quick ? 2 : 5,
  ingestRecords: quick ? 30_000 : 300_000,
  checkpoints: quick ? 60 : 500,
  checks: quick ? 3 : 7,
  pipelines: 1000,
  tenants: 1000,
  pipelinesOfEach: 3,
  testCases: 100,
  stateKeys: quick ? 300_000 : 10_000_000,
  stateGroups: quick ? 30_000 : 1_000_000,
  stateRounds: quick ? 8 : 40,
  commits: Number(values.commits ?? (quick ? 700 : 8_640)),
}
const say = (text) => console.error(`bench: ${text}`)

/** Runs `work` over a topic of its own with `records` events, and removes it. */
async function overTopic(broker, records, work) {
  const topics = await startTopics(broker)
  try {
    say(`writing ${records} records to ${topics.kind} ...`)
    return await work(topics, await loadTopic(topics, records))
  } finally {
    await topics.stop()
  }
}

const main = await overTopic(values.broker, settings.records, async (topics, truth) => {
  const onRun = (who, run) => say(`${who}: ${Math.round(run.rowsPerSecond)} rows/s in ${run.seconds.toFixed(1)} s`)
  const throughput = await measureThroughput(topics, truth, { pairs: settings.pairs, onRun })
  say('with and without joins and windows ...')
  const joins = await measureJoins(topics, truth, { pairs: settings.pairs })
  say('killing and restarting ...')
  const recovery = await measureRecovery(topics, { kills: settings.kills, records: settings.records })
  return { topics, throughput, joins, recovery }
})
const ingest = await overTopic(values.broker, 1_000, (topics) => {
  say(`taking ${settings.ingestRecords} records over HTTP ...`)
  return measureIngest(topics, { records: settings.ingestRecords, pairs: settings.pairs })
})
const checkpoints = await overTopic('topic-log', recordsFor(settings.checkpoints), (topics) => {
  say(`making ${settings.checkpoints} checkpoints ...`)
  return measureCheckpoints(topics)
})
const checkSeconds = await measureCheck(settings.checks)
say(`checking ${settings.pipelines} pipelines ...`)
const largeCheckSeconds = await measureLargeCheck(settings.pipelines, settings.checks)
say(`checking ${settings.tenants} tenants ...`)
const tenantsCheckSeconds = await measureTenantsCheck(settings.tenants, settings.pipelinesOfEach, settings.checks)
say(`running ${settings.testCases} test cases ...`)
const testSeconds = await measureTests(settings.testCases, settings.checks)

say(`simulating ${settings.commits} checkpoints of ten seconds ...`)
const upkeep = await overTopic('topic-log', 1_000, (topics) => measureWeek(topics, settings.commits))

say(`remembering ${settings.stateKeys} keys and ${settings.stateGroups} open windows ...`)
const stateTopics = await startTopics('topic-log')
const state = await measureState(stateTopics, {
  keys: settings.stateKeys,
  groups: settings.stateGroups,
  rounds: settings.stateRounds,
  change: 2_000,
}).finally(() => stateTopics.stop())

const checks = { checkSeconds, largeCheckSeconds, tenantsCheckSeconds }
const results = renderResults({ settings, ...main, ingest, checkpoints, ...checks, testSeconds, upkeep, state })
await writeFile(values.out, results)
console.log(results)
