import { QUARANTINE_PENDING, rawRelation } from './names.ts'
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

/** Creates the pending table; once per session. */
export const QUARANTINE_SETUP = `create table if not exists ${QUARANTINE_PENDING}(${QUARANTINE_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})`

/** The pending rows as the table stores them. */
export const QUARANTINE_ROWS = `(select * replace (${storedSql({ kind: 'timestamp' }, 'kafka_timestamp')} as kafka_timestamp) from ${QUARANTINE_PENDING})`

/**
 * Sends the records of relation `refused`(kafka_partition, kafka_offset, code, rule, path, message) of a source's batch
 * to quarantine with their raw bytes. `table` is the layer and name of the refusing table, or undefined for the source.
 */
export function quarantineSql(
  source: { name: string; topic: string },
  table: string | undefined,
  refused: string,
): string {
  return `insert into ${QUARANTINE_PENDING}
    select ${quoteText(source.name)}, ${quoteText(source.topic)}, raw.kafka_partition, raw.kafka_offset, raw.kafka_timestamp,
      raw.kafka_key, raw.kafka_value, raw.kafka_headers, ${table === undefined ? 'null' : quoteText(table)},
      refused.code, refused.rule, refused.path, refused.message
    from ${rawRelation(source.name)} raw join (${refused}) refused
      on raw.kafka_partition = refused.kafka_partition and raw.kafka_offset = refused.kafka_offset`
}
