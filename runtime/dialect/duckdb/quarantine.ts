import { explainedRelation, QUARANTINE_PENDING, rawRelation } from './names.ts'
import { quoteText } from './identifier.ts'
import { storedSql } from './stored.ts'

/** The columns of a pipeline's quarantine table, in order, with their SQL types (DESIGN section 4, promise 4). */
export const QUARANTINE_COLUMNS = [
  ['source', 'varchar'],
  ['topic', 'varchar'],
  ['kafka_partition', 'integer'],
  ['kafka_offset', 'bigint'],
  ['kafka_timestamp', 'timestamp'],
  ['kafka_key', 'blob'],
  ['kafka_value', 'blob'],
  ['kafka_headers', 'struct(key varchar, value blob)[]'],
  ['table_name', 'varchar'],
  ['code', 'varchar'],
  ['rule', 'varchar'],
  ['path', 'varchar'],
  ['message', 'varchar'],
] as const

/**
 * The records of a batch that go to quarantine, and why: kafka_partition, kafka_offset, table_name, code, rule, path,
 * message.
 */
export const REFUSALS = 'refusals'

/** Creates the pending table; once per session. */
export const QUARANTINE_SETUP = `create table if not exists ${QUARANTINE_PENDING}(${QUARANTINE_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})`

/** The pending rows as the table stores them. */
export const QUARANTINE_ROWS = `(select * replace (${storedSql({ kind: 'timestamp' }, 'kafka_timestamp')} as kafka_timestamp) from ${QUARANTINE_PENDING})`

/** Empties the list of a batch's refused records. */
export const CLEAR_REFUSALS = `create or replace temp table ${REFUSALS}(kafka_partition integer, kafka_offset bigint,
  table_name varchar, code varchar, rule varchar, path varchar, message varchar)`

/** Why records of a batch go to quarantine: the same for all that `selection`(kafka_partition, kafka_offset) gives. */
export interface RefusalReason {
  readonly selection: string
  /** `layer.name` of the refusing table; undefined when no table saw the record. */
  readonly table?: string
  readonly code: string
  /** The column, check or kind of lateness that decided. */
  readonly rule: string | null
  readonly path: string | null
  readonly message: string
}

/** Puts records of the batch on the list. */
export function refuseSql(reason: RefusalReason): string {
  const text = (value: string | null | undefined): string => (value == null ? 'null' : quoteText(value))
  const { table, code, rule, path, message } = reason
  return `insert into ${REFUSALS} select kafka_partition, kafka_offset,
    ${[table, code, rule, path, message].map(text).join(', ')} from (${reason.selection})`
}

/** Puts the records that the row-by-row reference refused on the list. */
export function refuseExplainedSql(source: string): string {
  return `insert into ${REFUSALS} select kafka_partition, kafka_offset, null, code, null, path, message
    from ${explainedRelation(source)} where code is not null`
}

/** Takes the listed records of a source's batch to the pending quarantine rows, with their raw bytes. */
export function quarantineSql(source: { readonly name: string; readonly topic: string }): string {
  return `insert into ${QUARANTINE_PENDING}
    select ${quoteText(source.name)}, ${quoteText(source.topic)}, raw.kafka_partition, raw.kafka_offset, raw.kafka_timestamp,
      raw.kafka_key, raw.kafka_value, raw.kafka_headers, refused.table_name,
      refused.code, refused.rule, refused.path, refused.message
    from ${rawRelation(source.name)} raw join ${REFUSALS} refused
      on raw.kafka_partition = refused.kafka_partition and raw.kafka_offset = refused.kafka_offset`
}
