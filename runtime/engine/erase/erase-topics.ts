import type { StoredRecord } from '#stream'
import type { PipelineErasure, RecordPlace, TopicErasure } from './erasure.ts'
import type { Erasing } from './erasing.ts'
import { findInTopic } from './find-in-topic.ts'
import { openMatcher } from './subject.ts'

/**
 * Takes the subject out of the topics of a pipeline, records that nobody has read yet included. Of a broker that cannot, tells
 * which records it still has, those of them that no pipeline has read yet included.
 */
export async function eraseTopics(
  { plan, broker, subject, dryRun }: Pick<Erasing, 'plan' | 'broker' | 'subject' | 'dryRun'>,
  records: PipelineErasure['records'],
): Promise<TopicErasure[]> {
  const matcher = openMatcher(subject)
  const topics: TopicErasure[] = []
  for (const { name, topic } of plan.sources) {
    if ((await broker.topic(topic)) === undefined) continue
    const known = new Set((records[name] ?? []).map(([partition, offset]) => `${partition} ${offset}`))
    const isHeld = (partition: number, record: StoredRecord): boolean =>
      known.has(`${partition} ${record.offset}`) ||
      matcher.inRecord(record) ||
      record.headers.some((bytes) => matcher.inText(bytes))
    if (broker.blankRecords === undefined) {
      const kept = await findInTopic(broker, topic, isHeld)
      const places = kept.map(({ partition, offset }): RecordPlace => [partition, String(offset)])
      if (places.length > 0) topics.push({ topic, outcome: 'kept', records: places, files: [] })
      continue
    }
    const blanked = await broker.blankRecords(topic, isHeld, { dryRun })
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
