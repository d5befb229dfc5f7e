import { createManyPipelines } from './many-pipelines.mjs'
import { finish } from './processes.mjs'
import { REPOSITORY, SMELT } from './project.mjs'
import { median } from './statistics.mjs'

/** Seconds that `smelt check` of this repository takes, from process start to end: the median of `runs`. */
export function measureCheck(runs) {
  return secondsOf(REPOSITORY, runs)
}

/** As `measureCheck`, of a generated project of `pipelines` pipelines, each with three sources; it must be sound. */
export async function measureLargeCheck(pipelines, runs) {
  const project = await createManyPipelines(pipelines)
  try {
    return await secondsOf(project.root, runs)
  } finally {
    await project.remove()
  }
}

async function secondsOf(project, runs) {
  const seconds = []
  for (let run = 0; run < runs; run++) seconds.push((await finish([SMELT, 'check', '--project', project])).seconds)
  return median(seconds)
}
