import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { createExplainer, type Contract, type Verdict } from '#contract'
import { fieldColumn, shredSql, validateSql } from '../../runtime/dialect/duckdb/contract.ts'

export const MAX_RECORD_BYTES = 100_000

/** What the two paths make of one record. */
export interface Judgement {
  /** The fast path took it. */
  readonly accepted: boolean
  readonly verdict: Verdict
  /** The typed columns of both paths are the same; undefined unless both took it. */
  readonly same?: boolean
}

/** A session as the engine opens it. */
export async function openEngine(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
  await connection.run("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
  return connection
}

/** Stages `values` as records 0, 1, 2, ... of one topic partition in a table named `input`. */
export async function stage(connection: DuckDBConnection, values: readonly (Uint8Array | null)[]): Promise<void> {
  await connection.run(`create or replace temp table input(kafka_partition integer, kafka_offset bigint,
    kafka_timestamp timestamp, kafka_value blob)`)
  const appender = await connection.createAppender('input')
  values.forEach((value, offset) => {
    appender.appendInteger(0)
    appender.appendBigInt(BigInt(offset))
    appender.appendNull()
    if (value === null) appender.appendNull()
    else appender.appendBlob(value)
    appender.endRow()
  })
  appender.closeSync()
}

/** Runs every value through the vectorised path and through the reference, and compares what both give. */
export async function judge(
  connection: DuckDBConnection,
  contract: Contract,
  values: readonly (Uint8Array | null)[],
): Promise<Judgement[]> {
  const options = { maxRecordBytes: MAX_RECORD_BYTES }
  const explain = await createExplainer(contract, options)
  const verdicts = values.map((value) => explain(value))
  await stage(connection, values)
  await connection.run(`create or replace temp table fast as ${validateSql(contract, 'input', options)}`)
  await connection.run(`create or replace temp table texts(kafka_partition integer, kafka_offset bigint,
    kafka_timestamp timestamp, text varchar)`)
  const appender = await connection.createAppender('texts')
  verdicts.forEach((verdict, offset) => {
    if (!verdict.ok) return
    appender.appendInteger(0)
    appender.appendBigInt(BigInt(offset))
    appender.appendNull()
    appender.appendVarchar(verdict.text)
    appender.endRow()
  })
  appender.closeSync()
  await connection.run(`create or replace temp table slow as ${shredSql(contract, 'texts')}`)
  const equal = contract.fields
    .map(({ name }) => `fast.${fieldColumn(name)} is not distinct from slow.${fieldColumn(name)}`)
    .join(' and ')
  const rows =
    await connection.runAndReadAll(`select fast.kafka_offset, accepted, slow.kafka_offset is not null, ${equal || 'true'}
    from fast left join slow using (kafka_offset) order by 1`)
  return rows.getRowsJS().map(([offset, accepted, shredded, same]) => {
    const verdict = verdicts[Number(offset)]
    if (verdict === undefined) throw new Error(`No verdict for record ${Number(offset)}`)
    return {
      accepted: accepted === true,
      verdict,
      ...(accepted === true && shredded === true && { same: same === true }),
    }
  })
}
