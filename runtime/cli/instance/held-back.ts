import { diagnostic, smeltError, type Diagnostic } from '#diagnostics'
import type { RolledBack, Update } from '#engine'
import type { ObjectStore } from '#lake'
import type { ResolvedInstance } from './resolve-instance.ts'

/** An instance whose files say a plan that was rolled back, and the plan that runs instead. */
export interface HeldBack {
  /** By the plan before, as it was kept when it ran. */
  readonly instance: ResolvedInstance
  readonly update: Update & { readonly rolledBack: RolledBack }
}

/**
 * Whether the plan of an instance was rolled back: then the one before runs until the files change. Throws
 * checkpoint/plan-lost when that cannot be read.
 */
export async function heldBack(store: ObjectStore, instance: ResolvedInstance): Promise<HeldBack | undefined> {
  const [{ readPlan, readUpdate }, { planHash }] = await Promise.all([import('#engine'), import('#plan')])
  const update = await readUpdate(store, instance.pipeline)
  if (update?.rolledBack === undefined || update.to !== planHash(instance.plan)) return undefined
  const { plan, files, references } = await readPlan(store, instance.pipeline, update.from)
  const before = { plan, files: new Map(Object.entries(files)), references: new Map(Object.entries(references)) }
  return { instance: { ...instance, ...before }, update: { ...update, rolledBack: update.rolledBack } }
}

/** The instance as it runs: by its files, or by the plan before while theirs is held back. */
export async function inForce(store: ObjectStore, today: ResolvedInstance): Promise<ResolvedInstance> {
  return (await heldBack(store, today))?.instance ?? today
}

/** Throws checkpoint/held-back for an instance whose plan was rolled back. */
export async function refuseHeldBack(store: ObjectStore, instance: ResolvedInstance): Promise<void> {
  const [{ readUpdate, shortHash }, { planHash }] = await Promise.all([import('#engine'), import('#plan')])
  const update = await readUpdate(store, instance.pipeline)
  const hash = planHash(instance.plan)
  if (update?.rolledBack === undefined || update.to !== hash) return
  const { code } = update.rolledBack
  throw smeltError('checkpoint/held-back', { pipeline: instance.name, hash: shortHash(hash), code })
}

/** What is to be told of an instance that does not run by its files. */
export async function heldBackNotice({ instance, update }: HeldBack): Promise<Diagnostic> {
  const { shortHash } = await import('#engine')
  const { code, atMs } = update.rolledBack
  return diagnostic('checkpoint/rolled-back', {
    pipeline: instance.name,
    from: shortHash(update.to),
    to: shortHash(update.from),
    code,
    at: new Date(atMs).toISOString(),
  })
}
