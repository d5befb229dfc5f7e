import { smeltError } from '#diagnostics'
import type { Broker } from '#stream'
import type { Checkpoint, PartitionPosition, SourcePosition } from './checkpoint.ts'

type Sources = Checkpoint['sources']

/** Offsets that tables hold or would be read from, and that the topic has no more: from `from` up to before `until`. */
export interface LostRange {
  readonly topic: string
  readonly partition: string
  readonly from: bigint
  readonly until: bigint
}

export interface RewindSources {
  /** Where reading starts again; positions in what is lost are moved past it. */
  readonly sources: Sources
  readonly lost: readonly LostRange[]
}

/**
 * Works out where reading starts again when the sources go back from where they stand to `wanted`, and which records the
 * topics cannot give again. A source or topic partition that `wanted` does not know starts at the first offset that it was
 * ever asked for. stream/topic-recreated when the offsets of `wanted` belong to another topic.
 */
export async function rewindSources(
  broker: Broker,
  { standing, wanted }: { readonly standing: Sources; readonly wanted: Sources },
): Promise<RewindSources> {
  const sources: Record<string, SourcePosition> = {}
  const lost: LostRange[] = []
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(standing)])) {
    const from = wanted[name]
    const now = standing[name]
    const topic = (from ?? now)?.topic ?? ''
    const earliest = await earliestOffsets(broker, topic, { from, now })
    const partitions: Record<string, PartitionPosition> = {}
    for (const partition of Object.keys({ ...now?.partitions, ...from?.partitions })) {
      const back = from?.partitions[partition]
      const held = now?.partitions[partition]
      const start = BigInt(back?.next ?? held?.start ?? 0)
      // Of a topic that is gone, everything is lost that was read of it.
      const first = earliest?.get(Number(partition)) ?? (earliest === undefined ? BigInt(held?.next ?? start) : start)
      if (first > start) lost.push({ topic, partition, from: start, until: first })
      if (back !== undefined) partitions[partition] = first > start ? movedTo(back, first) : back
    }
    if (from !== undefined) sources[name] = { ...from, partitions }
  }
  return { sources, lost }
}

/** Undefined when the topic that was read is gone. */
async function earliestOffsets(
  broker: Broker,
  topic: string,
  { from, now }: { readonly from: SourcePosition | undefined; readonly now: SourcePosition | undefined },
): Promise<ReadonlyMap<number, bigint> | undefined> {
  const info = await broker.topic(topic)
  if (info === undefined) return undefined
  if (from !== undefined && from.topicId !== info.id)
    throw smeltError('stream/topic-recreated', { topic, detail: `its id was ${from.topicId} and is ${info.id}` })
  if (now !== undefined && now.topicId !== info.id) return undefined
  return broker.offsets(topic, 'earliest')
}

/** The books count what the topic no longer holds as passed, like any offset without a record. */
function movedTo(position: PartitionPosition, next: bigint): PartitionPosition {
  const passed = BigInt(position.passed) + next - BigInt(position.next)
  return { ...position, next: String(next), passed: String(passed) }
}

/** Lost offsets in words. */
export function lostTexts(lost: readonly LostRange[]): string[] {
  return lost.map(({ topic, partition, from, until }) =>
    until - from === 1n
      ? `offset ${from} of \`${topic}-${partition}\``
      : `offsets ${from} to ${until - 1n} of \`${topic}-${partition}\``,
  )
}
