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
  readonly diff: PlanDiff
  /** What is read again, per source. */
  readonly replays: readonly ReplayCost[]
  /** Today's bronze under the new contracts; absent unless asked for. */
  readonly samples?: readonly ContractSample[]
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
  const { openCheckpoints, readPlan } = await import('#engine')
  const checkpoint = await openCheckpoints(store, name.pipeline).newest()
  const before = checkpoint === undefined ? undefined : (await readPlan(store, name.pipeline, checkpoint.planHash)).plan
  const diff = diffPlans(before, plan)
  const ran = checkpoint === undefined ? null : { checkpoint: checkpoint.id, plan_hash: checkpoint.planHash }
  return {
    instance: `${name.tenant}/${name.pipeline}`,
    plan_hash: planHash(plan),
    ran,
    diff,
    replays: await replayCost(store, diff),
    ...(sample === undefined
      ? {}
      : { samples: await sampleContracts({ before, after: plan, diff, store, ...sample }) }),
  }
}
