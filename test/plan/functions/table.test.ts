import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { expressionSql, typeSql } from '#dialect/duckdb'
import { FUNCTION_GROUPS } from '#plan'
import { compiled } from '../expression/support.ts'

const noColumn = (): string => {
  throw new Error('no columns here')
}

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
})
afterAll(() => connection.closeSync())

async function evaluate(source: string): Promise<{ value: unknown; type: string; expected: string }> {
  const expr = compiled(source)
  const sql = expressionSql(expr, noColumn)
  const reader = await connection.runAndReadAll(`SELECT ${sql} AS v`)
  return { value: reader.getRowsJson()[0]?.[0], type: String(reader.columnTypes()[0]), expected: typeSql(expr.type) }
}

/** Numbers of every type are compared by their digits. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  return typeof value === 'number' ? String(value) : value
}

for (const { title, functions } of FUNCTION_GROUPS) {
  describe(title, () => {
    for (const spec of functions) {
      test.each(spec.examples.map(([call, result]) => ({ call, result })))(
        `${spec.name}: $call`,
        async ({ call, result }) => {
          const { value, type, expected } = await evaluate(call)
          expect(canonical(value)).toEqual(canonical(result))
          expect(type.replaceAll(' ', '')).toBe(expected.replaceAll(' ', ''))
        },
      )
    }
  })
}

test('every function is documented and shown', () => {
  const functions = FUNCTION_GROUPS.flatMap((group) => group.functions)
  expect(
    functions.filter((each) => each.examples.length === 0 || !each.doc.endsWith('.')).map((each) => each.name),
  ).toEqual([])
  expect(new Set(functions.map((each) => each.name)).size).toBe(functions.length)
})
