import path from 'node:path'
import type { InstanceOptions } from '#engine'
import type { ObjectStore } from '#lake'
import type { SinkConfig } from '#sink'
import type { Environment } from '../environment.ts'
import type { Host } from '../host.ts'
import { readAll, secretsOfEnvironment, secretsOfSinks } from '../secrets.ts'
import { crashHook } from './crash-hook.ts'
import { sinkConfigs } from './open-sinks.ts'
import type { ResolvedInstance } from './resolve-instance.ts'
import { lockName, type LockedPipeline } from './run-lock.ts'

/** What does not wait for the store: read first, so that a missing secret is told before anything is opened. */
export interface EngineSettings {
  readonly node: Environment['node']
  readonly piiKey: string | undefined
  /** Where alerts go, with every secret put in. */
  readonly sinks: ReadonlyMap<string, SinkConfig>
  /** See `crashHook`. */
  readonly step: InstanceOptions['step']
}

/** Throws cli/missing-secret, or Problems with all that are missing, those of the broker and the lake too. */
export async function engineSettings(
  host: Host,
  environment: Environment,
  instance: ResolvedInstance,
): Promise<EngineSettings> {
  const { node, secrets } = environment
  const needed = [...secretsOfEnvironment(node), ...secretsOfSinks(instance.plan)]
  readAll([() => instance.piiKey(secrets), ...needed.map((name) => () => secrets.read(name))])
  const piiKey = instance.piiKey(secrets)
  return { node, piiKey, sinks: sinkConfigs(instance.plan, secrets), step: await crashHook(host) }
}

/** What the engine is opened with for an instance of the project at `root`. */
export function engineOptions(
  host: Host,
  { node, piiKey, step }: EngineSettings,
  instance: ResolvedInstance,
  { store, root }: { readonly store: ObjectStore; readonly root: string },
): InstanceOptions {
  const { plan, files, references, pipeline } = instance
  const { memoryLimitBytes, threads } = node.engine
  return {
    plan,
    files,
    references,
    store,
    clock: host.clock,
    memoryLimitBytes,
    threads: threads ?? host.cores,
    scratch: path.join(root, '.smelt', 'scratch', lockName({ storeRoot: store.root, pipeline })),
    ...(piiKey === undefined ? {} : { piiKey }),
    ...(step === undefined ? {} : { step }),
  }
}

/** The pipeline of an instance on its lake, for the run lock. */
export function lockedPipeline(
  { name, pipeline }: Pick<ResolvedInstance, 'name' | 'pipeline'>,
  store: ObjectStore,
): LockedPipeline {
  return { storeRoot: store.root, pipeline, instance: name }
}
