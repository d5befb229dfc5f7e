import type { Diagnostic } from '#diagnostics'
import type { LifecycleState } from '#engine'
import type { ObjectStore } from '#lake'
import { parseInstanceName } from '#tenant'
import type { Environment } from '../environment.ts'
import type { Host } from '../host.ts'

/** Notes the states of one pipeline in its lake. Best effort: a note that fails is no reason to stop anything. */
export function stateNote(
  host: Host,
  store: ObjectStore,
  pipeline: string,
): (state: LifecycleState, reason: string) => Promise<void> {
  // One after the other: each adds to what is there.
  let before: Promise<void> = Promise.resolve()
  return (state, reason) => {
    const atMs = host.clock()
    before = before.then(async () => {
      const { enterState } = await import('#engine')
      await enterState(store, pipeline, { state, atMs, reason }).catch(() => undefined)
    })
    return before
  }
}

/**
 * Notes what a supervisor knows of instances whose process is gone, and tells whoever waits for a restart what came of it. It
 * opens their lake only then.
 */
export function stateNotes(
  host: Host,
  environment: Environment,
): (instance: string, state: LifecycleState, reason: string, problems: readonly Diagnostic[]) => Promise<void> {
  return async (instance, state, reason, [problem]) => {
    try {
      const { tenant, pipeline } = parseInstanceName(instance)
      const [{ refuseWaiting }, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
      const store = await openStore(environment.store(tenant))
      await stateNote(host, store, pipeline)(state, reason)
      if (problem !== undefined)
        await refuseWaiting(store, pipeline, { kind: 'restart', answeredMs: host.clock(), problem })
      await store.close()
    } catch {
      // The lake may be what failed.
    }
  }
}
