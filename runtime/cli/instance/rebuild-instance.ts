import type { RebuildReport, RebuildWanted } from '#engine'
import type { ObjectStore } from '#lake'
import type { Host } from '../host.ts'
import { askRestart } from './ask-restart.ts'
import { engineSettings, lockedPipeline } from './engine-options.ts'
import { refuseHeldBack } from './held-back.ts'
import { holdInStore, type ProjectInstance } from './hold-instance.ts'
import { checkActive, type ResolvedInstance } from './resolve-instance.ts'
import { lockSupervisor } from './run-lock.ts'
import { letTry } from './take-over.ts'

/**
 * Rebuilds tables of an instance. One that runs ends with a checkpoint, does it before it reads on, and goes on from there;
 * what is wrong is told before it is asked. A plan that was rolled back is taken over by a rebuild only when it is approved.
 * Throws what `rebuildNow` does, tenant/not-active, checkpoint/held-back, and checkpoint/already-running for an instance that
 * nothing would start again, or that would start by other files after a dry run.
 */
export async function rebuildInstance(
  host: Host,
  opened: ProjectInstance,
  { wanted, onAsked }: { readonly wanted: RebuildWanted; readonly onAsked: () => void },
): Promise<RebuildReport> {
  const { instance } = opened
  checkActive(instance)
  const settings = await engineSettings(host, opened.environment, instance)
  const [engine, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
  const store = await openStore(opened.environment.store(instance.tenant))
  try {
    if (!wanted.approved) await refuseHeldBack(store, instance)
    const asked = await askRunning(host, { instance, store }, { wanted, onAsked })
    if (asked !== undefined) return asked
    return await holdInStore(host, { ...opened, settings, store }, async ({ options }) => {
      await letApproved(store, instance, wanted)
      return engine.rebuildNow(options, wanted)
    })
  } finally {
    await store.close()
  }
}

/** What was rolled back and is approved now may take over, once nothing else stands in the way. */
async function letApproved(store: ObjectStore, instance: ResolvedInstance, wanted: RebuildWanted): Promise<void> {
  if (!wanted.approved || wanted.dryRun) return
  const engine = await import('#engine')
  await engine.checkRebuild(store, await engine.findRebuild(store, instance.plan, wanted.tables), wanted)
  await letTry(store, instance)
}

/** Has the instance do it, where one runs; undefined where none does. */
async function askRunning(
  host: Host,
  { instance, store }: { readonly instance: ResolvedInstance; readonly store: ObjectStore },
  { wanted, onAsked }: { readonly wanted: RebuildWanted; readonly onAsked: () => void },
): Promise<RebuildReport | undefined> {
  const locked = lockedPipeline(instance, store)
  const supervisor = lockSupervisor(host, locked)
  if (supervisor === undefined) return undefined
  const [engine, { planHash }] = await Promise.all([import('#engine'), import('#plan')])
  const change = await engine.findRebuild(store, instance.plan, wanted.tables)
  await engine.checkRebuild(store, change, wanted)
  // A start by other files takes them over: a dry run must not lead to that.
  if (wanted.dryRun && change.planHash !== change.checkpoint.planHash) return undefined
  // It starts again by its files only when they are not held back any more.
  await letApproved(store, instance, wanted)
  const request = { kind: engine.REBUILD_REQUEST, arguments: { ...wanted, planHash: planHash(instance.plan) } }
  return (await askRestart(host, { store, locked, ...request, supervisor, onAsked })) as RebuildReport | undefined
}
