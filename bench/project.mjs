import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))
export const SMELT = path.join(REPOSITORY, 'bin', 'smelt.cjs')
export const INSTANCE = 'bench/inventory-compliance'
export const PII_KEY = 'a key for the bench alone'

/** Makes a project with the shipped pipeline, the tenant `bench` and an empty lake in a throw-away folder. */
export async function createProject(topics, engine) {
  const root = await mkdtemp(path.join(tmpdir(), 'smelt-bench-project-'))
  const settings = Object.entries(engine).map(([name, value]) => `      ${name}: ${value}\n`)
  await cp(
    path.join(REPOSITORY, 'pipelines', 'inventory-compliance'),
    path.join(root, 'pipelines', 'inventory-compliance'),
    {
      recursive: true,
    },
  )
  await mkdir(path.join(root, 'tenants'))
  await mkdir(path.join(root, 'secrets'))
  await writeFile(path.join(root, 'secrets', 'BENCH_PII_KEY'), PII_KEY)
  await writeFile(
    path.join(root, 'tenants', 'bench.yaml'),
    'smelt: 1\nid: bench\nname: Bench\npii_key: ${secrets.BENCH_PII_KEY}\npipelines:\n  inventory-compliance:\n',
  )
  await writeFile(
    path.join(root, 'smelt.yaml'),
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
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}
