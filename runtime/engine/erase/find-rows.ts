import { quoteText } from '#dialect/duckdb'
import { quoteName, type FindRows } from '#lake'
import type { Plan } from '#plan'
import type { Session } from '../embedded/session.ts'
import { tableKey } from '../tables.ts'
import type { RecordPlace } from './erasure.ts'
import { columnsOf } from './find-columns.ts'
import { subjectPattern, type Subject } from './subject.ts'

/** A table of the session with the records that are about the subject. */
const RECORDS = 'subject_records'

/** Tells the session which records are about the subject. */
export async function declareRecords(
  session: Session,
  records: Readonly<Record<string, readonly RecordPlace[]>>,
): Promise<void> {
  await session.run(
    `create or replace temp table ${RECORDS}(source varchar, kafka_partition bigint, kafka_offset bigint)`,
  )
  const rows = Object.entries(records).flatMap(([source, places]) =>
    places.map(([partition, offset]) => `(${quoteText(source)}, ${partition}, ${BigInt(offset)})`),
  )
  for (let start = 0; start < rows.length; start += 1000)
    await session.run(`insert into ${RECORDS} values ${rows.slice(start, start + 1000).join(', ')}`)
}

/** Says which rows of a table of the plan, `layer.name`, are about the subject: made of its records, or holding its value. */
export function rowsOf(plan: Plan, subject: Subject, table: string): FindRows {
  const conditions = [
    ...madeOf(plan, table),
    ...columnsOf(plan, subject, table).map((name) => holds(quoteName(name), subject)),
  ]
  return (rows) => Promise.resolve(`select * from ${rows} as found where ${conditions.join(' or ') || 'false'}`)
}

/** SQL that is true where a column holds the subject. */
export function holds(column: string, subject: Subject): string {
  return `coalesce(regexp_matches(${column}::varchar, ${quoteText(subjectPattern(subject))}), false)`
}

/** SQL that is true for rows of a relation `found` made of a record of the source. */
export function madeOfSource(source: string, prefix = ''): string {
  return `exists (select 1 from ${RECORDS} record where record.source = ${source}
    and record.kafka_partition = found.${quoteName(`${prefix}kafka_partition`)}
    and record.kafka_offset = found.${quoteName(`${prefix}kafka_offset`)})`
}

function madeOf(plan: Plan, table: string): string[] {
  if (table === `quarantine.${plan.pipeline}`) return [madeOfSource('found.source')]
  return rowOrigins(plan, table).map(({ source, prefix }) => madeOfSource(quoteText(source), prefix))
}

/** The source of a record that a row came of, and what stands before `kafka_partition` and `kafka_offset` in the row. */
export interface RowOrigin {
  readonly source: string
  readonly prefix: string
}

/** Whose records the rows of a table came of, those they were put beside included; none for groups of a window. */
export function rowOrigins(plan: Plan, table: string): RowOrigin[] {
  const source = plan.sources.find(({ bronze }) => tableKey(bronze.table) === table)
  if (source !== undefined) return [{ source: source.name, prefix: '' }]
  const silver = plan.silver.find((each) => tableKey(each.table) === table)
  if (silver !== undefined) return [{ source: silver.source, prefix: '' }]
  const gold = plan.gold.find((each) => tableKey(each.table) === table)
  if (gold === undefined || gold.kind === 'window') return []
  const sourceOf = (name: string): string => plan.silver.find((each) => each.table.name === name)?.source ?? ''
  const own = { source: sourceOf(gold.from), prefix: '' }
  if (gold.kind === 'latest') return [own]
  const other = gold.kind === 'as-of' ? gold.join.source : sourceOf(gold.join.table)
  return [own, { source: other, prefix: `${gold.join.name}_` }]
}
