import { openBroker } from '../dist/stream/index.js'
import { finish } from './processes.mjs'
import { BESIDE_THE_JOINS, createProject, INSTANCE, JOINS_AND_WINDOWS, SMELT } from './project.mjs'

const RULES_TOPIC = 'bench.policy-rules'
/** As the generator of the events names them. */
const ORGS = ['engineering', 'finance', 'legal', 'marketing', 'operations', 'research', 'sales', 'support']
/** Before the day of any event. */
const DAY_MS = 86_400_000
const ENGINE = { checkpoint_every: '10s' }

/**
 * Runs the shipped pipeline over the topic with its as-of join and its windows, and without both of them, in turn, `pairs`
 * times. Resolves to what each run took: seconds from start to end, CPU seconds, rows by table.
 */
export async function measureJoins(topics, truth, { pairs, onRun = () => undefined }) {
  await writeRules(topics)
  const runs = []
  for (let pair = 0; pair < pairs; pair++) {
    const joined = await runOnce(topics, BESIDE_THE_JOINS)
    onRun('with joins and windows', joined)
    const plain = await runOnce(topics, JOINS_AND_WINDOWS)
    onRun('without', plain)
    check('silver rows with joins', joined.rows['silver.devices'], truth.silver)
    check('silver rows without joins', plain.rows['silver.devices'], truth.silver)
    check('window rows', joined.rows['gold.fleet_health'], truth.gold.fleet_health)
    if (!(joined.rows['gold.violations'] > 0)) throw new Error('the as-of join found no row')
    runs.push({ joined, plain })
  }
  return runs
}

/** A rule of each organisation, in versions: one for each of the last days before the events. */
async function writeRules({ config }) {
  const broker = await openBroker(config)
  try {
    await broker.deleteTopic(RULES_TOPIC)
    await broker.createTopic(RULES_TOPIC, { partitions: 1 })
    const producer = await broker.producer()
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
    const versions = ORGS.flatMap((org) =>
      [5, 4, 3].map((days) => {
        const at = today - days * DAY_MS
        const rule = { rule_id: `${org}-1`, org, effective_from: new Date(at).toISOString() }
        const value = JSON.stringify({ ...rule, min_disk_free_pct: 5 + days, encryption_required: days < 5 })
        return { key: Buffer.from(rule.rule_id), value: Buffer.from(value), headers: [], timestampMs: at }
      }),
    )
    await producer.send(RULES_TOPIC, versions)
    await producer.close()
  } finally {
    await broker.close()
  }
}

async function runOnce(topics, without) {
  const project = await createProject(topics, ENGINE, { without })
  const rows = {}
  try {
    const onLine = (line) => {
      const event = JSON.parse(line)
      if (event.event !== 'checkpoint') return
      for (const [table, count] of Object.entries(event.rows_out)) rows[table] = (rows[table] ?? 0) + count
    }
    const args = [SMELT, 'run', INSTANCE, '--until-end', '--log', 'json', '--project', project.root]
    const { seconds, cpuSeconds } = await finish(args, { onLine })
    return { seconds, cpuSeconds, rows }
  } finally {
    await project.remove()
  }
}

function check(what, found, right) {
  if (found !== right) throw new Error(`${what}: ${found} where ${right} are right`)
}
