import type { PipelineErasure, RecordPlace, TopicErasure } from './erasure.ts'
import type { Erasing } from './erasing.ts'
import { openMatcher } from './subject.ts'

/**
 * Takes the subject out of the topics of a pipeline, records that nobody has read yet included. Of a broker that cannot, tells
 * which records it still has.
 */
export async function eraseTopics(
  { plan, broker, subject, dryRun }: Pick<Erasing, 'plan' | 'broker' | 'subject' | 'dryRun'>,
  records: PipelineErasure['records'],
): Promise<TopicErasure[]> {
  const matcher = openMatcher(subject)
  const topics: TopicErasure[] = []
  for (const { name, topic } of plan.sources) {
    if ((await broker.topic(topic)) === undefined) continue
    const places = records[name] ?? []
    if (broker.blankRecords === undefined) {
      const start = await broker.offsets(topic, 'earliest')
      const there = places.filter(([partition, offset]) => BigInt(offset) >= (start.get(partition) ?? 0n))
      if (there.length > 0) topics.push({ topic, outcome: 'kept', records: there, files: [] })
      continue
    }
    const known = new Set(places.map(([partition, offset]) => `${partition} ${offset}`))
    const blanked = await broker.blankRecords(
      topic,
      (partition, record) =>
        known.has(`${partition} ${record.offset}`) ||
        matcher.inRecord(record) ||
        record.headers.some((bytes) => matcher.inText(bytes)),
      { dryRun },
    )
    if (blanked.length === 0) continue
    topics.push({
      topic,
      outcome: 'blanked',
      records: blanked.flatMap(({ partition, offsets }) =>
        offsets.map((each): RecordPlace => [partition, String(each)]),
      ),
      files: blanked.flatMap(({ files }) => files),
    })
  }
  return topics
}
