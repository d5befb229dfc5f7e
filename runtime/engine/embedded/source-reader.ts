import type { SourceNode } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import {
  createRecordColumns,
  readFailure,
  type Broker,
  type Position,
  type RecordColumns,
  type RecordReader,
} from '#stream'
import type { PartitionPosition, SourcePosition } from '../checkpoint.ts'
import { partitionsAhead, pipelineWatermark, type PartitionProgress } from './watermark.ts'

/** The longest one read may wait: a stop, or another source's full batch, is noticed this soon. */
const SLICE_MS = 100

export interface ReaderSettings {
  readonly broker: Broker
  readonly batchRows: number
  readonly batchBytes: number
  /** Read to the end offsets of now and no further. */
  readonly untilEnd: boolean
}

/** When to hand over what was read: whichever comes first. */
export interface BatchLimits {
  readonly rows: number
  /** A `performance.now()` time. */
  readonly deadline: number
  /** Hand over as soon as there is a record. */
  readonly eager: boolean
  /** Read to what `aim` found, and no further. */
  readonly toAim?: boolean
  /** True once another source's batch is full, or the run is to stop. */
  readonly cut: () => boolean
}

interface Progress {
  readonly start: bigint
  next: bigint
  passed: bigint
  end: bigint
  newest: bigint | undefined
}

