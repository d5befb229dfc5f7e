import { type Diagnostic } from '#diagnostics'
import { parseInstanceName } from '#tenant'
import type { Environment } from '../environment.ts'
import type { Host } from '../host.ts'

/**
 * What a supervisor does about an instance that starting again cannot mend: an update that has made no checkpoint yet is taken
 * back, and the instance goes on by the plan before. Resolves to whether it is. Never rejects.
 */
export function rollBacks(
  host: Host,
  environment: Environment,
): (instance: string, problems: readonly Diagnostic[]) => Promise<boolean> {
  return async (name, [problem]) => {
    try {
      if (problem === undefined) return false
      const { tenant, pipeline } = parseInstanceName(name)
      const [engine, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
      const store = await openStore(environment.store(tenant))
      try {
        const { code, message } = problem
        const atMs = host.clock()
        const update = await engine.rollBackUpdate(store, pipeline, { atMs, code, message })
        if (update === undefined) return false
        const refusal = { kind: 'restart', answeredMs: atMs, problem }
        await engine.refuseWaiting(store, pipeline, refusal)
        const reason = `the plan ${engine.shortHash(update.to)} is rolled back: ${message}`
        await engine.enterState(store, pipeline, { state: 'RESTARTING', atMs, reason })
        return true
      } finally {
        await store.close()
      }
    } catch {
      return false // The lake may be what failed: then nothing is taken back.
    }
  }
}
