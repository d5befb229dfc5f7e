import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { finish } from './processes.mjs'
import { createProject, INSTANCE, PII_KEY, REPOSITORY, SMELT } from './project.mjs'
import { TOPIC } from './topics.mjs'

const ENGINE = { checkpoint_every: '10s' }

/**
 * Runs the whole job and the bare script over the same topic in turn, `pairs` times, each from an empty folder and each
 * checked against the truth. Rates count from the start of the process to its end.
 */
export async function measureThroughput(topics, truth, { pairs, onRun }) {
  const runs = []
  for (let pair = 0; pair < pairs; pair++) {
    const smelt = await runSmelt(topics, truth)
    onRun('smelt', smelt)
    const bare = await runBare(topics, truth)
    onRun('bare', bare)
    runs.push({ smelt, bare })
  }
  return runs
}

async function runSmelt(topics, truth) {
  const project = await createProject(topics, ENGINE)
  try {
    const lines = []
    const onLine = (line, seconds) => {
      const event = JSON.parse(line)
      if (event.event === 'checkpoint') lines.push({ ...event, seconds })
    }
    const args = [SMELT, 'run', INSTANCE, '--until-end', '--log', 'json', '--project', project.root]
    const result = await finish(args, { onLine })
    checkTotals('smelt', smeltTotals(lines), truth)
    return { ...measured(result, truth), startSeconds: lines[0].seconds, checkpoints: lines.length }
  } finally {
    await project.remove()
  }
}

async function runBare(topics, truth) {
  const out = await mkdtemp(path.join(tmpdir(), 'smelt-bench-bare-'))
  try {
    let counts
    const order = { broker: topics.config, topic: TOPIC, out, piiKey: PII_KEY }
    const onLine = (line) => (counts = JSON.parse(line).counts)
    const result = await finish([path.join(REPOSITORY, 'bench', 'bare.mjs'), JSON.stringify(order)], { onLine })
    checkTotals('the bare script', bareTotals(counts), truth)
    return measured(result, truth)
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

function measured({ seconds, cpuSeconds, peakRssBytes }, { records }) {
  return {
    seconds,
    rowsPerSecond: records / seconds,
    cpuSecondsPerMillion: cpuSeconds === undefined ? undefined : (cpuSeconds / records) * 1e6,
    peakRssBytes,
  }
}

function smeltTotals(lines) {
  const sum = (of) => {
    const total = {}
    for (const line of lines)
      for (const [name, rows] of Object.entries(of(line))) total[name] = (total[name] ?? 0) + rows
    return total
  }
  const rows = sum((line) => line.rows_out)
  return {
    bronze: rows['bronze.inventory'],
    silver: rows['silver.devices'],
    gold: rows['gold.fleet_health'],
    ...sum((line) => line.quarantined),
  }
}

function bareTotals({ duplicate, ...counts }) {
  return counts
}

/** A fast wrong answer is none: everything counted must be what the generator knows. */
function checkTotals(who, totals, truth) {
  const expected = {
    bronze: truth.records,
    silver: truth.silver,
    gold: truth.gold.fleet_health,
    ...truth.quarantined,
    'record/late': truth.late.fleet_health,
  }
  for (const [name, rows] of Object.entries(expected)) {
    if ((totals[name] ?? 0) !== rows)
      throw new Error(`${who} counts ${totals[name] ?? 0} of ${name} where ${rows} are right`)
  }
}
