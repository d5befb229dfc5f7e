import type { Broker } from '#stream'
import type { Checkpoint } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { tableKey } from '../tables.ts'
import { noteVersion } from '../versions.ts'
import { openRequestDesk, type Carried } from './carry-out.ts'
import { goldNodes, windowEnds } from './close-windows.ts'
import type { Instance } from './instance.ts'
import { openSchedule, type ScheduleOptions } from './savepoint-schedule.ts'
import type { SourceReader } from './source-reader.ts'
import { pipelineWatermark } from './watermark.ts'
import { cleanUp, commitTables, prepareCheckpoint } from './write-checkpoint.ts'

export interface CheckpointerOptions {
  readonly broker: Broker
  readonly batchRows: number
  readonly checkpointEveryMs: number
  /** For an audit: see `CheckpointInput.closeThrough`. */
  readonly closeThrough?: Checkpoint['closed']
  /** Stop with a checkpoint, leaving windows open. */
  readonly signal?: AbortSignal
  /** Takes savepoints by the clock. Left out: only those that somebody asks for. */
  readonly savepoints?: ScheduleOptions
  /** Called after each checkpoint, once its tables are committed. */
  readonly onCheckpoint?: (report: CheckpointReport) => void
}

/** What one checkpoint did. Durations in milliseconds since the one before. */
export interface CheckpointReport {
  readonly checkpoint: Checkpoint
  /** Records read since the one before. */
  readonly records: number
  /** Records in the topics that are not read yet. */
  readonly lag: number
  readonly durations: Readonly<Record<Phase, number>>
}

/** `read` is waiting for records; reading beside the SQL of another batch is not counted. */
export type Phase = 'read' | 'process' | 'flush' | 'commit'

/** The first batch is small and committed at once: RUNNING means that a checkpoint is done. */
const FIRST_BATCH_ROWS = 2_000
/** A batch is given at least this long to fill, however soon the next checkpoint is due. */
const LEAST_FILL_MS = 50
/** While no records come, requests are looked for at this interval, or that of checkpoints when it is longer. */
const LEAST_LOOK_MS = 1_000
const NEVER = new AbortController().signal

export type Checkpointer = ReturnType<typeof openCheckpointer>

