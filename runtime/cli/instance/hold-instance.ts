import { rm } from 'node:fs/promises'
import type { InstanceOptions } from '#engine'
import type { ObjectStore } from '#lake'
import { parseInstanceName } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import type { Host } from '../host.ts'
import { openProject, type OpenProject } from '../project.ts'
import { engineOptions, engineSettings, lockedPipeline, type EngineSettings } from './engine-options.ts'
import { resolveInstance, type ResolvedInstance } from './resolve-instance.ts'
import { awaitRunLock } from './run-lock.ts'

/** An instance that does not run, for a command that changes its tables. */
export interface HeldInstance {
  readonly instance: ResolvedInstance
  readonly store: ObjectStore
  readonly options: InstanceOptions
}

/** An instance of a project in one of its environments, of which nothing is held yet. */
export interface ProjectInstance {
  readonly project: OpenProject
  readonly environment: Environment
  readonly instance: ResolvedInstance
}

/** The instance that the first argument of a call names. Throws what is wrong with its files. */
export function namedInstance({ host, globals, args }: Call): ProjectInstance {
  const project = openProject(host, globals, args[0])
  const environment = openEnvironment(host, globals, project)
  return { project, environment, instance: resolveInstance(project, parseInstanceName(args[0] ?? '')) }
}

/**
 * Holds the run lock of an instance, and all that it takes to change its tables, while `work` lasts. Throws
 * cli/missing-secret and checkpoint/already-running.
 */
export async function holdInstance<T>(
  host: Host,
  opened: ProjectInstance,
  work: (held: HeldInstance) => Promise<T>,
): Promise<T> {
  const settings = await engineSettings(host, opened.environment, opened.instance)
  const { openStore } = await import('#lake')
  const store = await openStore(opened.environment.store(opened.instance.tenant))
  try {
    return await holdInStore(host, { ...opened, settings, store }, work)
  } finally {
    await store.close()
  }
}

/** As `holdInstance`, in a lake that is open already. */
export async function holdInStore<T>(
  host: Host,
  { project, instance, settings, store }: ProjectInstance & Pick<HeldInstance, 'store'> & { settings: EngineSettings },
  work: (held: HeldInstance) => Promise<T>,
): Promise<T> {
  const { probeStore } = await import('#lake')
  const release = await awaitRunLock(host, lockedPipeline(instance, store))
  try {
    await probeStore(store)
    const options = engineOptions(host, settings, instance, { store, root: project.root })
    await rm(options.scratch, { recursive: true, force: true }) // What a crash left there is of no use to anybody.
    try {
      return await work({ instance, store, options })
    } finally {
      await rm(options.scratch, { recursive: true, force: true })
    }
  } finally {
    release()
  }
}
