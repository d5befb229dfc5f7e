import type { Clock, ObjectStore } from '#lake'
import { openCheckpoints } from './checkpoint-store.ts'
import type { PlanChange } from './change/find-change.ts'
import { dropSavepoint } from './drop-savepoint.ts'
import type { Step } from './embedded/instance.ts'
import { rewind, type RewindOptions } from './rewind.ts'
import { listSavepoints } from './savepoints.ts'
import { takeSavepointAlone } from './take-savepoint.ts'

/** A change of plan that is taken back when the new plan fails before its run has made a checkpoint with records. Plain JSON. */
export interface Update {
  readonly format: 1
  /** Hashes of the plan that ran and of the one that takes over. */
  readonly from: string
  readonly to: string
  /** The savepoint that was taken before. */
  readonly savepoint: string
  readonly begunMs: number
  /** There once it was taken back: `to` does not run any more. */
  readonly rolledBack?: RolledBack
}

export interface RolledBack {
  readonly atMs: number
  /** What `to` failed with. */
  readonly code: string
  readonly message: string
}

/** Who takes the savepoints of updates. */
const BY = 'update'

/** The update of a pipeline that is not confirmed, or was taken back. Undefined when there is none that can be read. */
export async function readUpdate(store: ObjectStore, pipeline: string): Promise<Update | undefined> {
  const bytes = await store.read(updateKey(pipeline))
  try {
    const found = bytes && (JSON.parse(bytes.toString('utf8')) as Partial<Update> | null)
    return found?.format === 1 ? (found as Update) : undefined
  } catch {
    return undefined
  }
}

/**
 * Prepares a change of a pipeline that does not run, so that it can be taken back: a savepoint, which takes the place of
 * the one before the last update, and a note of it in `state/<pipeline>/update.json`. The savepoint makes a checkpoint of
 * its own, so the change must be found again. A crash anywhere leaves the plan before; repeated, it finds its savepoint.
 */
export async function beginUpdate(
  place: {
    readonly store: ObjectStore
    readonly clock: Clock
    readonly runId: string
    readonly step?: (step: Step) => void
  },
  { checkpoint, planHash }: PlanChange,
): Promise<void> {
  const { store, clock, step = () => undefined } = place
  const { tenant, pipeline } = checkpoint
  const mine = (await listSavepoints(store, pipeline)).filter(({ by }) => by === BY)
  const savepoint =
    mine.find((each) => each.checkpoint.id === checkpoint.id) ??
    (await takeSavepointAlone({ ...place, tenant, pipeline }, { name: `update-${checkpoint.id + 1}`, by: BY }))
  step('update-saved')
  await writeUpdate(store, pipeline, {
    format: 1,
    from: checkpoint.planHash,
    to: planHash,
    savepoint: savepoint.name,
    begunMs: clock(),
  })
  step('update-noted')
  for (const { name } of mine) if (name !== savepoint.name) await dropSavepoint(place, { tenant, pipeline }, name)
}

/** The run of a plan has made a checkpoint with records: whatever fails from now on does not take it back. */
export async function confirmUpdate(store: ObjectStore, pipeline: string, planHash: string): Promise<void> {
  const update = await readUpdate(store, pipeline)
  if (update?.to === planHash && update.rolledBack === undefined) await forgetUpdate(store, pipeline)
}

/** Lets go of the note: the plan that was taken back may run again. */
export async function forgetUpdate(store: ObjectStore, pipeline: string): Promise<void> {
  await store.delete([updateKey(pipeline)])
}

/**
 * Decides that the update to the plan with the hash `to`, which is not confirmed, is taken back. From then on it does not run,
 * and the next start goes on by the plan before. Undefined when there is none.
 */
export async function rollBackUpdate(
  store: ObjectStore,
  pipeline: string,
  to: string,
  rolledBack: RolledBack,
): Promise<Update | undefined> {
  const update = await readUpdate(store, pipeline)
  if (update?.to !== to || update.rolledBack !== undefined) return undefined
  const decided = { ...update, rolledBack }
  await writeUpdate(store, pipeline, decided)
  return decided
}

/**
 * Takes tables and state of a pipeline that does not run back to where they were before an update that is taken back, where
 * it came so far. A crash leaves it to the next start. checkpoint/offsets-lost, checkpoint/savepoint-incomplete.
 */
export async function finishRollback(
  options: Omit<RewindOptions, 'acceptLoss' | 'reason'>,
  { to, savepoint, rolledBack }: Update,
): Promise<void> {
  const { store, today } = options
  const newest = await openCheckpoints(store, today.plan.pipeline).newest()
  if (newest?.planHash !== to || rolledBack === undefined) return
  const reason = `rolled back: the version before failed with ${rolledBack.code}`
  await rewind({ ...options, acceptLoss: false, reason }, { savepoint })
}

const updateKey = (pipeline: string): string => `state/${pipeline}/update.json`

async function writeUpdate(store: ObjectStore, pipeline: string, update: Update): Promise<void> {
  await store.write(updateKey(pipeline), Buffer.from(`${JSON.stringify(update)}\n`))
}
