import { finish } from './processes.mjs'
import { createProject, INSTANCE, SMELT } from './project.mjs'
import { mean, median } from './statistics.mjs'

const ROWS = 200
const GROUP = 50

/** Records that make about `checkpoints` checkpoints. */
export function recordsFor(checkpoints) {
  return checkpoints * ROWS
}

/**
 * Runs a topic in batches of 200 records with a checkpoint after each. Resolves to the number of checkpoints and, for the
 * first and the last fifty, the milliseconds between one and the next (median, mean) and the CPU milliseconds of each
 * (mean), which other work on the machine disturbs less. The very first are left out, when nothing is warm.
 */
export async function measureCheckpoints(topics) {
  const project = await createProject(topics, { checkpoint_every: '1ms', batch_rows: ROWS })
  try {
    const seen = []
    const onLine = (line, seconds, cpuSeconds) => {
      if (JSON.parse(line).event === 'checkpoint') seen.push({ ms: seconds * 1000, cpuMs: cpuSeconds() * 1000 })
    }
    await finish([SMELT, 'run', INSTANCE, '--until-end', '--log', 'json', '--project', project.root], { onLine })
    const steps = seen.slice(1).map(({ ms, cpuMs }, at) => ({ ms: ms - seen[at].ms, cpuMs: cpuMs - seen[at].cpuMs }))
    const warm = steps.slice(Math.min(10, steps.length >> 2), -1)
    const group = Math.min(GROUP, warm.length >> 1)
    return { checkpoints: seen.length, group, first: summary(warm.slice(0, group)), last: summary(warm.slice(-group)) }
  } finally {
    await project.remove()
  }
}

function summary(steps) {
  const times = steps.map(({ ms }) => ms)
  return { median: median(times), mean: mean(times), cpu: mean(steps.map(({ cpuMs }) => cpuMs)) }
}
