import type { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DataType } from '#contract'
import { expressionSql, overflowSql, quoteIdentifier, typeSql } from '#dialect/duckdb'
import { compiled, decimal, double, long, type Columns } from '../../plan/expression/support.ts'
import { seededRandom } from '../../support/random.ts'
import { evaluate, literal, type Row, type Value } from './reference.ts'
import { openDuckDB, readColumn, rowsOf } from './support.ts'

const COLUMNS: Columns = {
  a: [long, true],
  b: [long, true],
  c: [long],
  x: [double, true],
  y: [double, true],
  z: [double],
  d: [decimal(10, 2), true],
  e: [decimal(18, 0)],
  f: [decimal(5, 5), true],
}

const EDGES: Record<string, readonly (string | null)[]> = {
  long: [
    '0',
    '1',
    '-1',
    '2',
    '7',
    '-7',
    '9223372036854775807',
    '-9223372036854775808',
    '4611686018427387904',
    '3037000500',
    '9007199254740993',
    null,
  ],
  double: [
    '0',
    '-0',
    '1',
    '-1',
    '0.1',
    '2.5',
    '1e308',
    '-1e308',
    '1.7976931348623157e308',
    '5e-324',
    '1e-200',
    '9007199254740993',
    null,
  ],
  'decimal(10,2)': ['0.00', '99999999.99', '-99999999.99', '0.01', '-1.25', null],
  'decimal(18,0)': ['0', '999999999999999999', '-999999999999999999', '3'],
  'decimal(5,5)': ['0.00000', '0.99999', '-0.99999', '0.00001', null],
}

function edgesOf(type: DataType): readonly (string | null)[] {
  return EDGES[type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind] ?? []
}

const random = seededRandom(20260131)
const ROWS = 60
const table: { text: Record<string, string | null>; row: Row }[] = Array.from({ length: ROWS }, () => {
  const text: Record<string, string | null> = {}
  const row: Record<string, Value> = {}
  for (const [name, [type, nullable]] of Object.entries(COLUMNS)) {
    const value = random.pick(edgesOf(type).filter((each) => each !== null || nullable === true))
    text[name] = value
    row[name] = value === null ? null : type.kind === 'double' ? Number(value) : literal(value, type)
  }
  return { text, row }
})

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await openDuckDB()
  const columns = Object.entries(COLUMNS).map(([name, [type]]) => `${quoteIdentifier(name)} ${typeSql(type)}`)
  await connection.run(`CREATE TABLE t (i INTEGER, ${columns.join(', ')})`)
  const rows = table.map(
    ({ text }, index) =>
      `(${[index, ...Object.keys(COLUMNS).map((name) => (text[name] == null ? 'NULL' : `'${text[name]}'`))].join(', ')})`,
  )
  await connection.run(`INSERT INTO t VALUES ${rows.join(', ')}`)
})
afterAll(() => connection.closeSync())

/** A random expression of the type, as a user would write it. */
function generate(type: 'long' | 'double' | 'decimal' | 'boolean', depth: number): string {
  const of = (next: typeof type): string => generate(next, depth - 1)
  const names = {
    long: ['a', 'b', 'c'],
    double: ['x', 'y', 'z'],
    decimal: ['d', 'e', 'f'],
    boolean: ['a > b', 'x < y', 'd = f', 'true'],
  }
  const literals = {
    long: ['0', '3', '-1', '9223372036854775807'],
    double: ['0.5', '0.0', '1e300'],
    decimal: ['d', 'e'],
    boolean: ['false', 'null'],
  }
  if (depth <= 0) return random.below(5) > 0 ? random.pick(names[type]) : random.pick(literals[type])
  const forms: Record<typeof type, readonly (() => string)[]> = {
    long: [
      () => `(${of('long')} ${random.pick(['+', '-', '*', '%'])} ${of('long')})`,
      () => `div(${of('long')}, ${of('long')})`,
      () => `-(${of('long')})`,
      () => `abs(${of('long')})`,
      () => `cast(trunc(${of('double')}) as long)`,
      () => `case when ${of('boolean')} then ${of('long')} else ${of('long')} end`,
      () => `coalesce(${of('long')}, ${of('long')})`,
      () => `greatest(${of('long')}, ${of('long')})`,
      () => `nullif(${of('long')}, ${of('long')})`,
    ],
    double: [
      () => `(${of('double')} ${random.pick(['+', '-', '*', '/', '%'])} ${of('double')})`,
      () => `(${of('long')} / ${of('double')})`,
      () => `(${of('double')} * ${of('long')})`,
      () => `-(${of('double')})`,
      () => `case when ${of('boolean')} then ${of('double')} end`,
      () => `coalesce(${of('double')}, ${of('double')})`,
      () => `least(${of('double')}, ${of('double')})`,
    ],
    decimal: [
      () => `(${of('decimal')} ${random.pick(['+', '-'])} ${of('decimal')})`,
      () => `cast(${of('decimal')} as decimal(${random.pick(['6, 1', '12, 4', '18, 0', '4, 2'])}))`,
      () => `cast(${of('long')} as decimal(9, 2))`,
      () => `cast(${of('double')} as decimal(12, 3))`,
      () => `(d * ${random.pick(['d', 'e', 'f', '1.5', 'a'])})`,
      () => `(e * e)`,
      () => `(${random.pick(['d', 'e', 'f'])} % ${random.pick(['d', 'e', 'f'])})`,
      () => `case when ${of('boolean')} then ${of('decimal')} else ${of('decimal')} end`,
    ],
    boolean: [
      () => `(${of('long')} ${random.pick(['<', '=', '>=', '<>'])} ${of('long')})`,
      () => `(${of('long')} ${random.pick(['<', '=', '>='])} ${random.pick(['0', '5', '-9223372036854775808'])})`,
      () => `(${of('decimal')} ${random.pick(['<', '=', '>='])} ${random.pick(['0', '1.5', '-0.25'])})`,
      () => `(${of('double')} > ${random.pick(['0', '1.5', '-1e300'])})`,
      () => `(${of('long')} in (0, 1, 7))`,
      () => `(${of('decimal')} between -1 and 1.25)`,
      () => `(${of('double')} < ${of('long')})`,
      () => `(${of('boolean')} and ${of('boolean')})`,
      () => `(${of('boolean')} or ${of('boolean')})`,
      () => `not (${of('boolean')})`,
      () => `(${of('double')} is null)`,
      () => `(${of('long')} between ${of('long')} and ${of('long')})`,
      () => `(${of('long')} in (${of('long')}, ${of('long')}))`,
      () => `(${of('double')} is distinct from ${of('double')})`,
    ],
  }
  return random.pick(forms[type])()
}

