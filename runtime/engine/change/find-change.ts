import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import { diffPlans, planHash, type Plan, type PlanDiff } from '#plan'
import type { Checkpoint, PastPlan } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { readPlan } from '../plan-store.ts'
import { readApproval } from './approvals.ts'
import { changeScope } from './change-scope.ts'
import { goneRecords } from './gone-records.ts'

/** A plan that is not the one that ran, or the same one with tables that are to be rebuilt. */
export interface PlanChange {
  /** The newest checkpoint, which the plan before wrote. */
  readonly checkpoint: Checkpoint
  readonly before: Plan
  readonly after: Plan
  /** The hash of `after`. */
  readonly planHash: string
  readonly diff: PlanDiff
  /** A person approved it. */
  readonly approved: boolean
  /** Tables, as `layer.name`, that are worked out anew even where the diff would leave them: see `findRebuild`. */
  readonly rebuild?: readonly string[]
  /** Rows stay as they were written, whatever the diff says of them: only tables that are new are worked out. */
  readonly keep?: true
  /** What ran before the rows that were worked out anew, where that is not all: see `PastPlan`. */
  readonly history?: readonly PastPlan[]
}

/**
 * Compares a plan with what its pipeline last ran in this lake. Undefined when it never ran, or ran this very plan. Reads
 * only. checkpoint/corrupt, checkpoint/plan-lost.
 */
export async function findChange(store: ObjectStore, after: Plan): Promise<PlanChange | undefined> {
  const { pipeline } = after
  const checkpoint = await openCheckpoints(store, pipeline).newest()
  const hash = planHash(after)
  if (checkpoint === undefined || checkpoint.planHash === hash) return undefined
  const { plan: before } = await readPlan(store, pipeline, checkpoint.planHash)
  const approval = await readApproval(store, pipeline, { from: checkpoint.planHash, to: hash })
  const change = { checkpoint, before, after, planHash: hash, diff: diffPlans(before, after), approved: false }
  return { ...(await withGoneRecords(store, change)), approved: approval !== undefined }
}

/**
 * The change as one that needs an approval, where records have left the bronze that it replays: a replay gives only what is
 * there, and somebody must want that. An approval that was given without knowing them does not hold.
 */
export async function withGoneRecords(store: ObjectStore, change: PlanChange): Promise<PlanChange> {
  const { diff, after, checkpoint } = change
  const { replayed } = changeScope(diff, after, checkpoint, change)
  const gone = (await goneRecords(store, replayed)).filter((each) => !diff.approvals.includes(each))
  if (gone.length === 0) return change
  const verdict = diff.verdict === 'refused' ? 'refused' : 'needs-approval'
  return { ...change, approved: false, diff: { ...diff, verdict, approvals: [...diff.approvals, ...gone] } }
}

/** So much of a plan's hash names it to people. */
const SHORT_HASH = 12

/** A plan's hash as messages write it, and as `isHashOf` reads it. */
export function shortHash(hash: string): string {
  return hash.slice(0, SHORT_HASH)
}

/** Whether `given` names the plan with this hash: its first twelve characters or more. */
export function isHashOf(given: string, hash: string): boolean {
  return given.length >= SHORT_HASH && hash.startsWith(given.toLowerCase())
}

/** What a change does to tables, one phrase each; tables that stay as they are are left out. */
export function changeTexts({ diff }: PlanChange): string[] {
  return diff.tables
    .filter(({ change }) => change !== 'unchanged')
    .map(({ layer, table, change }) => `\`${layer}.${table}\` ${change}`)
}

/**
 * Lets a change pass that is safe or approved. checkpoint/change-refused and checkpoint/needs-approval say why not, the latter
 * with the command that makes it when that is not `smelt apply`.
 */
export function checkChange(change: PlanChange, command?: string): void {
  const { diff, after, planHash: hash, approved } = change
  const pipeline = `${after.tenant}/${after.pipeline}`
  if (diff.verdict === 'refused') throw smeltError('checkpoint/change-refused', { pipeline, refusals: diff.refusals })
  if (diff.verdict === 'needs-approval' && !approved)
    throw smeltError('checkpoint/needs-approval', {
      pipeline,
      hash: shortHash(hash),
      approvals: diff.approvals,
      ...(command === undefined ? {} : { command }),
      ...(hash === change.checkpoint.planHash ? { unchanged: true } : {}),
    })
}
