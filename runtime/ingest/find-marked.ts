import { createRecordColumns, decodeHeaders, readFailure, type Broker, type RecordColumns } from '#stream'
import type { LedgerEntry, Marks } from './ledger.ts'
import type { Position } from './placement.ts'
import { readMark, type RecordMark } from './request-key.ts'

/** What lies in a topic behind the marks of its ledger. */
export interface Found {
  readonly entries: readonly LedgerEntry[]
  /** The ends up to which was read. */
  readonly marks: Marks
}

const READ = { rows: 10_000, bytes: 4 << 20, deadlineMs: 1_000 } as const

/**
 * Reads a topic from `marks` to its end and gathers the records of requests with an idempotency key: those that were stored
 * when their request was not noted, by a crash or a lost answer. Without marks only the ends are told.
 */
export async function findMarked(
  broker: Broker,
  topic: { readonly name: string; readonly id: string },
  { marks, nowMs }: { readonly marks: Marks | undefined; readonly nowMs: number },
): Promise<Found> {
  const ends = await broker.offsets(topic.name, 'latest')
  if (marks === undefined) return { entries: [], marks: ends }
  const starts = await broker.offsets(topic.name, 'earliest')
  const from = new Map([...ends.keys()].map((partition) => [partition, startOf(partition, marks, starts)]))
  for (const [partition, end] of ends) if ((from.get(partition) ?? 0n) >= end) from.delete(partition)
  const requests = new Map<string, Gathered>()
  if (from.size > 0) await readAll(broker, topic, { from, ends, requests })
  return { entries: [...requests.values()].map((request) => entryOf(request, nowMs)), marks: ends }
}

/** What was deleted from the topic cannot be found any more, and a topic partition that is new is read whole. */
function startOf(partition: number, marks: Marks, starts: Marks): bigint {
  const mark = marks.get(partition) ?? 0n
  const start = starts.get(partition) ?? 0n
  return mark > start ? mark : start
}

interface Gathered extends Pick<RecordMark, 'key' | 'body' | 'total'> {
  readonly positions: Map<number, Position>
}

interface Reading {
  readonly from: Marks
  readonly ends: Marks
  readonly requests: Map<string, Gathered>
}

async function readAll(
  broker: Broker,
  topic: { readonly name: string; readonly id: string },
  { from, ends, requests }: Reading,
): Promise<void> {
  const reader = await broker.open(topic.name, from, { topicId: topic.id })
  try {
    const open = new Map(from)
    const columns = createRecordColumns(READ)
    while (open.size > 0) {
      columns.clear()
      const read = await reader.read(columns, { ...READ, until: ends })
      if (!read.ok) throw readFailure(read)
      for (let row = 0; row < columns.count; row++) gather(columns, row, requests)
      for (const { partition, next } of read.positions) if (next >= (ends.get(partition) ?? 0n)) open.delete(partition)
    }
  } finally {
    await reader.close()
  }
}

function gather(columns: RecordColumns, row: number, requests: Map<string, Gathered>): void {
  const start = columns.headersStart[row] ?? 0
  for (const header of decodeHeaders(columns.bytes, start, columns.headersLength[row] ?? 0)) {
    const mark = readMark(header)
    if (mark === undefined) continue
    const { key, body, index, total } = mark
    const known = requests.get(key)
    // A key that came again after its window stands for its newest request.
    const same = known?.body === body && known.total === total
    const request = same ? known : { key, body, total, positions: new Map<number, Position>() }
    requests.set(key, request)
    const position = { partition: columns.partition[row] ?? 0, offset: columns.offset[row] ?? 0n }
    if (!request.positions.has(index)) request.positions.set(index, position)
  }
}

/** Dated as found now: the records may bear a time that the client chose. */
function entryOf({ key, body, total, positions }: Gathered, atMs: number): LedgerEntry {
  return { key, body, atMs, positions: Array.from({ length: total }, (_, index) => positions.get(index)) }
}
