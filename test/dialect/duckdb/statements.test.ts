import type { DuckDBConnection } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatSql, planStatements } from '#dialect/duckdb'
import { explainPlan, type ExplainNode } from '#plan'
import { goldenPlans } from '../../support/plans.ts'
import { openDuckDB } from './support.ts'

let connection: DuckDBConnection
beforeEach(async () => {
  connection = await openDuckDB()
})
afterEach(() => connection.closeSync())

/** Ids of all operators of a node and of what is made of it. */
function operatorsOf({ operators, readBy }: ExplainNode): string[] {
  return [...operators.map(({ id }) => id), ...readBy.flatMap(operatorsOf)]
}

describe.each(goldenPlans())('the statements of %s', (_, plan) => {
  it('are planned and run by the engine, from first to last, in an empty session', async () => {
    for (const { name, operators, sql } of planStatements(plan)) {
      try {
        await connection.run(`explain ${formatSql(sql)}`)
        await connection.run(formatSql(sql))
      } catch (error) {
        throw new Error(`${operators.join(', ')}: ${name}: ${String(error)}\n${sql}`, { cause: error })
      }
    }
  })

  it('run once more, as the next batch and checkpoint would run them', async () => {
    const statements = planStatements(plan)
    for (const { sql } of statements) await connection.run(sql)
    for (const { sql } of statements.filter(({ when }) => when !== 'session')) await connection.run(sql)
  })

  it('serve every operator that is explained, and none that is not', () => {
    const explained = explainPlan(plan).sources.flatMap(operatorsOf)
    const served = new Set(planStatements(plan).flatMap(({ operators }) => operators))
    expect(new Set(explained).size).toBe(explained.length)
    expect(explained.filter((id) => !served.has(id))).toEqual([])
    const others = [...served].filter((id) => !explained.includes(id))
    expect(others.filter((id) => !/^(bronze|quarantine|reference)\./.test(id))).toEqual([])
  })
})
