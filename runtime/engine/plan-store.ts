import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import { planHash, type Plan } from '#plan'
import { openCheckpoints } from './checkpoint-store.ts'

/**
 * What ran: the plan, and the project files it was compiled from as they were written, so that this version can be read,
 * compared and brought back later. Files name secrets and never hold one; a plan is free of them.
 */
export interface StoredPlan {
  readonly format: 1
  readonly planHash: string
  readonly storedMs: number
  readonly plan: Plan
  /** Pipeline, contracts and references as text, by path from the project's root. */
  readonly files: Readonly<Record<string, string>>
  /** Rows of each reference, as texts in field order: what the plan needs to run again. */
  readonly references: Readonly<Record<string, readonly (readonly (string | null)[])[]>>
}

/** Keeps a plan under `state/<pipeline>/plans/<hash>.json`; one that is there stays as it is. */
export async function keepPlan(store: ObjectStore, kept: Omit<StoredPlan, 'format' | 'planHash'>): Promise<void> {
  const hash = planHash(kept.plan)
  const stored: StoredPlan = { format: 1, planHash: hash, ...kept }
  await store.create(planKey(kept.plan.pipeline, hash), Buffer.from(`${JSON.stringify(stored)}\n`))
}

/** The plan with this hash; checkpoint/plan-lost when it is not there or not what was kept. */
export async function readPlan(store: ObjectStore, pipeline: string, hash: string): Promise<StoredPlan> {
  const key = planKey(pipeline, hash)
  const bytes = await store.read(key)
  if (bytes === undefined) throw smeltError('checkpoint/plan-lost', { key, detail: 'it is not there' })
  const stored = parseStored(bytes)
  if (stored === undefined || planHash(stored.plan) !== hash)
    throw smeltError('checkpoint/plan-lost', { key, detail: 'its content is not what was stored' })
  return stored
}

/**
 * The plan that a pipeline last ran: that of its newest checkpoint. Undefined when it never ran. checkpoint/corrupt,
 * checkpoint/plan-lost.
 */
export async function storedPlan(store: ObjectStore, pipeline: string): Promise<StoredPlan | undefined> {
  const checkpoint = await openCheckpoints(store, pipeline).newest()
  return checkpoint === undefined ? undefined : readPlan(store, pipeline, checkpoint.planHash)
}

function planKey(pipeline: string, hash: string): string {
  return `state/${pipeline}/plans/${hash}.json`
}

function parseStored(bytes: Buffer): StoredPlan | undefined {
  try {
    const stored = JSON.parse(bytes.toString('utf8')) as Partial<StoredPlan> | null
    return typeof stored?.plan === 'object' ? (stored as StoredPlan) : undefined
  } catch {
    return undefined
  }
}
