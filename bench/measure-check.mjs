import { finish } from './processes.mjs'
import { REPOSITORY, SMELT } from './project.mjs'
import { median } from './statistics.mjs'

/** Seconds that `smelt check` of this repository takes, from process start to end: the median of `runs`. */
export async function measureCheck(runs) {
  const seconds = []
  for (let run = 0; run < runs; run++) seconds.push((await finish([SMELT, 'check', '--project', REPOSITORY])).seconds)
  return median(seconds)
}
