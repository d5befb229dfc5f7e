import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { compileProgram, referenceSql } from '#dialect/duckdb'
import { goldenPlans } from '../../support/plans.ts'
import { openDuckDB, rowsOf } from './support.ts'

let connection: DuckDBConnection
beforeEach(async () => {
  connection = await openDuckDB()
})
afterEach(() => connection.closeSync())

it.each(goldenPlans())('knows every table of %s that holds rows from one batch to the next', async (_, plan) => {
  for (const reference of plan.references) for (const sql of referenceSql(reference, [])) await connection.run(sql)
  const before = await tables()
  const { setup, state } = compileProgram(plan)
  for (const sql of setup) await connection.run(sql)
  const made = (await tables()).filter((name) => !before.includes(name))
  expect(state.map((each) => each.replaceAll('"', '')).sort()).toEqual(made)
})

async function tables(): Promise<string[]> {
  const rows = await rowsOf(connection, 'select table_name from duckdb_tables() where not temporary order by all')
  return rows.map(([name]) => String(name)).sort()
}
