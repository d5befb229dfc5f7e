import type { SourcePlan } from '#plan'
import { declaredLateJoined, EVENT_TIME, marksRelation, NEWEST } from '../names.ts'
import { intervalSql } from '../text.ts'

/**
 * kafka_partition, kafka_offset and verdict of the records of a source that are too late for an interval join: 0 by the
 * watermark of their own topic partition, 1 because what they could meet is gone already. In a rebuild the latter are
 * declared.
 */
export function lateSql(
  of: { readonly name: string; readonly source: SourcePlan; readonly closed: string; readonly withinMs: number },
  rebuild: boolean,
): string {
  const marks = marksRelation(of.source.name)
  const reach = `${EVENT_TIME} + ${intervalSql(of.withinMs)}`
  const watermark = `${NEWEST} - ${intervalSql(of.source.watermarkMs)}`
  const gone = rebuild
    ? `(kafka_partition, kafka_offset) in (select (kafka_partition, kafka_offset) from ${declaredLateJoined(of.name, of.source.name)})`
    : `${reach} < ${of.closed}`
  return `select kafka_partition, kafka_offset, 0::smallint as verdict from ${marks} where ${reach} < ${watermark}
        union all select kafka_partition, kafka_offset, 1::smallint from ${marks}
          where (${reach} >= ${watermark} or ${NEWEST} is null) and ${gone}`
}
