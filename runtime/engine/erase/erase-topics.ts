import type { Broker, StoredRecord } from '#stream'
import { alertTopics } from './alert-topics.ts'
import type { PipelineErasure, RecordPlace, TopicErasure } from './erasure.ts'
import type { Erasing } from './erasing.ts'
import { openAlertMatcher } from './find-alerts.ts'
import { findInTopic } from './find-in-topic.ts'
import { openMatcher } from './matcher.ts'
import { subjectIn } from './subject.ts'

type Holds = (partition: number, record: StoredRecord) => boolean

/**
 * Takes the subject out of the topics of a pipeline, those its alerts are sent to and records that nobody has read yet
 * included. Of a broker that cannot, tells which records it still has, unread ones included.
 */
export async function eraseTopics(
  { plan, broker, subject, dryRun }: Pick<Erasing, 'plan' | 'broker' | 'subject' | 'dryRun'>,
  records: PipelineErasure['records'],
): Promise<TopicErasure[]> {
  const topics: TopicErasure[] = []
  for (const source of plan.sources) {
    const matcher = openMatcher(subjectIn(subject, [source]))
    const known = new Set((records[source.name] ?? []).map(([partition, offset]) => `${partition} ${offset}`))
    topics.push(
      ...(await eraseTopic(broker, source.topic, dryRun, (partition, record) => {
        return known.has(`${partition} ${record.offset}`) || matcher.inRecord(record)
      })),
    )
  }
  const alerts = openAlertMatcher(plan, subject, records)
  for (const topic of alertTopics(plan))
    topics.push(...(await eraseTopic(broker, topic, dryRun, (_, record) => alerts.inRecord(record))))
  return topics
}

/** What became of the records of one topic; nothing where none is held. */
async function eraseTopic(broker: Broker, topic: string, dryRun: boolean, holds: Holds): Promise<TopicErasure[]> {
  if ((await broker.topic(topic)) === undefined) return []
  if (broker.blankRecords === undefined) {
    const kept = await findInTopic(broker, topic, holds)
    const places = kept.map(({ partition, offset }): RecordPlace => [partition, String(offset)])
    return places.length === 0 ? [] : [{ topic, outcome: 'kept', records: places, files: [] }]
  }
  const blanked = await broker.blankRecords(topic, holds, { dryRun })
  if (blanked.length === 0) return []
  const places = blanked.flatMap(({ partition, offsets }) =>
    offsets.map((each): RecordPlace => [partition, String(each)]),
  )
  return [{ topic, outcome: 'blanked', records: places, files: blanked.flatMap(({ files }) => files) }]
}
