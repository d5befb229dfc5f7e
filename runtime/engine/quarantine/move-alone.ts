import { smeltError } from '#diagnostics'
import { openCheckpoints } from '../checkpoint-store.ts'
import type { Checkpoint } from '../checkpoint.ts'
import { openDelivery } from '../embedded/alert-delivery.ts'
import type { Instance } from '../embedded/instance.ts'
import { closeInstance, openInstance, type InstanceOptions } from '../embedded/open-instance.ts'
import { restore } from '../embedded/restore.ts'
import { cleanUp, commitTables, prepareCheckpoint } from '../embedded/write-checkpoint.ts'
import { checkMove, moveRefused, moveWhere, type Move, type MoveOptions, type MoveReport } from './move-refused.ts'

/** What became of a move. */
export interface Moved {
  readonly report: MoveReport
  /** Absent when no row left quarantine. */
  readonly checkpoint?: number
}

/**
 * Moves rows out of quarantine while nothing runs, in a checkpoint of its own; the next run goes on from there. Repeated
 * after a crash, it finds what is left. checkpoint/none, checkpoint/plan-changed, checkpoint/fenced, and what `checkMove`
 * finds, change nothing.
 */
export async function moveAlone(options: InstanceOptions, move: Move, settings: MoveOptions = {}): Promise<Moved> {
  return restored(options, async (instance, previous) => {
    await checkMove(instance, move, settings)
    // Rows that are moved are alerts as others are: they wait for the next run.
    const delivery = await openDelivery(instance, previous, undefined)
    if (delivery !== undefined) instance.delivery = delivery
    const report = await moveRefused(instance, move, settings)
    const checkpoint = await checkpointMove(instance, previous)
    await delivery?.close()
    return checkpoint === undefined ? { report } : { report, checkpoint: checkpoint.id }
  })
}

/** What a move would do, as of the newest checkpoint. Changes nothing, and may be asked beside an instance that runs. */
export async function tryMove(options: InstanceOptions, move: Move, settings: MoveOptions = {}): Promise<MoveReport> {
  return restored({ ...options, writes: new Set() }, async (instance) => {
    await checkMove(instance, move, settings)
    return moveRefused(instance, move, settings)
  })
}

/** Moves the rows that `where` takes in an audit's lake, where it stands; see `MovedRows`. */
export async function moveAgain(
  options: InstanceOptions,
  {
    action,
    where,
    prepare,
  }: {
    readonly action: Move['action']
    /** An SQL condition on the rows, `refused`, and what `prepare` set up. */
    readonly where: string
    readonly prepare: (instance: Instance) => Promise<void>
  },
): Promise<void> {
  await restored({ ...options, rebuild: true }, async (instance, previous) => {
    await prepare(instance)
    await moveWhere(instance, action, where)
    await checkpointMove(instance, previous)
  })
}

async function restored<T>(
  options: InstanceOptions,
  work: (instance: Instance, previous: Checkpoint) => Promise<T>,
): Promise<T> {
  const { plan, store } = options
  const checkpoints = openCheckpoints(store, plan.pipeline)
  if ((await checkpoints.newest()) === undefined)
    throw smeltError('checkpoint/none', { pipeline: `${plan.tenant}/${plan.pipeline}` })
  const instance = await openInstance(options)
  try {
    const previous = await restore(instance, checkpoints)
    if (previous === undefined) throw smeltError('checkpoint/none', { pipeline: `${plan.tenant}/${plan.pipeline}` })
    return await work(instance, previous)
  } finally {
    await closeInstance(instance)
  }
}

async function checkpointMove(instance: Instance, previous: Checkpoint): Promise<Checkpoint | undefined> {
  if (instance.epoch.moved.length === 0) return undefined
  const { sources } = previous
  const open = { watermarks: new Map<string, undefined>(), joined: new Map<string, undefined>(), ended: false }
  const { checkpoint, epoch } = await prepareCheckpoint(instance, { previous, sources, ...open })
  await openCheckpoints(instance.store, instance.plan.pipeline).create(checkpoint) // The commit point.
  instance.step('checkpoint-created')
  await commitTables(instance, checkpoint)
  await cleanUp(instance, epoch, previous, checkpoint).catch(() => undefined) // Costs room in the store, never a row.
  return checkpoint
}