/** Expressions whose decimals would need more than 38 digits do not compile; those are passed over. */
function generated(count: number): string[] {
  const found: string[] = []
  while (found.length < count) {
    const source = generate(random.pick(['long', 'double', 'decimal', 'boolean']), 1 + random.below(4))
    try {
      compiled(source, COLUMNS)
      found.push(source)
    } catch (error) {
      if (!/plan\/(precision-too-large|unlike-types|untyped-null|bad-literal)/.test(String(error))) throw error
    }
  }
  return found
}

function fromSql(value: unknown, type: DataType): Value {
  if (value === null || typeof value === 'boolean') return value
  if (type.kind === 'double') return Number(value)
  if (typeof value !== 'string') throw new Error('longs and decimals come as text')
  return literal(value, type)
}

const SHARED = [
  'a * b',
  'case when a > 0 then a * b else c end',
  'coalesce(x * y, a * b)',
  'x * y > 5',
  '1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (x * y))))))))',
  '(x * y) / (x - x)',
  'x * y + null',
  'a > 0 and a * b > 0',
  'a > 0 or b * c > 0',
  'a * b > 0',
  'a * b in (0, 1)',
  'a * b between 0 and 7',
  '-c > 0',
  '-c is null',
  'cast(a as decimal(2, 0)) > 1',
  'cast(d as decimal(3, 2)) > 1.2',
  'cast(d as decimal(3, 2)) in (1.2, 1.3)',
  'cast(d as decimal(3, 1)) = 1.3',
  'cast(cast(a as decimal(20, 0)) + 1 as long) > 0',
  'cast(trunc(z) as long) > 0',
  'cast(z as decimal(6, 1)) > 1.5',
]

describe('values and overflows equal the reference, row by row', () => {
  test.each([...SHARED, ...generated(250)].map((source) => ({ source })))('$source', async ({ source }) => {
    const expr = compiled(source, COLUMNS)
    const sql = expressionSql(expr, readColumn)
    const overflow = overflowSql(expr, readColumn)
    const reader = await connection.runAndReadAll(`SELECT ${sql} AS v, ${overflow ?? 'FALSE'} AS o FROM t ORDER BY i`)
    expect(String(reader.columnTypes()[0]).replaceAll(' ', '')).toBe(typeSql(expr.type))
    reader.getRowsJson().forEach(([value, flag], index) => {
      const row = table[index]?.row ?? {}
      const expected = evaluate(expr, row)
      const given = fromSql(value, expr.type)
      const context = { source, row, given, flag, expected }
      if (flag !== expected.overflow) expect.fail(show(context))
      if (typeof given === 'number' && !Number.isFinite(given)) expect.fail(show(context))
      if (!expected.overflow && given !== expected.value) expect.fail(show(context))
    })
  })
})

function show(context: object): string {
  return JSON.stringify(context, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

test('several expressions with parts in common do not raise together', async () => {
  const sources = [
    'a + b',
    '(a + b) * 2',
    'a + b > 0',
    'case when c > 0 then a + b end',
    'coalesce(a + b, 0)',
    'x * y',
    'sqrt(x * y)',
    'ln(x * y) + ln(x * y)',
  ]
  const columns = sources.flatMap((source) => {
    const expr = compiled(source, COLUMNS)
    return [expressionSql(expr, readColumn), overflowSql(expr, readColumn) ?? 'FALSE']
  })
  const all = await rowsOf(connection, `SELECT ${columns.join(', ')} FROM t ORDER BY i`)
  for (const [index, column] of columns.entries()) {
    const alone = await rowsOf(connection, `SELECT ${column} FROM t ORDER BY i`)
    expect(all.map((row) => row[index])).toEqual(alone.map((row) => row[0]))
  }
})

test('the text is the same every time', () => {
  for (const source of SHARED) {
    const sql = (): string => expressionSql(compiled(source, COLUMNS), readColumn)
    expect(sql()).toBe(sql())
  }
})

test('an expression at the limits of the parser still runs', async () => {
  const chain = (operator: string, name: string): string =>
    Array.from({ length: 120 }, () => name).join(` ${operator} `)
  const nested = `${'abs('.repeat(45)}x${')'.repeat(45)}`
  const inverse = `${'1 / ('.repeat(22)}x${')'.repeat(22)}`
  for (const source of [chain('+', 'a'), chain('*', 'x'), chain('/', 'x'), chain('or', 'a = 1'), nested, inverse]) {
    const expr = compiled(source, COLUMNS)
    const rows = await rowsOf(
      connection,
      `SELECT ${expressionSql(expr, readColumn)}, ${overflowSql(expr, readColumn) ?? 'FALSE'} FROM t ORDER BY i`,
    )
    const expected = table.map(({ row }) => evaluate(expr, row).overflow)
    expect(rows.map((row) => row[1])).toEqual(expected)
  }
})
