import { type Diagnostic } from '#diagnostics'
import { parseInstanceName } from '#tenant'
import type { Environment } from '../environment.ts'
import type { Host } from '../host.ts'
import { faultOfPlan } from './failure.ts'

/**
 * What a supervisor does about an instance that starting again cannot mend, and whose plan had begun: where that may be the
 * fault of the plan, and it is that of an update that has made no checkpoint yet, the update is taken back, and the instance
 * goes on by the plan before. Resolves to whether it is. Never rejects.
 */
export function rollBacks(
  host: Host,
  environment: Environment,
): (instance: string, problems: readonly Diagnostic[], plan: string) => Promise<boolean> {
  return async (name, problems, plan) => {
    try {
      const problem = faultOfPlan(problems)
      if (problem === undefined) return false
      const { tenant, pipeline } = parseInstanceName(name)
      const [engine, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
      const store = await openStore(environment.store(tenant))
      try {
        const { code, message } = problem
        const atMs = host.clock()
        const update = await engine.rollBackUpdate(store, pipeline, plan, { atMs, code, message })
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
