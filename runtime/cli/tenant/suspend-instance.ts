import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isSmeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import type { Host } from '../host.ts'
import { crashHook } from '../instance/crash-hook.ts'
import { lockedPipeline } from '../instance/engine-options.ts'
import type { ResolvedInstance } from '../instance/resolve-instance.ts'
import { lockHolder, takeRunLock, type LockedPipeline } from '../instance/run-lock.ts'
import type { OpenTenant } from './open-tenant.ts'

const POLL_MS = 50

/** An instance by its name alone: one whose pipeline is broken can be suspended all the same. */
export type NamedInstance = Pick<ResolvedInstance, 'name' | 'tenant' | 'pipeline'>

/** What became of one instance of a tenant that was suspended, or would become of it. */
export interface Suspended {
  readonly instance: string
  /** Something was done, or would be: it was ended, or a savepoint made. */
  readonly changed: boolean
  /** It ran, and was ended with a checkpoint. Left out by who did not look. */
  readonly ended?: boolean
  /** What keeps where it stands; absent for an instance that never ran, and where it would be made. */
  readonly savepoint?: string
}

/**
 * Ends an instance that runs on this machine, with a checkpoint, and keeps where it stands as a savepoint. Of a tenant that was
 * suspended before, one that does not run and stands at such a savepoint is left as it is.
 */
export function suspendInstance(host: Host, opened: OpenTenant, instance: NamedInstance): Promise<Suspended> {
  return withStore(opened, async (store) => {
    const { ended, release } = await endInstance(host, lockedPipeline(instance, store))
    try {
      const before = ended ? undefined : await suspendedBefore(store, opened, instance)
      if (before !== undefined) return before
      const engine = await import('#engine')
      const step = await crashHook(host)
      const { tenant, pipeline, name } = instance
      const place = { store, clock: host.clock, tenant, pipeline, runId: randomUUID(), ...(step && { step }) }
      const made = await engine.takeSavepointAlone(place, { by: host.userName })
      return { instance: name, changed: true, ended, savepoint: made.name }
    } catch (error) {
      if (isSmeltError(error, 'checkpoint/none')) return { instance: instance.name, changed: ended, ended }
      throw error
    } finally {
      release()
    }
  })
}

/** What `suspendInstance` would do. Reads only, and nothing where the tenant was not suspended before: it would act in any case. */
export async function foreseeSuspension(host: Host, opened: OpenTenant, instance: NamedInstance): Promise<Suspended> {
  if (opened.node.state !== 'suspended') return { instance: instance.name, changed: true }
  return withStore(opened, async (store) => {
    const ended = lockHolder(host, lockedPipeline(instance, store)) !== undefined
    const before = ended ? undefined : await suspendedBefore(store, opened, instance)
    if (before !== undefined) return before
    const { openCheckpoints } = await import('#engine')
    const hasRun = (await openCheckpoints(store, instance.pipeline).newest()) !== undefined
    return { instance: instance.name, changed: hasRun || ended, ended }
  })
}

async function suspendedBefore(
  store: ObjectStore,
  { node }: OpenTenant,
  { name, pipeline }: NamedInstance,
): Promise<Suspended | undefined> {
  // Who is suspended for the first time gets a checkpoint of its own in any case: it fences a process on another machine.
  if (node.state !== 'suspended') return undefined
  const { standingSavepoint } = await import('#engine')
  const standing = await standingSavepoint(store, pipeline)
  return standing && { instance: name, changed: false, ended: false, savepoint: standing.name }
}

async function withStore<T>({ environment, node }: OpenTenant, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const { openStore } = await import('#lake')
  const store = await openStore(environment.store(node.key))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Tells the process that runs the instance to end with a checkpoint, and waits until it has; then nobody else runs it. */
async function endInstance(host: Host, locked: LockedPipeline): Promise<{ ended: boolean; release: () => void }> {
  const holder = lockHolder(host, locked)
  if (holder !== undefined) host.terminate(holder)
  for (;;) {
    try {
      return { ended: holder !== undefined, release: takeRunLock(host, locked) }
    } catch (error) {
      if (!isSmeltError(error, 'checkpoint/already-running')) throw error
      await delay(POLL_MS)
    }
  }
}