/** Decides when to checkpoint, and does it (DESIGN section 7); `restored` is the checkpoint that the run goes on from. */
export function openCheckpointer(
  instance: Instance,
  options: CheckpointerOptions,
  sources: readonly SourceReader[],
  restored: Checkpoint | undefined,
) {
  const checkpoints = openCheckpoints(instance.store, instance.plan.pipeline)
  const desk = openRequestDesk(instance)
  const schedule = options.savepoints && openSchedule(instance, options.savepoints)
  let previous = restored
  // Table commits go on beside the next batch; the checkpoint after waits for them.
  let committing: Promise<void> = Promise.resolve()
  let failed: Error | undefined
  let started = false
  let changed = false
  let records = 0
  let lastMs = performance.now()
  // What was asked of the run before may wait for this one: it looks at once.
  let lookedMs = restored === undefined ? lastMs : -Infinity
  let durations: Record<Phase, number> = { read: 0, process: 0, flush: 0, commit: 0 }

  const timed = async <T>(phase: Phase, work: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    try {
      return await work()
    } finally {
      durations[phase] += performance.now() - from
    }
  }
  const commit = async (
    prepared: Awaited<ReturnType<typeof prepareCheckpoint>> & { readonly carried: readonly Carried[] },
    before: Checkpoint | undefined,
    report: Omit<CheckpointReport, 'checkpoint'>,
  ): Promise<void> => {
    const from = performance.now()
    const { checkpoint, epoch, carried, alerts } = prepared
    await commitTables(instance, checkpoint)
    instance.delivery?.add(checkpoint, alerts)
    if (before === undefined) await noteVersion(instance.store, checkpoint)
    await desk.finish(carried, checkpoint)
    await schedule?.after(checkpoint)
    // The checkpoint is whole; a failure from here on costs room in the store, never a row.
    await Promise.allSettled([
      cleanUp(instance, epoch, before, checkpoint),
      checkpoints.prune(checkpoint.id),
      tellLagTools(options.broker, checkpoint),
    ])
    options.onCheckpoint?.({
      ...report,
      checkpoint,
      durations: { ...report.durations, commit: performance.now() - from },
    })
  }
  return {
    timed,
    /** How much the next batch may hold. `started` tells that a batch was read before it. */
    batchLimits(afterFirst = started) {
      const { batchRows, checkpointEveryMs } = options
      const soonest = performance.now() + LEAST_FILL_MS
      if (!afterFirst) {
        const deadline = lookedMs === -Infinity ? soonest : soonest + checkpointEveryMs
        return { rows: Math.min(FIRST_BATCH_ROWS, batchRows), deadline, eager: true }
      }
      return { rows: batchRows, deadline: Math.max(soonest, lastMs + checkpointEveryMs), eager: false }
    },
    add(count: number, moved: boolean): void {
      records += count
      changed ||= moved
    },
    due(): boolean {
      if (previous === undefined) return true // The first checkpoint says that the pipeline runs, records or not.
      const now = performance.now()
      if (changed) return !started || now - lastMs >= options.checkpointEveryMs
      return now - lookedMs >= Math.max(options.checkpointEveryMs, LEAST_LOOK_MS)
    },
    async checkpoint(ended: boolean): Promise<void> {
      await committing
      const asked = await desk.look()
      lookedMs = performance.now()
      const idle = !changed && asked.length === 0 && previous !== undefined
      if (idle && !(ended && (await hasOpenWindows(instance)))) return
      await timed('flush', async () => instance.delivery?.room(options.signal ?? NEVER))
      const carried = await timed('process', () => desk.prepare(asked, previous))
      const watermarks = new Map(
        sources.map((source) => [source.node.plan.name, ended ? ('all' as const) : source.watermark()]),
      )
      const positions = Object.fromEntries(sources.map((source) => [source.node.plan.name, source.position()]))
      const prepared = await timed('flush', async () => {
        const result = await prepareCheckpoint(instance, {
          previous,
          sources: positions,
          watermarks,
          joined: joinedWatermarks(instance, sources),
          ended,
          ...(options.closeThrough === undefined ? {} : { closeThrough: options.closeThrough }),
        })
        await checkpoints.create(result.checkpoint) // The commit point: from here on, the checkpoint happened.
        return result
      })
      instance.step('checkpoint-created')
      const report = { records, lag: sources.reduce((sum, source) => sum + source.lag(), 0), durations }
      committing = commit({ ...prepared, carried }, previous, report)
      committing.catch((error: unknown) => (failed ??= error instanceof Error ? error : new Error(String(error))))
      previous = prepared.checkpoint
      started = true
      changed = false
      records = 0
      durations = { read: 0, process: 0, flush: 0, commit: 0 }
      lastMs = performance.now()
    },
    /** Throws what went wrong in table commits that go on beside: a quiet topic must not hide it. */
    check(): void {
      if (failed !== undefined) throw failed
    },
    /** Waits for the table commits of the newest checkpoint. */
    async settle(): Promise<Checkpoint | undefined> {
      await committing
      return previous
    },
  }
}

/** Offsets live in checkpoints; a consumer group gets a copy, best effort, so that lag tools have something to show. */
async function tellLagTools(broker: Broker, { tenant, pipeline, sources }: Checkpoint): Promise<void> {
  for (const { topic, partitions } of Object.values(sources)) {
    const offsets = new Map(
      Object.entries(partitions).map(([partition, { next }]) => [Number(partition), BigInt(next)]),
    )
    await broker.commitGroupOffsets(`smelt.${tenant}.${pipeline}`, topic, offsets)
  }
}

/** The watermark of each interval join, over the topic partitions of its sources. */
function joinedWatermarks({ program }: Instance, sources: readonly SourceReader[]): Map<string, bigint | undefined> {
  return new Map(
    program.intervals.map(({ plan, sources: joined }) => {
      const readers = sources.filter(({ node }) => joined.includes(node.plan))
      const progress = readers.map((reader) => ({ source: reader.node.plan, progress: reader.progress() }))
      return [tableKey(plan.table), pipelineWatermark(progress)]
    }),
  )
}

async function hasOpenWindows(instance: Instance): Promise<boolean> {
  for (const { sql } of instance.program.intervals) {
    const [row] = sql.unmet === undefined ? [] : await instance.session.rows(sql.lastEnd)
    if (row?.last != null) return true
  }
  const windows = goldNodes(instance).flatMap((each) => each.windows)
  return (await windowEnds(instance, windows)).size > 0
}
