import { diagnostic } from '#diagnostics'
import { declaredLateRelation, EVENT_TIME, marksRelation, NEWEST } from '../names.ts'
import type { Verdict } from '../silver.ts'
import { intervalSql } from '../text.ts'
import type { WindowParts } from './parts.ts'

/** The verdict on a record that came too late: by its topic partition's watermark, or for a window that is closed. */
export function lateVerdict(
  name: string,
  rule: string,
  part: { readonly missed?: number; readonly windows?: number } = {},
): Verdict {
  const { message } = diagnostic('record/late', { table: `gold.${name}`, ...part })
  return { kind: 'quarantine', code: 'record/late', rule, message }
}

/** Lateness of a record that is in one window, which ends at `end` of its event time. Verdicts 0 and 1. */
export function lateByEnd(
  { name, source, closed }: WindowParts,
  end: (time: string) => string,
): { verdicts: Verdict[]; late: (rebuild: boolean) => string } {
  const marks = marksRelation(source.name)
  const watermark = `${NEWEST} - ${intervalSql(source.watermarkMs)}`
  return {
    verdicts: [lateVerdict(name, 'watermark'), lateVerdict(name, 'closed')],
    late: (rebuild) => {
      const isClosed = rebuild
        ? `(kafka_partition, kafka_offset) in (select (kafka_partition, kafka_offset) from ${declaredLateRelation(name)})`
        : `${end(EVENT_TIME)} <= ${closed}`
      return `select kafka_partition, kafka_offset, 0::smallint as verdict from ${marks}
          where ${end(EVENT_TIME)} <= ${watermark}
        union all select kafka_partition, kafka_offset, 1::smallint from ${marks}
          where (${end(EVENT_TIME)} > ${watermark} or ${NEWEST} is null) and ${isClosed}`
    },
  }
}
