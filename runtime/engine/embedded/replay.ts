import { QUARANTINE_PENDING, quoteText, type IntervalNode } from '#dialect/duckdb'
import type { BronzeReader } from './bronze-reader.ts'
import { flushCurrent } from './current-windows.ts'
import { expireState } from './expire-state.ts'
import { closeWindows, goldNodes } from './close-windows.ts'
import type { Instance } from './instance.ts'
import { flushLatest } from './latest-rows.ts'
import { processBatch } from './process-batch.ts'
import { closeInterval } from './process-interval.ts'
import { pipelineWatermark } from './watermark.ts'
import { flushQuarantine } from './write-checkpoint.ts'

export interface ReplayOptions {
  /** Records worked on at a time. */
  readonly batchRows: number
  /** Batches between two moments at which windows close and what waits is written or merged. */
  readonly batchesPerFlush: number
  /** By source, the tables whose refusals go to quarantine, as `layer.name`; null stands for records that no table saw. */
  readonly judges: ReadonlyMap<string, ReadonlySet<string | null>>
  /** Per window table or table of pairs, how far it was closed before (microseconds): it is closed as far again. */
  readonly closed: ReadonlyMap<string, bigint>
  /** Sources that were read to their end before. */
  readonly before: readonly BronzeReader[]
  /** Called after each batch with the records of its source replayed so far. */
  readonly onProgress?: (source: string, records: number) => void
}

/**
 * Runs the bronze rows of sources through the plan again: files of the tables that the instance writes, and the state of
 * all, come from the first record on. Sources whose rows are joined are given together and go on together in event time.
 * Memory is bounded by the batch and by state. Nothing becomes visible: what was written stands in the instance's epoch.
 */
export async function replayBronze(
  instance: Instance,
  readers: readonly BronzeReader[],
  options: ReplayOptions,
): Promise<void> {
  const records = new Map<BronzeReader, number>()
  for (let batch = 1; ; batch++) {
    const reader = furthestBehind(readers)
    if (reader === undefined) break
    const count = (records.get(reader) ?? 0) + (await replayBatch(instance, reader, options))
    records.set(reader, count)
    options.onProgress?.(reader.node.plan.name, count)
    if (batch % options.batchesPerFlush === 0) await flush(instance, readers, options)
  }
  await flush(instance, readers, options)
  await finish(instance, readers, options)
}

/** Of the readers with records left, the one whose events are oldest; one that has shown none comes first. */
function furthestBehind(readers: readonly BronzeReader[]): BronzeReader | undefined {
  const open = readers.filter((reader) => !reader.ended())
  const times = new Map(open.map((reader) => [reader, reader.watermark()]))
  return open.reduce<BronzeReader | undefined>((first, reader) => {
    const [a, b] = [first && times.get(first), times.get(reader)]
    if (first === undefined || (b === undefined && a !== undefined)) return reader
    return a !== undefined && b !== undefined && b < a ? reader : first
  }, undefined)
}

async function replayBatch(instance: Instance, reader: BronzeReader, { batchRows }: ReplayOptions): Promise<number> {
  const count = await reader.stage(batchRows)
  if (count === 0) return 0
  instance.step('batch-staged')
  reader.align(await processBatch(instance, reader.node))
  return count
}

async function flush(instance: Instance, readers: readonly BronzeReader[], options: ReplayOptions): Promise<void> {
  for (const reader of readers) {
    const watermark = reader.watermark()
    for (const { windows, latest } of nodesOf(instance, reader)) {
      if (watermark !== undefined) await closeWindows(instance, windows, () => watermark)
      await instance.session.runAll(latest.flatMap(({ sql }) => sql.compact))
    }
  }
  for (const [join, watermark] of joinsOf(instance, readers, options)) await closeInterval(instance, join, watermark)
  for (const reader of readers) await dropUnjudged(instance, reader.node.plan.name, options.judges)
  await flushPending(instance)
  expireState(instance)
  await Promise.all(instance.epoch.releases.splice(0).map((release) => release()))
}

async function finish(instance: Instance, readers: readonly BronzeReader[], options: ReplayOptions): Promise<void> {
  const { closed } = options
  for (const { windows, latest } of readers.flatMap((reader) => nodesOf(instance, reader))) {
    for (const each of windows) {
      const through = closed.get(each.plan.table.name)
      if (through !== undefined) await closeWindows(instance, [each], () => through)
      await flushCurrent(instance, each)
    }
    for (const each of latest) await flushLatest(instance, each)
  }
  for (const [join] of joinsOf(instance, readers, options))
    await closeInterval(instance, join, closed.get(join.plan.table.name))
  await flushPending(instance)
  expireState(instance)
}

/**
 * The joins of the sources with how far their rows may be let go. Those with a source that is still to be replayed, or
 * never is, let none go.
 */
function joinsOf(
  { program }: Instance,
  readers: readonly BronzeReader[],
  { before }: ReplayOptions,
): (readonly [join: IntervalNode, watermark: bigint | undefined])[] {
  return program.intervals.flatMap((join) => {
    const own = [...before, ...readers].filter(({ node }) => join.sources.includes(node.plan))
    if (own.length < join.sources.length || !own.some((reader) => readers.includes(reader))) return []
    const progress = own.map((reader) => ({ source: reader.node.plan, progress: reader.progress() }))
    return [[join, pipelineWatermark(progress)] as const]
  })
}

function nodesOf(instance: Instance, reader: BronzeReader): ReturnType<typeof goldNodes> {
  return goldNodes(instance).filter(({ source }) => source === reader.node)
}

/** Of the records of a source that wait for quarantine, those that no judge refused go: they are there already. */
async function dropUnjudged(instance: Instance, source: string, judges: ReplayOptions['judges']): Promise<void> {
  const named = judges.get(source) ?? new Set<string | null>()
  const tables = [...named].flatMap((table) => (table === null ? [] : [quoteText(table)]))
  const judged = [
    ...(named.has(null) ? ['table_name is null'] : []),
    ...(tables.length > 0 ? [`table_name in (${tables.join(', ')})`] : []),
  ]
  await instance.session.runAll([
    `delete from ${QUARANTINE_PENDING} where source = ${quoteText(source)} and not coalesce(${judged.join(' or ') || 'false'}, false)`,
  ])
}

async function flushPending(instance: Instance): Promise<void> {
  const rows = await instance.session.count(`select count(*) from ${QUARANTINE_PENDING}`)
  if (rows > 0) await flushQuarantine(instance, rows)
}
