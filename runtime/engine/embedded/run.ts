import { smeltError } from '#diagnostics'
import type { Broker } from '#stream'
import type { Checkpoint } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { keepPlan } from '../plan-store.ts'
import { noteVersion } from '../versions.ts'
import { openBackgroundUpkeep, type BackgroundUpkeep, type BackgroundUpkeepOptions } from './background-upkeep.ts'
import { openDelivery, type AlertOptions } from './alert-delivery.ts'
import { openCheckpointer, type Checkpointer, type CheckpointerOptions } from './checkpointer.ts'
import type { Instance, RestartOptions } from './instance.ts'
import { processBatch, stageBatch } from './process-batch.ts'
import { restore } from './restore.ts'
import { openSourceReader, type BatchLimits, type SourceReader } from './source-reader.ts'

export interface RunOptions extends CheckpointerOptions {
  readonly batchBytes: number
  /** Stop at the end offsets seen at start, closing every window. */
  readonly untilEnd: boolean
  /** With `untilEnd`: windows that the watermark has not passed stay open, as if more were to come. */
  readonly keepWindows?: boolean
  /** How often the broker is asked for new topic partitions. 30 s by default. */
  readonly metadataEveryMs?: number
  /** Keeps the tables fit to be read, beside the batches. Left out: nothing does. */
  readonly upkeep?: BackgroundUpkeepOptions
  /** Delivers alerts, beside the batches. Left out: they wait in the checkpoints. */
  readonly alerts?: AlertOptions
  /** Makes room for another plan when it is asked to. Left out: such a request is refused. */
  readonly restart?: RestartOptions
  /** Called after each batch with the records read since the start. */
  readonly onProgress?: (progress: { readonly records: number; readonly lag: number }) => void
}

const METADATA_EVERY_MS = 30_000
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
  if (restored !== undefined) await noteVersion(instance.store, restored)
  const delivery = await openDelivery(instance, restored, options.alerts)
  if (delivery !== undefined) instance.delivery = delivery
  if (options.restart !== undefined) instance.restart = options.restart
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
    await Promise.allSettled([delivery?.close(), upkeep?.close(), ...sources.map((source) => source.close())])
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
  let over = false
  const cut = (): boolean => over || options.signal?.aborted === true
  const readAhead = (afterFirst?: boolean): Promise<void> => {
    const filled = fillAll(others, { ...checkpointer.batchLimits(afterFirst), cut })
    // What goes wrong beside a batch is told once the batch is done with.
    filled.catch(() => undefined)
    return filled
  }
  let reading = readAhead()
  let aimed = false
  try {
    for (;;) {
      await checkpointer.timed('read', () => reading)
      checkpointer.check()
      if (!aimed) for (const source of joined) await checkpointer.timed('read', () => source.aim())
      aimed = true
      const behind = joined.filter((source) => source.behind())
      await checkpointer.timed('read', () => fillToAim(behind, { rows: options.batchRows, cut }))
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
        reading = readAhead(count > 0)
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
    over = true
    await Promise.allSettled([reading, checkpointer.settle()])
  }
}

/** Reads the next batch of each source, until that of one is full or cannot be read. */
async function fillAll(sources: readonly SourceReader[], limits: Omit<BatchLimits, 'toAim'>): Promise<void> {
  let ended = false
  const cut = (): boolean => ended || limits.cut()
  const fills = sources.map((source) => source.fill({ ...limits, cut }).finally(() => (ended = true)))
  const results = await Promise.allSettled(fills)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

async function fillToAim(sources: readonly SourceReader[], limits: Pick<BatchLimits, 'rows' | 'cut'>): Promise<void> {
  for (const source of sources) await source.fill({ ...limits, deadline: Infinity, eager: false, toAim: true })
}

async function processAll(instance: Instance, sources: readonly SourceReader[]): Promise<void> {
  for (const source of sources) {
    source.align(await processBatch(instance, source.node))
  }
}
