import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { S3StoreConfig, StoreConfig } from '#lake'
import { openBroker, type BrokerConfig } from '#stream'
import { generateInventory } from '../../runtime/cli/demo/inventory-events.ts'
import { temporaryFolder } from './pipeline.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const INSTANCE = 'acme/inventory-compliance'
/** The environment of a project in which a run takes as large batches as it likes. */
export const STRAIGHT = 'straight'

/** Where alerts would go, if there were any: nobody listens there. */
const RECEIVERS = {
  SECURITY_HOOK_URL: 'http://127.0.0.1:9/hook',
  SECURITY_HOOK_KEY: 'a key',
  SEARCH_URL: 'http://127.0.0.1:9',
}

/** The shipped pipeline as a project in a folder of its own, run by the real command line in real processes. */
export interface ProcessBed {
  readonly folder: string
  readonly store: StoreConfig
  /** Starts `smelt run` in a process group of its own. */
  start(args?: readonly string[], env?: Readonly<Record<string, string>>): RunningGroup
  /** Runs a command to its end. */
  smelt(args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>
}

export interface RunningGroup {
  /** Resolves at the first checkpoint line, or when the process ends before. */
  readonly checkpointed: Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>
  /** Kills every process of the group at once, as a power cut would. */
  kill(): void
}

export interface ProcessBedOptions {
  readonly broker: BrokerConfig
  readonly lake: { readonly kind: 'folder' } | S3StoreConfig
}

/** Puts generated inventories into the topic of the bed's tenant. Its organisations have no policy rules. */
export async function fillTopic(broker: BrokerConfig, records: number): Promise<void> {
  const opened = await openBroker(broker)
  await opened.createTopic('acme.inventory', { partitions: 4 })
  await opened.createTopic('acme.policy-rules', { partitions: 1 })
  const producer = await opened.producer()
  const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
  for (const batch of generateInventory({ seed: 7, records, devices: 200, endMs }).batches) {
    await producer.send('acme.inventory', batch)
  }
  await producer.close()
  await opened.close()
}

/**
 * Lays out a project that reads `broker` and writes `lake`, with small batches and a checkpoint after each; in its
 * environment `STRAIGHT` with large ones.
 */
export async function openProcessBed({ broker, lake }: ProcessBedOptions): Promise<ProcessBed> {
  const folder = await temporaryFolder()
  for (const name of ['pipelines', 'tenants/acme.yaml']) {
    await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true })
  }
  const secrets: Record<string, string> = { ACME_PII_KEY: 'a key', ...RECEIVERS }
  if (lake.kind === 's3') Object.assign(secrets, { KEY_ID: lake.accessKeyId ?? '', KEY: lake.secretAccessKey ?? '' })
  await mkdir(path.join(folder, 'secrets'))
  for (const [name, value] of Object.entries(secrets)) await writeFile(path.join(folder, 'secrets', name), value)
  await writeFile(path.join(folder, 'smelt.yaml'), projectYaml(broker, lake))
  const spawned = (args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
    spawn(process.execPath, [path.join(ROOT, 'bin', 'smelt.cjs'), ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
  return {
    folder,
    store:
      lake.kind === 's3'
        ? { ...lake, prefix: `${lake.prefix ?? 'lake'}/acme` }
        : { kind: 'folder', path: path.join(folder, 'lake', 'acme') },
    start: (args = [], env = {}) => watch(spawned(['run', INSTANCE, '--log', 'json', ...args], env)),
    smelt: (args) => watch(spawned(args, {})).ended,
  }
}

function projectYaml(broker: BrokerConfig, lake: ProcessBedOptions['lake']): string {
  const from = broker.kind === 'kafka' ? { kafka: { bootstrap: broker.brokers } } : { topic_log: broker.path }
  const to =
    lake.kind === 'folder'
      ? { folder: 'lake' }
      : {
          s3: {
            bucket: lake.bucket,
            prefix: `${lake.prefix ?? 'lake'}/{tenant}`,
            region: lake.region,
            endpoint: lake.endpoint,
            path_style: true,
            access_key_id: '${secrets.KEY_ID}',
            secret_access_key: '${secrets.KEY}',
          },
        }
  const places = { broker: from, lake: to, secrets: { folder: 'secrets' } }
  const engine = { memory_limit: '256MB' }
  const environments = {
    test: { ...places, engine: { ...engine, batch_rows: 100, checkpoint_every: '50ms' } },
    [STRAIGHT]: { ...places, engine },
  }
  // JSON is YAML.
  return JSON.stringify({ smelt: 1, default_environment: 'test', environments }, null, 2)
}

function watch(child: ChildProcess): RunningGroup {
  let output = ''
  let sawCheckpoint = (): void => undefined
  const checkpointed = new Promise<void>((resolve) => (sawCheckpoint = resolve))
  const keep = (chunk: unknown): void => {
    output += String(chunk)
    if (output.includes('"checkpoint"')) sawCheckpoint()
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = once(child, 'close').then(() => {
    sawCheckpoint()
    return { code: child.exitCode, output }
  })
  return {
    checkpointed,
    ended,
    kill: () => {
      if (child.pid === undefined || child.exitCode !== null) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    },
  }
}
