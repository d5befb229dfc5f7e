import type { ObjectStore } from '#lake'

/** That a person wants one plan to take over from another. It holds for these two alone. */
export interface Approval {
  readonly format: 1
  readonly planHash: string
  /** The plan that ran when it was approved. */
  readonly from: string
  readonly approvedMs: number
  /** The user of the machine it was given on. */
  readonly by: string
}

/** Keeps an approval under `state/<pipeline>/approvals/<hash>.json`; one for the same plan is replaced. */
export async function approve(store: ObjectStore, pipeline: string, approval: Omit<Approval, 'format'>): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify({ format: 1, ...approval })}\n`)
  await store.write(approvalKey(pipeline, approval.planHash), bytes)
}

/** The approval of `to` as the successor of `from`. Undefined when there is none that can be read: it is given again. */
export async function readApproval(
  store: ObjectStore,
  pipeline: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Approval | undefined> {
  const bytes = await store.read(approvalKey(pipeline, to))
  const approval = bytes && parseApproval(bytes)
  return approval?.from === from && approval.planHash === to ? approval : undefined
}

function parseApproval(bytes: Buffer): Approval | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as Approval
  } catch {
    return undefined
  }
}

function approvalKey(pipeline: string, hash: string): string {
  return `state/${pipeline}/approvals/${hash}.json`
}
