import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { quoteIdentifier } from '#dialect/duckdb'
import type { ColumnExpr } from '#plan'

/** A connection to an engine of its own, in UTC. */
export async function openDuckDB(threads = 1): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false")
  return connection
}

/** Rows as JSON: longs and decimals are text, timestamps and dates are text. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJson()
}

/** Columns are read by their own names, fields by the way of their objects. */
export function readColumn(column: ColumnExpr): string {
  const [first = '', ...fields] = column.path
  return fields.reduce((sql, field) => `struct_extract(${sql}, '${field}')`, quoteIdentifier(first))
}
