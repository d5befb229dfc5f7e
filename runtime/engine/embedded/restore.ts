import type { SourceNode } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { stateKeys, type Checkpoint, type SourcePosition } from '../checkpoint.ts'
import type { CheckpointStore } from '../checkpoint-store.ts'
import { dropStrayTags } from '../drop-savepoint.ts'
import { listSavepoints } from '../savepoints.ts'
import { restoreCurrent } from './current-windows.ts'
import { noteTimes } from './expire-state.ts'
import { goldNodes, setClosed } from './close-windows.ts'
import type { Instance } from './instance.ts'
import { restoreLatest } from './latest-rows.ts'
import { openTables } from './open-tables.ts'
import { restoreState } from './state-files.ts'
import { commitTables } from './write-checkpoint.ts'

/**
 * Brings an instance to its newest checkpoint (DESIGN section 7): finishes the table commits that a crash may have
 * left, then puts the state back. Undefined when there is no checkpoint yet. checkpoint/corrupt,
 * checkpoint/plan-changed and checkpoint/state-missing change nothing.
 */
export async function restore(instance: Instance, checkpoints: CheckpointStore): Promise<Checkpoint | undefined> {
  const checkpoint = await checkpoints.newest()
  const savepoints = await listSavepoints(instance.store, instance.plan.pipeline)
  for (const each of savepoints) for (const key of stateKeys(each.checkpoint)) instance.kept.add(key)
  if (checkpoint !== undefined && checkpoint.planHash !== instance.planHash) {
    const pipeline = `${checkpoint.tenant}/${checkpoint.pipeline}`
    throw smeltError('checkpoint/plan-changed', { pipeline, id: checkpoint.id })
  }
  // Tables that a crash left in the shape of the plan before get that of this one first.
  if (checkpoint?.shapes !== undefined) await commitTables(instance, checkpoint)
  await openTables(instance)
  if (checkpoint !== undefined && checkpoint.shapes === undefined) await commitTables(instance, checkpoint)
  await dropStrayTags(instance, new Set(savepoints.map(({ name }) => name)))
  for (const [name, through] of Object.entries(checkpoint?.closed ?? {})) instance.closed.set(name, BigInt(through))
  setClosed(
    instance,
    instance.program.intervals.map(({ plan }) => plan.table.name),
  )
  for (const { source, windows, latest } of goldNodes(instance)) {
    setClosed(
      instance,
      windows.map(({ plan }) => plan.table.name),
    )
    if (checkpoint === undefined) continue
    await restoreNewest(instance, source, checkpoint.sources[source.plan.name])
    for (const each of windows) await restoreCurrent(instance, each)
    for (const each of latest) await restoreLatest(instance, each)
  }
  if (checkpoint !== undefined)
    await restoreState(instance, checkpoint.state).catch(async (error: unknown) => {
      // State files go once a newer checkpoint is whole: then they are not lost, another process runs.
      const newest = await checkpoints.newest()
      if (newest === undefined || newest.id === checkpoint.id) throw error
      throw smeltError('checkpoint/fenced', { pipeline: `${newest.tenant}/${newest.pipeline}`, id: newest.id })
    })
  return checkpoint
}

async function restoreNewest(
  instance: Instance,
  source: SourceNode,
  position: SourcePosition | undefined,
): Promise<void> {
  const times = Object.entries(position?.partitions ?? {}).flatMap(([partition, { newest }]) =>
    newest === null ? [] : [{ partition: Number(partition), newest: BigInt(newest) }],
  )
  await instance.session.runAll(times.map(({ partition, newest }) => source.sql.restoreNewest(partition, newest)))
  noteTimes(
    instance,
    source,
    times.map(({ newest }) => newest),
    undefined,
  )
}
