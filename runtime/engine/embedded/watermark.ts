import type { SourcePlan } from '#plan'

/** Where one topic partition stands in event time and in its topic. Event times are microseconds. */
export interface PartitionProgress {
  readonly partition: number
  readonly newest: bigint | undefined
  /** Everything the topic is known to hold has been read. */
  readonly caughtUp: boolean
}

/** A source and where its topic partitions stand. */
export interface SourceProgress {
  readonly source: Pick<SourcePlan, 'watermarkMs' | 'maxSkewMs'>
  readonly progress: readonly PartitionProgress[]
}

/**
 * The pipeline watermark of sources in microseconds (DESIGN section 5): the least topic-partition watermark. A topic
 * partition that has been read to its end and lies more than `max_skew` behind the newest, or is empty, is not waited
 * for; one with records left to read always is, so that the answer depends on what the topics hold and not on how far
 * reading has come. Undefined while it is unknown.
 */
export function pipelineWatermark(sources: readonly SourceProgress[]): bigint | undefined {
  const newest = greatest(sources.flatMap(({ progress }) => progress))
  if (newest === undefined) return undefined
  let least: bigint | undefined
  for (const { source, progress } of sources) {
    for (const each of progress) {
      if (each.caughtUp && (each.newest === undefined || each.newest < newest - micros(source.maxSkewMs))) continue
      if (each.newest === undefined) return undefined
      const watermark = each.newest - micros(source.watermarkMs)
      if (least === undefined || watermark < least) least = watermark
    }
  }
  return least
}

/**
 * The topic partitions to pause so that reading stays aligned in event time (DESIGN section 5): those more than
 * `max_skew` ahead of the slowest one that has records left. The slowest is never paused.
 */
export function partitionsAhead(
  source: Pick<SourcePlan, 'maxSkewMs'>,
  progress: readonly PartitionProgress[],
): number[] {
  const reading = progress.filter((each) => !each.caughtUp)
  const known = reading.flatMap((each) => (each.newest === undefined ? [] : [each.newest]))
  if (known.length < reading.length || known.length === 0) return []
  const slowest = known.reduce((a, b) => (a < b ? a : b))
  return reading
    .filter((each) => each.newest !== undefined && each.newest > slowest + micros(source.maxSkewMs))
    .map((each) => each.partition)
}

function greatest(progress: readonly PartitionProgress[]): bigint | undefined {
  let result: bigint | undefined
  for (const { newest } of progress)
    if (newest !== undefined && (result === undefined || newest > result)) result = newest
  return result
}

function micros(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1000n
}
