import { isDeepStrictEqual } from 'node:util'
import type { LifecycleState, Transition } from '#engine'
import type { ObjectStore } from '#lake'
import { parseInstanceName } from '#tenant'
import type { Environment } from '../environment.ts'
import type { Host } from '../host.ts'
import type { Failure } from './supervise.ts'

/**
 * Notes the states of one pipeline in its lake. With `own`, only while the last state there is one noted by this: another
 * process may have it by now. Best effort: a note that fails is no reason to stop anything.
 */
export function stateNote(
  host: Host,
  store: ObjectStore,
  pipeline: string,
): (state: LifecycleState, reason: string, options?: { readonly own: boolean }) => Promise<void> {
  // One after the other: each adds to what is there.
  let before: Promise<void> = Promise.resolve()
  let mine: Transition | undefined
  return (state, reason, { own } = { own: false }) => {
    const next = { state, atMs: host.clock(), reason }
    const enter = async (): Promise<void> => {
      const { enterState, readLifecycle } = await import('#engine')
      if (own && !isDeepStrictEqual((await readLifecycle(store, pipeline)).at(-1), mine)) return
      mine = next
      await enterState(store, pipeline, next)
    }
    before = before.then(enter).catch(() => undefined)
    return before
  }
}

/**
 * Notes what a supervisor knows of instances whose process is gone and has not noted it itself, and tells whoever waits for a
 * restart what came of it. It opens their lake only then.
 */
export function stateNotes(
  host: Host,
  environment: Environment,
): (instance: string, failure: Failure) => Promise<void> {
  return async (instance, { state, noted, problems }) => {
    try {
      const [problem] = problems
      const { tenant, pipeline } = parseInstanceName(instance)
      const [{ refuseWaiting }, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
      const store = await openStore(environment.store(tenant))
      const reason = problems.map(({ message }) => message).join('; ')
      if (!noted) await stateNote(host, store, pipeline)(state, reason)
      if (problem !== undefined)
        await refuseWaiting(store, pipeline, { kind: 'restart', answeredMs: host.clock(), problem })
      await store.close()
    } catch {
      // The lake may be what failed.
    }
  }
}
