import { createManyPipelines } from './many-pipelines.mjs'
import { createManyTenants } from './many-tenants.mjs'
import { finish } from './processes.mjs'
import { REPOSITORY, SMELT } from './project.mjs'
import { median } from './statistics.mjs'

/** Seconds that `smelt check` of this repository takes, from process start to end: the median of `runs`. */
export function measureCheck(runs) {
  return secondsOf(REPOSITORY, runs)
}

/** As `measureCheck`, of a generated project of `pipelines` pipelines, each with three sources; it must be sound. */
export async function measureLargeCheck(pipelines, runs) {
  return secondsOfMade(await createManyPipelines(pipelines), runs)
}

/** As `measureCheck`, of a generated project in which `tenants` tenants each run the same `pipelines` pipelines. */
export async function measureTenantsCheck(tenants, pipelines, runs) {
  return secondsOfMade(await createManyTenants(tenants, pipelines), runs)
}

async function secondsOfMade(project, runs) {
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
