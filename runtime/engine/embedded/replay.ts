import { QUARANTINE_PENDING, quoteText } from '#dialect/duckdb'
import type { BronzeReader } from './bronze-reader.ts'
import { flushCurrent } from './current-windows.ts'
import { expireState } from './expire-state.ts'
import { closeWindows, flushLatest, goldNodes } from './flush-gold.ts'
import type { Instance } from './instance.ts'
import { processBatch } from './process-batch.ts'
import { flushQuarantine } from './write-checkpoint.ts'

export interface ReplayOptions {
  /** Records worked on at a time. */
  readonly batchRows: number
  /** Batches between two moments at which windows close and what waits is written or merged. */
  readonly batchesPerFlush: number
  /** The tables whose refusals go to quarantine, as `layer.name`; null stands for records that no table saw. */
  readonly judges: ReadonlySet<string | null>
  /** Per window table, how far it was closed before (microseconds): it is closed as far again. */
  readonly closed: ReadonlyMap<string, bigint>
  /** Called after each batch with the records replayed so far. */
  readonly onProgress?: (records: number) => void
}

/**
 * Runs the bronze rows of one source through the plan again: files of the tables that the instance writes, and the state
 * of all, come from the first record on. Memory is bounded by the batch and by state. Nothing becomes visible: what was
 * written stands in the instance's epoch. Resolves to the number of records.
 */
export async function replayBronze(instance: Instance, reader: BronzeReader, options: ReplayOptions): Promise<number> {
  let records = 0
  for (let batch = 1; !reader.ended(); batch++) {
    records += await replayBatch(instance, reader, options)
    options.onProgress?.(records)
    if (batch % options.batchesPerFlush === 0) await flush(instance, reader, options)
  }
  await flush(instance, reader, options)
  await finish(instance, reader, options)
  return records
}

async function replayBatch(instance: Instance, reader: BronzeReader, { batchRows }: ReplayOptions): Promise<number> {
  const count = await reader.stage(batchRows)
  if (count === 0) return 0
  instance.step('batch-staged')
  reader.align(await processBatch(instance, reader.node))
  return count
}

async function flush(instance: Instance, reader: BronzeReader, options: ReplayOptions): Promise<void> {
  const watermark = reader.watermark()
  for (const { windows, latest } of nodesOf(instance, reader)) {
    if (watermark !== undefined) await closeWindows(instance, windows, () => watermark)
    await instance.session.runAll(latest.flatMap(({ sql }) => sql.compact))
  }
  await flushJudged(instance, reader.node.plan.name, options.judges)
  await expireState(instance)
  await Promise.all(instance.epoch.releases.splice(0).map((release) => release()))
}

async function finish(instance: Instance, reader: BronzeReader, { closed }: ReplayOptions): Promise<void> {
  for (const { windows, latest } of nodesOf(instance, reader)) {
    for (const each of windows) {
      const through = closed.get(each.plan.table.name)
      if (through !== undefined) await closeWindows(instance, [each], () => through)
      await flushCurrent(instance, each)
    }
    for (const each of latest) await flushLatest(instance, each)
  }
}

function nodesOf(instance: Instance, reader: BronzeReader): ReturnType<typeof goldNodes> {
  return goldNodes(instance).filter(({ source }) => source === reader.node)
}

/** Of the records that wait for quarantine, those that a judge refused are written; the others are there already. */
async function flushJudged(instance: Instance, source: string, judges: ReadonlySet<string | null>): Promise<void> {
  const tables = [...judges].flatMap((table) => (table === null ? [] : [quoteText(table)]))
  const judged = [
    ...(judges.has(null) ? ['table_name is null'] : []),
    ...(tables.length > 0 ? [`table_name in (${tables.join(', ')})`] : []),
  ]
  const rows = await instance.session.count([
    `delete from ${QUARANTINE_PENDING} where source = ${quoteText(source)} and not coalesce(${judged.join(' or ') || 'false'}, false)`,
    `select count(*) from ${QUARANTINE_PENDING}`,
  ])
  if (rows > 0) await flushQuarantine(instance, rows)
}
