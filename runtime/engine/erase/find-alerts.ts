import type { Plan } from '#plan'
import type { Alert } from '#sink'
import type { PipelineErasure } from './erasure.ts'
import { columnsOf } from './find-columns.ts'
import { rowOrigins } from './find-rows.ts'
import { openMatcher, type RecordBytes } from './matcher.ts'
import type { Subject } from './subject.ts'

/** Says whether alerts of a pipeline hold the subject, or their rows were made of its records or put beside them. */
export interface AlertMatcher {
  inAlert(alert: Alert): boolean
  /** Of a record of a topic that takes alerts, those of other pipelines too. */
  inRecord(record: RecordBytes): boolean
}

/** Opens the matcher of a plan's alerts, for a subject as its sources know it and the records that are about it. */
export function openAlertMatcher(plan: Plan, subject: Subject, records: PipelineErasure['records']): AlertMatcher {
  const matcher = openMatcher(subject)
  const isMade = madeOfRecords(plan, records)
  const columns = new Map<string, readonly string[]>()
  const columnsIn = (table: string): readonly string[] => {
    const known = columns.get(table) ?? columnsOf(plan, subject, `gold.${table}`)
    columns.set(table, known)
    return known
  }
  const tells = (value: unknown): boolean => matcher.inText(Buffer.from(JSON.stringify(value ?? null)))
  // A number says nothing of a person but in the columns of its field: another may be a count, or an offset.
  const names = (alert: Alert): boolean =>
    subject.numbers === undefined ? tells(alert) : columnsIn(alert.table).some((name) => tells(alert.row[name]))
  const inAlert = (alert: Alert): boolean => isMade(alert) || names(alert)
  const inRecord = (record: RecordBytes): boolean => {
    const alert = alertOf(record.value)
    if (alert === undefined || subject.numbers === undefined)
      return (alert && isMade(alert)) || matcher.anywhere(record)
    return inAlert(alert)
  }
  return { inAlert, inRecord }
}

/** Says whether the row of an alert was made of one of the records, or put beside one. */
function madeOfRecords(plan: Plan, records: PipelineErasure['records']): (alert: Alert) => boolean {
  const about = new Map(
    Object.entries(records).map(([source, places]) => [
      source,
      new Set(places.map(([partition, offset]) => `${partition} ${offset}`)),
    ]),
  )
  return ({ pipeline, table, row }) =>
    pipeline === plan.pipeline &&
    rowOrigins(plan, `gold.${table}`).some(({ source, prefix }) => {
      const [partition, offset] = [row[`${prefix}kafka_partition`], row[`${prefix}kafka_offset`]]
      return about.get(source)?.has(`${String(partition)} ${String(offset)}`) === true
    })
}

function alertOf(bytes: Uint8Array | null): Alert | undefined {
  if (bytes === null) return undefined
  try {
    const found = JSON.parse(Buffer.from(bytes).toString('utf8')) as { table?: unknown; row?: unknown } | null
    const isAlert = typeof found?.table === 'string' && typeof found.row === 'object' && found.row !== null
    return isAlert ? (found as Alert) : undefined
  } catch {
    return undefined
  }
}