/** Reads one source's topic, batch by batch, and knows where it stands. */
export interface SourceReader {
  readonly node: SourceNode
  /** The batch that `fill` read. Its records count as consumed once `take` was called. */
  readonly columns: RecordColumns
  /** Reads the next batch. Rejects with the stream/* error that keeps the topic from being read. */
  fill(limits: BatchLimits): Promise<void>
  /** Notes where the topic ends now, taking in new topic partitions; with `untilEnd`, where it ended at the start. */
  aim(): Promise<void>
  /** True while records before the aim are not consumed. */
  behind(): boolean
  /** Counts the batch as consumed and empties the columns. True when the position moved. */
  take(): boolean
  /** Takes in the newest event times (microseconds) after a batch, and holds back topic partitions that ran ahead. */
  align(newest: ReadonlyMap<number, bigint>): void
  /** Everything the topic holds up to the end offsets of the start has been consumed. */
  ended(): boolean
  watermark(): bigint | undefined
  /** Where each topic partition stands. */
  progress(): readonly PartitionProgress[]
  /** Records known to be in the topic and not consumed. */
  lag(): number
  position(): SourcePosition
  /** Looks for new topic partitions and takes them in. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** Opens the topic at the stored position, or at its start. stream/unknown-topic, stream/topic-recreated. */
export async function openSourceReader(
  node: SourceNode,
  stored: SourcePosition | undefined,
  settings: ReaderSettings,
): Promise<SourceReader> {
  const { broker } = settings
  const { topic } = node.plan
  const info = await broker.topic(topic)
  if (info === undefined) throw smeltError('stream/unknown-topic', { topic })
  if (stored !== undefined && stored.topicId !== info.id)
    throw smeltError('stream/topic-recreated', { topic, detail: `its id was ${stored.topicId} and is ${info.id}` })
  const earliest = await broker.offsets(topic, 'earliest')
  const until = settings.untilEnd ? await broker.offsets(topic, 'latest') : undefined
  const partitions = new Map<number, Progress>()
  for (const partition of info.partitions) {
    partitions.set(partition, startAt(stored?.partitions[String(partition)], earliest.get(partition) ?? 0n))
  }
  const from = new Map([...partitions].map(([partition, { next }]) => [partition, next]))
  const reader = await broker.open(topic, from, { topicId: info.id })
  return sourceReader({ node, topicId: info.id, settings, until, partitions, reader })
}

function startAt(stored: PartitionPosition | undefined, earliest: bigint): Progress {
  if (stored === undefined) return { start: earliest, next: earliest, passed: 0n, end: -1n, newest: undefined }
  return {
    start: BigInt(stored.start),
    next: BigInt(stored.next),
    passed: BigInt(stored.passed),
    end: -1n,
    newest: stored.newest === null ? undefined : BigInt(stored.newest),
  }
}

function sourceReader(opened: {
  node: SourceNode
  topicId: string
  settings: ReaderSettings
  until: ReadonlyMap<number, bigint> | undefined
  partitions: Map<number, Progress>
  reader: RecordReader
}): SourceReader {
  const { node, topicId, settings, until, partitions, reader } = opened
  const { topic } = node.plan
  const columns = createRecordColumns({ rows: settings.batchRows, bytes: settings.batchBytes })
  let read: readonly Position[] = []
  let paused: readonly number[] = []
  let target: ReadonlyMap<number, bigint> = new Map()

  const endOf = (partition: number, progress: Progress): bigint =>
    until === undefined ? progress.end : (until.get(partition) ?? progress.next)
  const progress = (): PartitionProgress[] =>
    [...partitions].map(([partition, each]) => {
      const end = endOf(partition, each)
      return { partition, newest: each.newest, caughtUp: end >= 0n && each.next >= end }
    })
  const refresh = async (): Promise<void> => {
    const info = await settings.broker.topic(topic)
    const added = (info?.partitions ?? []).filter((partition) => !partitions.has(partition))
    if (added.length === 0 || until !== undefined) return
    const earliest = await settings.broker.offsets(topic, 'earliest')
    for (const partition of added) {
      const start = earliest.get(partition) ?? 0n
      partitions.set(partition, startAt(undefined, start))
      reader.add(partition, start)
    }
  }
  return {
    node,
    columns,
    async aim() {
      target = until ?? (await settings.broker.offsets(topic, 'latest'))
      if ([...target.keys()].some((partition) => !partitions.has(partition))) await refresh()
    },
    behind: () => [...target].some(([partition, end]) => (partitions.get(partition)?.next ?? end) < end),
    async fill({ rows, deadline, eager, toAim, cut }) {
      const ends = toAim === true ? target : until
      for (;;) {
        const wait = Math.max(0, Math.min(SLICE_MS, deadline - performance.now()))
        const limits = { rows: rows - columns.count, bytes: settings.batchBytes - columns.bytesUsed, deadlineMs: wait }
        const before = columns.count
        const result = await reader.read(columns, ends === undefined ? limits : { ...limits, until: ends })
        if (!result.ok) throw readFailure(result)
        read = result.positions
        const full = columns.count >= rows || (columns.count > before && columns.bytesUsed >= settings.batchBytes)
        const atEnd =
          ends !== undefined && result.positions.every(({ partition, next }) => next >= (ends.get(partition) ?? next))
        if (full || atEnd || (eager && columns.count > 0) || cut() || performance.now() >= deadline) return
        if (ends !== undefined && paused.length > 0 && columns.count === before) return
      }
    },
    take() {
      let moved = false
      const records = recordsByPartition(columns)
      for (const { partition, next, end } of read) {
        const known = partitions.get(partition)
        if (known === undefined) continue
        moved ||= next !== known.next
        known.passed += next - known.next - (records.get(partition) ?? 0n)
        known.next = next
        known.end = end
      }
      columns.clear()
      return moved
    },
    align(newest) {
      for (const [partition, time] of newest) {
        const known = partitions.get(partition)
        if (known !== undefined) known.newest = time
      }
      // What must be read to its end in any case is not held back.
      const ahead = node.joined ? [] : partitionsAhead(node.plan, progress())
      reader.resume(paused.filter((partition) => !ahead.includes(partition)))
      reader.pause(ahead.filter((partition) => !paused.includes(partition)))
      paused = ahead
    },
    ended: () => until !== undefined && progress().every((each) => each.caughtUp),
    watermark: () => pipelineWatermark([{ source: node.plan, progress: progress() }]),
    progress,
    lag: () =>
      [...partitions].reduce((sum, [partition, each]) => {
        const end = endOf(partition, each)
        return sum + Number(end > each.next ? end - each.next : 0n)
      }, 0),
    position: () => ({
      topic,
      topicId,
      partitions: Object.fromEntries([...partitions].map(([key, each]) => [key, written(each)])),
    }),
    refresh,
    close: () => reader.close(),
  }
}

function recordsByPartition(columns: RecordColumns): Map<number, bigint> {
  const counts = new Map<number, number>()
  for (let row = 0; row < columns.count; row++) {
    const partition = columns.partition[row] ?? 0
    counts.set(partition, (counts.get(partition) ?? 0) + 1)
  }
  return new Map([...counts].map(([partition, count]) => [partition, BigInt(count)]))
}

function written({ start, next, passed, newest }: Progress): PartitionPosition {
  return {
    start: String(start),
    next: String(next),
    passed: String(passed),
    newest: newest === undefined ? null : String(newest),
  }
}
