import type { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expressionSql, literalSql, overflowSql, quoteIdentifier, typeSql, type ReadColumn } from '#dialect/duckdb'
import { FUNCTION_GROUPS, FUNCTIONS, type CallExpr, type Expr, type LiteralExpr } from '#plan'
import { openDuckDB } from '../../dialect/duckdb/support.ts'
import { compiled } from '../expression/support.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await openDuckDB()
})
afterAll(() => connection.closeSync())

async function evaluate(
  expr: Expr,
  column: ReadColumn,
  from = '',
): Promise<{ value: unknown; type: string; overflow: unknown }> {
  const reader = await connection.runAndReadAll(
    `SELECT ${expressionSql(expr, column)} AS v, ${overflowSql(expr, column) ?? 'FALSE'} AS o ${from}`,
  )
  const [value, overflow] = reader.getRowsJson()[0] ?? []
  return { value: canonical(value), type: String(reader.columnTypes()[0]).replaceAll(' ', ''), overflow }
}

/** Numbers of every type are compared by their digits. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  return typeof value === 'number' ? String(value) : value
}

/** The expression with a column in place of every literal that needs not be one. */
function withColumns(expr: Expr, literals: LiteralExpr[]): Expr {
  const replaced = (each: Expr): Expr => {
    if (each.kind !== 'literal') return withColumns(each, literals)
    const name = `c${literals.push(each) - 1}`
    return { kind: 'column', scope: 'table', path: [name], type: each.type, nullable: true }
  }
  if (expr.kind === 'cast') return { ...expr, arg: replaced(expr.arg) }
  if (expr.kind !== 'call') return expr
  const parameters = FUNCTIONS.get(expr.fn)?.parameters ?? []
  const fixed = (index: number): boolean =>
    parameters[index]?.literal !== undefined || (expr.fn === 'date_add' && index === 0)
  const args = expr.args.map((arg, index) => (fixed(index) ? arg : replaced(arg)))
  const call: CallExpr = { ...expr, args }
  return call
}

const noColumn = (): string => {
  throw new Error('no columns here')
}
const short: ReadColumn = ({ path }) => quoteIdentifier(path.join('.'))
/** So long that it is bound and not written twice. */
const long: ReadColumn = ({ path, type }) =>
  `coalesce(${Array.from({ length: 8 }, () => `CAST(NULL AS ${typeSql(type)})`).join(', ')}, ${short({ kind: 'column', scope: 'table', path, type, nullable: true })})`

for (const { title, functions } of FUNCTION_GROUPS) {
  describe(title, () => {
    const examples = functions.flatMap((spec) => spec.examples.map(([call, result]) => ({ call, result })))

    test.each(examples)('$call', async ({ call, result }) => {
      const expr = compiled(call)
      const { value, type } = await evaluate(expr, noColumn)
      expect(value).toEqual(canonical(result))
      expect(type).toBe(typeSql(expr.type))
      if (result === null) expect(expr.nullable || overflowSql(expr, noColumn) !== undefined).toBe(true)
    })

    test.each(examples)('$call of columns', async ({ call, result }) => {
      const literals: LiteralExpr[] = []
      const expr = withColumns(compiled(call), literals)
      const columns = literals.map((each, index) => `${literalSql(each)} AS c${index}`)
      await connection.run(`CREATE OR REPLACE TABLE given AS SELECT ${columns.join(', ') || '1 AS one'}`)
      const found = await evaluate(expr, short, 'FROM given')
      expect({ value: found.value, type: found.type }).toEqual({ value: canonical(result), type: typeSql(expr.type) })
      expect(await evaluate(expr, long, 'FROM given')).toEqual(found)
      await connection.run(`UPDATE given SET ${literals.map((_, index) => `c${index} = NULL`).join(', ') || 'one = 1'}`)
      const ofNulls = await evaluate(expr, long, 'FROM given')
      expect(ofNulls.overflow).toBe(false)
      const spec = expr.kind === 'call' ? FUNCTIONS.get(expr.fn) : undefined
      if (spec && spec.nullable === undefined && literals.length > 0) expect(ofNulls.value).toBe(null)
    })
  })
}

test('every function is documented and shown', () => {
  const functions = FUNCTION_GROUPS.flatMap((group) => group.functions)
  expect(
    functions.filter((each) => each.examples.length === 0 || !each.doc.endsWith('.')).map((each) => each.name),
  ).toEqual([])
  expect(new Set(functions.map((each) => each.name)).size).toBe(functions.length)
})
