import type { ObjectStore } from '#lake'
import { diffPlans, planHash, type Plan, type PlanDiff } from '#plan'
import type { InstanceName } from '#tenant'
import { sampleContracts, type ContractSample, type SampleEngine } from './contract-sample.ts'
import { replayCost, type ReplayCost } from './replay-cost.ts'

/** What would become of one instance if it ran now. */
export interface InstancePlan {
  /** `tenant/pipeline` */
  readonly instance: string
  readonly plan_hash: string
  /** What it last ran; null when it never did. */
  readonly ran: { readonly checkpoint: number; readonly plan_hash: string } | null
  /** Why it does not run, where it was rolled back; null when nothing holds it back. */
  readonly held_back: PlanHeldBack | null
  readonly diff: PlanDiff
  /** What is read again, per source. */
  readonly replays: readonly ReplayCost[]
  /** Today's bronze under the new contracts; absent unless asked for. */
  readonly samples?: readonly ContractSample[]
}

/** A plan that failed and was rolled back: it runs again once somebody asks for it, or another is wanted. */
export interface PlanHeldBack {
  /** The version that it had; null when it failed before it had one. */
  readonly version: number | null
  /** The version that runs instead. */
  readonly runs: number | null
  readonly since: string
  /** What it failed with. */
  readonly code: string
}

/** What to look at. */
export interface PlanRequest {
  readonly name: InstanceName
  readonly plan: Plan
  readonly store: ObjectStore
  /** Rows of bronze to judge by the new contracts; none when it is left out. */
  readonly sample?: { readonly rows: number; readonly engine: SampleEngine }
}

/** Compares an instance's plan with what it last ran in this lake. Reads; changes nothing. */
export async function planInstance({ name, plan, store, sample }: PlanRequest): Promise<InstancePlan> {
  const { findChange, openCheckpoints } = await import('#engine')
  // What a run finds, so that it is never more than was told; undefined where the very same plan ran, or none.
  const change = await findChange(store, plan)
  const checkpoint = change?.checkpoint ?? (await openCheckpoints(store, name.pipeline).newest())
  const before = change?.before ?? (checkpoint === undefined ? undefined : plan)
  const diff = change?.diff ?? diffPlans(before, plan)
  const hash = planHash(plan)
  const ran = checkpoint === undefined ? null : { checkpoint: checkpoint.id, plan_hash: checkpoint.planHash }
  return {
    instance: `${name.tenant}/${name.pipeline}`,
    plan_hash: hash,
    ran,
    held_back: await heldBackOf(store, name.pipeline, hash),
    diff,
    replays: await replayCost(store, diff),
    ...(sample === undefined
      ? {}
      : { samples: await sampleContracts({ before, after: plan, diff, store, ...sample }) }),
  }
}

async function heldBackOf(store: ObjectStore, pipeline: string, hash: string): Promise<PlanHeldBack | null> {
  const { listVersions, readUpdate } = await import('#engine')
  const update = await readUpdate(store, pipeline)
  if (update?.rolledBack === undefined || update.to !== hash) return null
  const versions = await listVersions(store, pipeline)
  const versionOf = (of: string): number | null => versions.findLast(({ planHash }) => planHash === of)?.version ?? null
  const { atMs, code } = update.rolledBack
  return { version: versionOf(hash), runs: versionOf(update.from), since: new Date(atMs).toISOString(), code }
}
