import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import { throwAwayFolder } from './throw-away.mjs'

export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))
export const SMELT = path.join(REPOSITORY, 'bin', 'smelt.cjs')
export const INSTANCE = 'bench/inventory-compliance'
export const PII_KEY = 'a key for the bench alone'

/** What of the shipped pipeline is not measured here: the bare script has no part in policy rules and alerts. */
const BESIDE_THE_MAIN_JOB = [['sources', 'policy_rules'], ['gold', 'violations'], ['sinks']]
/** What is left out for the as-of join and the windows to be measured: alerts alone. */
export const BESIDE_THE_JOINS = [['gold', 'violations', 'alert'], ['sinks']]
/** The same, and both of them. */
export const JOINS_AND_WINDOWS = [...BESIDE_THE_MAIN_JOB, ['gold', 'fleet_health']]

/** The text of the shipped pipeline without what stands at the paths `without`. */
export function mainJob(text, without = BESIDE_THE_MAIN_JOB) {
  const document = parseDocument(text)
  for (const path of without) {
    if (!document.deleteIn(path)) throw new Error(`the shipped pipeline has no ${path.join('.')}`)
  }
  return String(document)
}

/**
 * Makes a project with the shipped pipeline without some of it, its main job when nothing is said, the tenant `bench` and an empty lake in a throw-away
 * folder.
 */
export async function createProject(topics, engine, { without } = {}) {
  const { root, put, remove } = await throwAwayFolder('project')
  const settings = Object.entries(engine).map(([name, value]) => `      ${name}: ${value}\n`)
  const shipped = path.join('pipelines', 'inventory-compliance')
  await cp(path.join(REPOSITORY, shipped), path.join(root, shipped), { recursive: true })
  const pipeline = path.join(shipped, 'pipeline.yaml')
  await put(pipeline, mainJob(await readFile(path.join(REPOSITORY, pipeline), 'utf8'), without))
  await put('secrets/BENCH_PII_KEY', PII_KEY)
  await put(
    'tenants/bench.yaml',
    'smelt: 1\nname: Bench\npii_key: ${secrets.BENCH_PII_KEY}\npipelines:\n  inventory-compliance:\n',
  )
  await put(
    'smelt.yaml',
    `smelt: 1
default_environment: bench
environments:
  bench:
    broker: ${topics.yaml}
    lake: { folder: lake }
    secrets: { folder: secrets }
    engine:
${settings.join('')}`,
  )
  return { root, remove }
}
