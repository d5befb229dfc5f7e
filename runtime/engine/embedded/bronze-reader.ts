import { rawRelation, type SourceNode } from '#dialect/duckdb'
import { openLocalizer, planScan, scanSql, type LocalFiles, type Localizer, type Table } from '#lake'
import type { SourcePosition } from '../checkpoint.ts'
import type { Instance } from './instance.ts'
import { partitionsAhead, pipelineWatermark, type PartitionProgress } from './watermark.ts'

/** Local copies of an S3 lake's bronze files while they are read. */
const CACHE_BYTES = 4 * (1 << 30)

/** A bronze table read back in the order of its topic, up to the position of a checkpoint. */
export interface BronzeReader {
  readonly node: SourceNode
  /** Stages the next records, about `rows` of them, where a batch of the broker would be staged. Resolves to their number. */
  stage(rows: number): Promise<number>
  /** Takes in the newest event times (microseconds) after the staged batch. */
  align(newest: ReadonlyMap<number, bigint>): void
  ended(): boolean
  /** The pipeline watermark of the source (microseconds), by what has been read. */
  watermark(): bigint | undefined
  /** Where each topic partition stands, by what has been read. */
  progress(): readonly PartitionProgress[]
  /** The newest event times by topic partition. */
  newest(): ReadonlyMap<number, bigint | undefined>
}

interface Progress {
  next: bigint
  readonly end: bigint
  newest: bigint | undefined
}

interface Localized {
  readonly table: Table
  readonly localizer: Localizer
}

interface Range {
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
}

/** Opens bronze of one source. Its records are those from `position.start` to `position.next`. */
export function openBronzeReader(
  instance: Instance,
  node: SourceNode,
  bronze: { readonly table: Table; readonly position: SourcePosition },
): BronzeReader {
  const folder = `${instance.scratch}/bronze-${node.plan.name}`
  const localizer = openLocalizer({ store: instance.store, folder, maxBytes: CACHE_BYTES })
  const partitions = new Map<number, Progress>(
    Object.entries(bronze.position.partitions).map(([partition, { start, next }]) => [
      Number(partition),
      { next: BigInt(start), end: BigInt(next), newest: undefined },
    ]),
  )
  const progress = (): PartitionProgress[] =>
    [...partitions].map(([partition, { next, end, newest }]) => ({ partition, newest, caughtUp: next >= end }))
  const nextRanges = (rows: number): Range[] => {
    const ahead = partitionsAhead(node.plan, progress())
    const open = [...partitions].filter(([partition, { next, end }]) => next < end && !ahead.includes(partition))
    const share = BigInt(Math.max(1, Math.floor(rows / Math.max(1, open.length))))
    return open.map(([partition, { next, end }]) => ({
      partition,
      from: next,
      to: next + share < end ? next + share : end,
    }))
  }
  return {
    node,
    async stage(rows) {
      const ranges = nextRanges(rows)
      const count = await stageRanges(instance, node, { table: bronze.table, localizer }, ranges)
      for (const { partition, to } of ranges) {
        const known = partitions.get(partition)
        if (known !== undefined) known.next = to
      }
      return count
    },
    align(newest) {
      for (const [partition, time] of newest) {
        const known = partitions.get(partition)
        if (known !== undefined) known.newest = time
      }
    },
    ended: () => [...partitions.values()].every(({ next, end }) => next >= end),
    watermark: () => pipelineWatermark([{ source: node.plan, progress: progress() }]),
    progress,
    newest: () => new Map([...partitions].map(([partition, each]) => [partition, each.newest])),
  }
}

async function stageRanges(
  instance: Instance,
  node: SourceNode,
  bronze: Localized,
  ranges: readonly Range[],
): Promise<number> {
  const { session } = instance
  const raw = rawRelation(node.plan.name)
  const opened: LocalFiles[] = []
  try {
    await session.run(`truncate ${raw}`)
    for (const range of ranges) {
      const { files, sql } = await rowsOf(instance, bronze, range)
      opened.push(files)
      await session.run(`insert into ${raw} select kafka_partition, kafka_offset, kafka_timestamp::timestamp, kafka_key,
        kafka_value, kafka_headers from (${sql}) where kafka_partition = ${range.partition}
        and kafka_offset >= ${range.from} and kafka_offset < ${range.to}`)
    }
  } finally {
    for (const files of opened) files.release()
  }
  return session.count(`select count(*) from ${raw}`)
}

/** The rows of a range, read from the files that may hold some. */
async function rowsOf(
  instance: Instance,
  { table, localizer }: Localized,
  { partition, from, to }: Range,
): Promise<{ readonly files: LocalFiles; readonly sql: string }> {
  const plan = await planScan(instance.catalog, table, {
    where: [
      { column: 'kafka_partition', op: '=', value: String(partition) },
      { column: 'kafka_offset', op: '>=', value: String(from) },
      { column: 'kafka_offset', op: '<', value: String(to) },
    ],
  })
  const files = await localizer.fetch(plan)
  return { files, sql: scanSql(plan, files.paths) }
}
