import { smeltError } from '#diagnostics'
import type { Broker } from '#stream'
import type { Checkpoint } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { keepPlan } from '../plan-store.ts'
import { noteVersion } from '../versions.ts'
import { openBackgroundUpkeep, type BackgroundUpkeep, type BackgroundUpkeepOptions } from './background-upkeep.ts'
import { openDelivery, type AlertOptions } from './alert-delivery.ts'
import { openRequestDesk, type Carried } from './carry-out.ts'
import { goldNodes, windowEnds } from './flush-gold.ts'
import type { Instance } from './instance.ts'
import { processBatch, stageBatch } from './process-batch.ts'
import { tableKey } from '../tables.ts'
import { restore } from './restore.ts'
import { openSchedule, type ScheduleOptions } from './savepoint-schedule.ts'
import { openSourceReader, type SourceReader } from './source-reader.ts'
import { pipelineWatermark } from './watermark.ts'
import { cleanUp, commitTables, prepareCheckpoint } from './write-checkpoint.ts'

export interface RunOptions {
  readonly broker: Broker
  readonly batchRows: number
  readonly batchBytes: number
  readonly checkpointEveryMs: number
  /** Stop at the end offsets seen at start, closing every window. */
  readonly untilEnd: boolean
  /** With `untilEnd`: windows that the watermark has not passed stay open, as if more were to come. */
  readonly keepWindows?: boolean
  /** For an audit: see `CheckpointInput.closeThrough`. */
  readonly closeThrough?: Checkpoint['closed']
  /** How often the broker is asked for new topic partitions. 30 s by default. */
  readonly metadataEveryMs?: number
  /** Stop with a checkpoint, leaving windows open. */
  readonly signal?: AbortSignal
  /** Keeps the tables fit to be read, beside the batches. Left out: nothing does. */
  readonly upkeep?: BackgroundUpkeepOptions
  /** Delivers alerts, beside the batches. Left out: they wait in the checkpoints. */
  readonly alerts?: AlertOptions
  /** Takes savepoints by the clock. Left out: only those that somebody asks for. */
  readonly savepoints?: ScheduleOptions
  /** Called after each checkpoint, once its tables are committed. */
  readonly onCheckpoint?: (report: CheckpointReport) => void
  /** Called after each batch with the records read since the start. */
  readonly onProgress?: (progress: { readonly records: number; readonly lag: number }) => void
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
const METADATA_EVERY_MS = 30_000
/** While no records come, requests are looked for at this interval, or that of checkpoints when it is longer. */
const LEAST_LOOK_MS = 1_000
/** How long alerts that are under way are waited for after a signal to stop; what is left is sent by the next run. */
const LAST_DRAIN_MS = 2_000
const NEVER = new AbortController().signal

/**
 * Runs an instance until its input ends or it is told to stop (DESIGN section 7). Exactly once: what a crash left is
 * finished first, then reading goes on where the newest checkpoint stands. Rejects with the SmeltError that stopped it:
 * everything up to its last checkpoint is then in the tables, nothing after it. Resolves to the last checkpoint.
 */
export async function run(instance: Instance, options: RunOptions): Promise<Checkpoint | undefined> {
  const checkpoints = openCheckpoints(instance.store, instance.plan.pipeline)
  await findTopics(instance, options.broker)
  const restored = await restore(instance, checkpoints)
  // Before any checkpoint names it.
  await keepPlan(instance.store, {
    plan: instance.plan,
    files: Object.fromEntries(instance.files),
    references: Object.fromEntries(instance.references),
    storedMs: instance.clock(),
  })
  const delivery = await openDelivery(instance, restored, options.alerts)
  if (delivery !== undefined) instance.delivery = delivery
  if (restored !== undefined) await noteVersion(instance.store, restored)
  const sources: SourceReader[] = []
  const upkeep = options.upkeep && openBackgroundUpkeep(instance, options.upkeep)
  try {
    // Sources that are joined come last, so that what was sent before a record is seen before it.
    for (const node of [...instance.program.sources].sort((a, b) => Number(a.joined) - Number(b.joined))) {
      sources.push(await openSourceReader(node, restored?.sources[node.plan.name], options))
    }
    const checkpointer = openCheckpointer(instance, options, sources, restored)
    const last = await loop(instance, options, sources, { checkpointer, upkeep })
    await drainAlerts(instance, options)
    return last
  } finally {
    await delivery?.close()
    await upkeep?.close()
    await Promise.allSettled(sources.map((source) => source.close()))
  }
}

/** Before anything is made in the lake: a topic that is not there is a mistake, or one that is still to come. */
async function findTopics({ plan }: Instance, broker: Broker): Promise<void> {
  for (const { topic } of plan.sources) {
    if ((await broker.topic(topic)) === undefined) throw smeltError('stream/unknown-topic', { topic })
  }
}

/** At the end, what is on its way is waited for: as long as it goes on at the end of the input, shortly after a signal. */
async function drainAlerts({ delivery }: Instance, { signal = NEVER }: RunOptions): Promise<void> {
  if (!signal.aborted) await delivery?.drain(signal)
  if (signal.aborted) await delivery?.drain(NEVER, LAST_DRAIN_MS)
  await delivery?.note()
}

async function loop(
  instance: Instance,
  options: RunOptions,
  sources: readonly SourceReader[],
  { checkpointer, upkeep }: { readonly checkpointer: Checkpointer; readonly upkeep: BackgroundUpkeep | undefined },
): Promise<Checkpoint | undefined> {
  let records = 0
  let refreshedMs = performance.now()
  const joined = sources.filter(({ node }) => node.joined)
  const others = sources.filter(({ node }) => !node.joined)
  let reading = fillAll(others, options, checkpointer.batchLimits())
  let aimed = false
  try {
    for (;;) {
      await checkpointer.timed('read', () => reading)
      checkpointer.check()
      if (!aimed) for (const source of joined) await checkpointer.timed('read', () => source.aim())
      aimed = true
      const behind = joined.filter((source) => source.behind())
      await checkpointer.timed('read', () => fillToAim(behind, options))
      // Joined sources are read to their end before the batch that waits is worked on.
      const readers = behind.length > 0 ? behind : others
      const batches = readers.filter((source) => source.columns.count > 0)
      await checkpointer.timed('process', async () => {
        for (const source of batches) await stageBatch(instance, source.node, source.columns)
      })
      const count = batches.reduce((sum, source) => sum + source.columns.count, 0)
      records += count
      const moved = readers.map((source) => source.take()).includes(true)
      const ended = options.untilEnd && sources.every((source) => source.ended())
      const last = ended || options.signal?.aborted === true
      // The next batch is fetched while this one is worked on.
      if (!last && readers === others) {
        reading = fillAll(others, options, checkpointer.batchLimits(count > 0))
        aimed = false
      }
      await checkpointer.timed('process', () => processAll(instance, batches))
      // A position may move on without a record, past the end of a topic partition that others wait for.
      for (const source of sources) if (!batches.includes(source)) source.align(new Map())
      checkpointer.add(count, moved)
      options.onProgress?.({ records, lag: sources.reduce((sum, source) => sum + source.lag(), 0) })
      if (last || checkpointer.due()) await checkpointer.checkpoint(ended && options.keepWindows !== true)
      if (last) return await checkpointer.settle()
      upkeep?.tick()
      if (performance.now() - refreshedMs > (options.metadataEveryMs ?? METADATA_EVERY_MS)) {
        refreshedMs = performance.now()
        for (const source of sources) await source.refresh()
      }
    }
  } finally {
    await Promise.allSettled([reading, checkpointer.settle()])
  }
}

async function fillAll(
  sources: readonly SourceReader[],
  options: RunOptions,
  limits: { rows: number; deadline: number; eager: boolean },
): Promise<void> {
  let filled = false
  const cut = (): boolean => filled || options.signal?.aborted === true
  const fills = sources.map(async (source) => {
    await source.fill({ ...limits, rows: Math.min(limits.rows, options.batchRows), cut })
    filled = true
  })
  const results = await Promise.allSettled(fills)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function fillToAim(sources: readonly SourceReader[], options: RunOptions): Promise<void> {
  const cut = (): boolean => options.signal?.aborted === true
  const limits = { rows: options.batchRows, deadline: Infinity, eager: false, toAim: true, cut }
  for (const source of sources) await source.fill(limits)
}

async function processAll(instance: Instance, sources: readonly SourceReader[]): Promise<void> {
  for (const source of sources) {
    source.align(await processBatch(instance, source.node))
  }
}

type Checkpointer = ReturnType<typeof openCheckpointer>

/** Decides when to checkpoint, and does it. */
function openCheckpointer(
  instance: Instance,
  options: RunOptions,
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
  let lookedMs = performance.now()
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
      const soonest = performance.now() + LEAST_FILL_MS
      if (!afterFirst) return { rows: FIRST_BATCH_ROWS, deadline: soonest + options.checkpointEveryMs, eager: true }
      return { rows: options.batchRows, deadline: Math.max(soonest, lastMs + options.checkpointEveryMs), eager: false }
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
      const watermarks = watermarksOf(instance, sources, ended)
      const positions = Object.fromEntries(sources.map((source) => [source.node.plan.name, source.position()]))
      const prepared = await timed('flush', async () => {
        const result = await prepareCheckpoint(instance, {
          previous,
          sources: positions,
          watermarks,
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

/** How far windows of each source, and rows of each join, may be let go. */
function watermarksOf(
  { program }: Instance,
  sources: readonly SourceReader[],
  ended: boolean,
): Map<string, bigint | 'all' | undefined> {
  const joins = program.intervals.map(({ plan, sources: joined }) => {
    const readers = sources.filter(({ node }) => joined.includes(node.plan))
    const progress = readers.map((reader) => ({ source: reader.node.plan, progress: reader.progress() }))
    return [tableKey(plan.table), ended ? ('all' as const) : pipelineWatermark(progress)] as const
  })
  return new Map([
    ...sources.map((source) => [source.node.plan.name, ended ? ('all' as const) : source.watermark()] as const),
    ...joins,
  ])
}

async function hasOpenWindows(instance: Instance): Promise<boolean> {
  for (const { sql } of instance.program.intervals) {
    const [row] = sql.unmet === undefined ? [] : await instance.session.rows(sql.lastEnd)
    if (row?.last != null) return true
  }
  const windows = goldNodes(instance).flatMap((each) => each.windows)
  return (await windowEnds(instance, windows)).size > 0
}
