import { randomUUID } from 'node:crypto'
import { smeltError } from '#diagnostics'
import { encodeBatch } from '../batch/encode-batch.ts'
import type { OutgoingRecord } from '../port.ts'

/** More records than this go into another batch: a reader takes batches whole. */
const BATCH_ROWS = 500
const BATCH_BYTES = 64 * 1024

/** A stored batch: the offsets from `base` up to and not including `end`. */
export interface StoredBatch {
  readonly base: bigint
  readonly end: bigint
  readonly bytes: Buffer
}

/** The log of one topic partition. */
export interface MemoryLog {
  start: bigint
  end: bigint
  readonly batches: StoredBatch[]
}

/** A record with the offset it shall have; without one it is the next. */
export interface PlacedRecord extends OutgoingRecord {
  readonly partition: number
  readonly offset?: bigint
}

/** One topic in memory. */
export interface MemoryTopic {
  readonly name: string
  readonly id: string
  readonly logs: MemoryLog[]
  /** Calls `listener` once when something changes; the returned function forgets it. */
  onChange(listener: () => void): () => void
  changed(): void
  /** Throws stream/unknown-partition. */
  log(partition: number): MemoryLog
  /** Appends in the given order; `offset` may leave a gap, never go back. */
  append(records: readonly PlacedRecord[], nowMs: number): void
}

/** Makes an empty topic. */
export function createMemoryTopic(name: string, partitions: number): MemoryTopic {
  const listeners = new Set<() => void>()
  const logs = Array.from({ length: partitions }, emptyLog)
  const topic: MemoryTopic = {
    name,
    id: randomUUID(),
    logs,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed() {
      const woken = [...listeners]
      listeners.clear()
      for (const each of woken) each()
    },
    log(partition) {
      const log = logs[partition]
      if (log === undefined) throw smeltError('stream/unknown-partition', { topic: name, partition })
      return log
    },
    append(records, nowMs) {
      for (const [partition, run] of runsOf(topic, records)) appendRun(topic.log(partition), run, nowMs)
      topic.changed()
    },
  }
  return topic
}

/** An empty log. */
export function emptyLog(): MemoryLog {
  return { start: 0n, end: 0n, batches: [] }
}

interface Run {
  readonly base: bigint
  readonly records: PlacedRecord[]
  bytes: number
}

/** The records of each topic partition as runs of offsets without a gap, each small enough for one batch. */
function runsOf(topic: MemoryTopic, records: readonly PlacedRecord[]): [partition: number, run: Run][] {
  const runs: [number, Run][] = []
  const open = new Map<number, Run>()
  for (const record of records) {
    const { partition } = record
    const current = open.get(partition)
    const next = current === undefined ? topic.log(partition).end : current.base + BigInt(current.records.length)
    const offset = record.offset ?? next
    if (offset < next) throw new RangeError(`offset ${offset} of ${topic.name} is before its end ${next}`)
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
    const fits = current !== undefined && current.records.length < BATCH_ROWS && current.bytes + size <= BATCH_BYTES
    if (fits && offset === next) {
      current.records.push(record)
      current.bytes += size
      continue
    }
    const run = { base: offset, records: [record], bytes: size }
    runs.push([partition, run])
    open.set(partition, run)
  }
  return runs
}

function appendRun(log: MemoryLog, { base, records }: Run, nowMs: number): void {
  const end = base + BigInt(records.length)
  log.batches.push({ base, end, bytes: encodeBatch(records, { baseOffset: base, nowMs }) })
  log.end = end
}
