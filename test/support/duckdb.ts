import { DuckDBInstance } from '@duckdb/node-api'
import type { SqlSession } from '#lake'

export interface TestSession extends SqlSession {
  close(): void
}

/** A DuckDB connection of its own, as the engine gives one to the lake. */
export async function openSession(): Promise<TestSession> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run(
    "SET preserve_insertion_order = false; SET autoinstall_known_extensions = false; SET TimeZone = 'America/New_York'",
  )
  return {
    run: async (sql) => {
      await connection.run(sql)
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjects(),
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
