import { smeltError } from '#diagnostics'
import type { Broker, Position, ReadLimits, RecordColumns, RecordReader, ReadResult } from '#stream'
import type { SourcePosition } from '../checkpoint.ts'
import type { Session } from '../embedded/session.ts'

/** A bronze table of a session, read back as the topic it was made from. */
export interface BronzeTopic {
  readonly relation: string
  readonly position: SourcePosition
}

/**
 * A read-only broker over bronze: the same records at the same offsets, up to the position of a checkpoint. Headers are
 * left out; nothing above bronze reads them.
 */
export function openBronzeBroker(session: Session, topics: ReadonlyMap<string, BronzeTopic>): Broker {
  const find = (topic: string): BronzeTopic => {
    const found = topics.get(topic)
    if (found === undefined) throw smeltError('stream/unknown-topic', { topic })
    return found
  }
  const readOnly = (): never => {
    throw smeltError('internal/bug', { detail: 'bronze is read as a topic, never written as one' })
  }
  const offsets = (topic: string, at: 'start' | 'next'): Map<number, bigint> =>
    new Map(
      Object.entries(find(topic).position.partitions).map(([partition, each]) => [Number(partition), BigInt(each[at])]),
    )
  return {
    topic(name) {
      const found = topics.get(name)
      if (found === undefined) return Promise.resolve(undefined)
      const partitions = Object.keys(found.position.partitions).map(Number)
      return Promise.resolve({ id: found.position.topicId, partitions })
    },
    offsets: (topic, at) => Promise.resolve(offsets(topic, at === 'earliest' ? 'start' : 'next')),
    open: (topic, from) => Promise.resolve(openReader(session, find(topic), new Map(from))),
    createTopic: readOnly,
    createPartitions: readOnly,
    deleteTopic: readOnly,
    deleteRecords: readOnly,
    producer: readOnly,
    commitGroupOffsets: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  }
}

function openReader(session: Session, topic: BronzeTopic, next: Map<number, bigint>): RecordReader {
  const paused = new Set<number>()
  const ends = new Map(
    Object.entries(topic.position.partitions).map(([partition, { next: end }]) => [Number(partition), BigInt(end)]),
  )
  const read = async (into: RecordColumns, limits: ReadLimits): Promise<ReadResult> => {
    const open = [...next].filter(
      ([partition, offset]) => !paused.has(partition) && offset < (ends.get(partition) ?? 0n),
    )
    const share = Math.max(1, Math.floor(limits.rows / Math.max(1, open.length)))
    for (const [partition, offset] of open) {
      const room = Math.min(share, limits.rows)
      const rows =
        await session.rows(`select kafka_offset, epoch_ms(kafka_timestamp) as kafka_timestamp, kafka_key, kafka_value
        from ${topic.relation} where kafka_partition = ${partition} and kafka_offset >= ${offset}
          and kafka_offset < ${ends.get(partition) ?? 0n} order by kafka_offset limit ${room}`)
      let taken = 0
      for (const row of rows) {
        if (!append(into, partition, row, limits)) break
        next.set(partition, (row.kafka_offset as bigint) + 1n)
        taken += 1
      }
      if (taken === rows.length && rows.length < room) next.set(partition, ends.get(partition) ?? 0n)
      if (into.count >= into.capacity) break
    }
    const positions: Position[] = [...next].map(([partition, offset]) => ({
      partition,
      next: offset,
      end: ends.get(partition) ?? 0n,
      logStart: 0n,
    }))
    return { ok: true, positions }
  }
  return {
    read,
    pause: (partitions) => [...partitions].forEach((partition) => paused.add(partition)),
    resume: (partitions) => [...partitions].forEach((partition) => paused.delete(partition)),
    seek: (partition, offset) => void next.set(partition, offset),
    add: (partition, offset) => void next.set(partition, offset),
    close: () => Promise.resolve(),
  }
}

/** Appends a record; false when it does not fit any more. */
function append(into: RecordColumns, partition: number, row: Record<string, unknown>, limits: ReadLimits): boolean {
  const key = row.kafka_key as Uint8Array | null
  const value = row.kafka_value as Uint8Array | null
  const size = (key?.byteLength ?? 0) + (value?.byteLength ?? 0)
  if (into.count >= into.capacity) return false
  if (into.count > 0 && into.bytesUsed + size > Math.min(limits.bytes, into.bytes.length)) return false
  if (size > into.bytes.length) into.bytes = Buffer.allocUnsafeSlow(size)
  const at = into.count
  into.partition[at] = partition
  into.offset[at] = row.kafka_offset as bigint
  into.timestampMs[at] = row.kafka_timestamp as bigint
  into.headersStart[at] = 0
  into.headersLength[at] = 0
  ;[into.keyStart[at], into.keyLength[at]] = copy(into, key)
  ;[into.valueStart[at], into.valueLength[at]] = copy(into, value)
  into.count += 1
  return true
}

function copy(into: RecordColumns, bytes: Uint8Array | null): [start: number, length: number] {
  if (bytes === null) return [0, -1]
  into.bytes.set(bytes, into.bytesUsed)
  const start = into.bytesUsed
  into.bytesUsed += bytes.byteLength
  return [start, bytes.byteLength]
}
