import type { DuckDBConnection } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileProgram, formatSql, planStatements } from '#dialect/duckdb'
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

/** Statements of a program that are not listed, by their way in it, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'sql.records.accepted': 'the other form takes in what the row-by-row reference sent back',
  'sql.marksNow': 'only records that leave quarantine are judged by it',
  'sql.timely.all': 'the other form leaves the untimely records out',
  'windows.sql.refuseDeclared': 'only an audit runs it',
  'windows.sql.fold.all': 'the other form leaves refused rows out',
  'windows.sql.stateColumns.column': 'a name',
  'windows.sql.stateColumns.of': 'a name',
  'windows.sql.current.columns': 'a part of statements',
  'windows.sql.current.key': 'names',
  'windows.sql.current.place': 'reads places that the engine knows after it has written files',
  'windows.sql.slices.close.weigh': 'asks whether the form that is listed is too much at once',
  'windows.sql.slices.close.first': 'the same as the form that is listed, of a slice of the groups',
  'windows.sql.slices.close.next': 'the same as the form that is listed, of a slice of the groups',
  'windows.sql.slices.merge.weigh': 'asks whether the form that is listed is too much at once',
  'windows.sql.slices.merge.first': 'the same as the form that is listed, of a slice of the groups',
  'windows.sql.slices.merge.next': 'the same as the form that is listed, of a slice of the groups',
  'windows.sql.slices.changes.weigh': 'asks whether the form that is listed is too much at once',
  'windows.sql.slices.changes.first': 'the same as the form that is listed, of a slice of the groups',
  'windows.sql.slices.changes.next': 'the same as the form that is listed, of a slice of the groups',
  'asOf.sql.joinDeclared': 'only an audit runs it',
  'intervals.step.refuseDeclared': 'only an audit runs it',
  'sql.state': 'names',
  'latest.sql.columns': 'a part of statements',
  'latest.sql.compact': 'only a replay of bronze runs it',
  'latest.sql.forget': 'one of those that `take` runs',
  'latest.sql.place': 'reads places that the engine knows after it has written files',
}

/** Every text of a program, by its way in it. */
function textsOf(value: unknown, way: string): [way: string, sql: string][] {
  if (typeof value === 'string') return [[way, value]]
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(each, way))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .filter(([name]) => !['plan', 'verdicts', 'node'].includes(name))
    .flatMap(([name, each]) => textsOf(each, name === 'silver' ? way : way === '' ? name : `${way}.${name}`))
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

  it('are all that the program has, but for those that are left out for a reason', () => {
    const listed = new Set(planStatements(plan).map(({ sql }) => sql))
    const { sources, intervals } = compileProgram(plan)
    const missing = textsOf([...sources, ...intervals.map(({ sql }) => ({ sql }))], '').filter(
      ([way, sql]) => !(way in LEFT_OUT) && !listed.has(sql),
    )
    expect(missing.map(([way]) => way)).toEqual([])
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
