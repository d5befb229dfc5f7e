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
 * Runs a topic in batches of 200 records with a checkpoint after each. Resolves to the number of checkpoints and the
 * milliseconds between one and the next, median and mean of the first and the last fifty. The very first ones are left
 * out, when nothing is warm.
 */
export async function measureCheckpoints(topics) {
  const project = await createProject(topics, { checkpoint_every: '1ms', batch_rows: ROWS })
  try {
    const times = []
    const onLine = (line, seconds) => {
      if (JSON.parse(line).event === 'checkpoint') times.push(seconds * 1000)
    }
    await finish([SMELT, 'run', INSTANCE, '--until-end', '--log', 'json', '--project', project.root], { onLine })
    const between = times.slice(1).map((time, at) => time - times[at])
    const warm = between.slice(Math.min(10, between.length >> 2), -1)
    const group = Math.min(GROUP, warm.length >> 1)
    const [first, last] = [warm.slice(0, group), warm.slice(-group)]
    return {
      checkpoints: times.length,
      group,
      first: { median: median(first), mean: mean(first) },
      last: { median: median(last), mean: mean(last) },
    }
  } finally {
    await project.remove()
  }
}
