import type { Checkpoint } from '../checkpoint.ts'
import { dropSavepoint } from '../drop-savepoint.ts'
import { keptState, listSavepoints } from '../savepoints.ts'
import { takeSavepoint } from '../take-savepoint.ts'
import type { Instance } from './instance.ts'

export interface ScheduleOptions {
  /** Milliseconds from one savepoint to the next. */
  readonly everyMs: number
  /** So many of the newest scheduled savepoints stay. At least 1. */
  readonly keep: number
  /** A savepoint could not be taken or dropped: the next checkpoint tries again, and the run goes on. */
  readonly onFault?: (error: unknown) => void
}

/** Takes savepoints of a running instance by the clock, and gives the oldest up. */
export interface SavepointSchedule {
  /** Once the checkpoint is in all tables: takes one when it is due. Never rejects. */
  after(checkpoint: Checkpoint): Promise<void>
}

/** Opens the schedule. The first savepoint is due at once, others `everyMs` after the last, whichever run took it. */
export function openSchedule(instance: Instance, { everyMs, keep, onFault }: ScheduleOptions): SavepointSchedule {
  const { store, plan, clock } = instance
  let lastMs: number | undefined
  const scheduled = async () => (await listSavepoints(store, plan.pipeline)).filter((each) => each.scheduled)
  const takeDue = async (checkpoint: Checkpoint): Promise<void> => {
    lastMs ??= (await scheduled()).at(-1)?.createdMs ?? -Infinity
    if (clock() - lastMs < everyMs) return
    const name = `scheduled-${checkpoint.id}`
    const { createdMs } = await takeSavepoint(instance, checkpoint, { name, by: 'schedule', scheduled: true })
    lastMs = createdMs
    for (const { name: old } of (await scheduled()).slice(0, -keep)) await dropSavepoint(instance, plan, old)
    const kept = await keptState(store, plan.pipeline)
    instance.kept.clear()
    for (const key of kept) instance.kept.add(key)
  }
  return { after: (checkpoint) => takeDue(checkpoint).catch((error: unknown) => onFault?.(error)) }
}
