import type { SmeltError } from '#diagnostics'
import type { Appended, OffsetRun, OutgoingRecord, Partitioner, Producer } from '#stream'
import { markHeader } from './request-key.ts'
import type { Submission, Work } from './submission.ts'

/** A topic that records are appended to. */
export interface WorkTopic {
  readonly name: string
  readonly producer: Producer
  readonly partitioner: Partitioner
  readonly partitions: number
}

/** What became of some work. */
export interface WorkDone {
  /** Records that were sent. */
  readonly sent: number
  /** The offset after the last record per topic partition that was written to. */
  readonly ends: ReadonlyMap<number, bigint>
  /** There when the broker would not take a batch as it is. */
  readonly refused?: SmeltError
}

/** Appends what of `work` is not stored yet, and fills in its positions. Of what it throws nobody knows what was stored. */
export async function appendWork(topic: WorkTopic, work: readonly Work[]): Promise<WorkDone> {
  const records: (OutgoingRecord & { readonly partition: number })[] = []
  const places: { readonly positions: Work['positions']; readonly index: number }[] = []
  for (const { waiting, positions } of work) {
    for (const [index, record] of waiting.records.entries()) {
      if (positions[index] !== undefined) continue
      const partition = topic.partitioner(record.key, topic.partitions)
      records.push({ ...marked(record, waiting, index), partition })
      places.push({ positions, index })
    }
  }
  const ends = new Map<number, bigint>()
  if (records.length === 0) return { sent: 0, ends }
  const appended = await topic.producer.append(topic.name, records)
  const next = offsetsOf(appended)
  for (const [at, { partition }] of records.entries()) {
    const offset = next(partition)
    const place = places[at]
    if (offset === undefined || place === undefined) continue
    place.positions[place.index] = { partition, offset }
    ends.set(partition, offset + 1n)
  }
  return { sent: records.length, ends, ...(appended.refused && { refused: appended.refused }) }
}

function marked(record: OutgoingRecord, { key, records }: Submission, index: number): OutgoingRecord {
  if (key === undefined) return record
  return { ...record, headers: [...(record.headers ?? []), markHeader(key, index, records.length)] }
}

/** Hands out the offsets of each topic partition in turn. Throws when the broker did not tell where a batch lies. */
function offsetsOf({ runs }: Appended): (partition: number) => bigint | undefined {
  const turns = new Map<number, { readonly runs: readonly OffsetRun[]; run: number; index: number }>()
  for (const [partition, some] of runs) {
    if (some.some(({ first }) => first < 0n)) throw new RangeError('the broker did not tell the offsets')
    turns.set(partition, { runs: some, run: 0, index: 0 })
  }
  return (partition) => {
    const turn = turns.get(partition)
    const run = turn?.runs[turn.run]
    if (turn === undefined || run === undefined) return undefined
    const offset = run.first + BigInt(turn.index)
    turn.index += 1
    if (turn.index === run.count) {
      turn.run += 1
      turn.index = 0
    }
    return offset
  }
}
