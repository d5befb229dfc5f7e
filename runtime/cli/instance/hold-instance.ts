import { rm } from 'node:fs/promises'
import type { InstanceOptions } from '#engine'
import type { ObjectStore } from '#lake'
import { parseInstanceName } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { openProject } from '../project.ts'
import { engineOptions, engineSettings, lockedPipeline } from './engine-options.ts'
import { resolveInstance, type ResolvedInstance } from './resolve-instance.ts'
import { awaitRunLock } from './run-lock.ts'

/** An instance that does not run, for a command that changes its tables. */
export interface HeldInstance {
  readonly instance: ResolvedInstance
  readonly store: ObjectStore
  readonly options: InstanceOptions
}

/**
 * Opens the instance that the first argument of a call names and holds its run lock while `work` lasts. Throws what is wrong
 * with its files, cli/missing-secret, and checkpoint/already-running.
 */
export async function holdInstance<T>(call: Call, work: (held: HeldInstance) => Promise<T>): Promise<T> {
  const { host, globals, args } = call
  const project = openProject(host, globals, args[0])
  const environment = openEnvironment(host, globals, project)
  const instance = resolveInstance(project, parseInstanceName(args[0] ?? ''))
  const settings = await engineSettings(host, environment, instance)
  const { openStore, probeStore } = await import('#lake')
  const store = await openStore(environment.store(instance.tenant))
  try {
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
  } finally {
    await store.close()
  }
}
