import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aggregateSql, expressionSql, quoteIdentifier, typeSql, type AggregateSql } from '#dialect/duckdb'
import { compileMeasure, type CompiledMeasure } from '#plan'
import {
  boolean,
  decimal,
  double,
  located,
  long,
  scopeOf,
  string,
  timestamp,
  type Columns,
} from '../../plan/expression/support.ts'
import { seededRandom } from '../../support/random.ts'
import { openDuckDB, readColumn, rowsOf } from './support.ts'

const COLUMNS: Columns = {
  l: [long, true],
  x: [double, true],
  d: [decimal(10, 2), true],
  w: [decimal(38, 4), true],
  s: [string, true],
  ok: [boolean, true],
  t: [timestamp],
}

const MEASURES = [
  ...['count(*)', 'count(x)', 'count(distinct s)', 'count(distinct x)', 'count(distinct l) filter (where ok)'],
  ...[
    'sum(l)',
    'sum(x)',
    'sum(d)',
    'sum(w)',
    'avg(l)',
    'avg(x)',
    'avg(d)',
    'sum(x) filter (where ok)',
    "count(*) filter (where s > 'b')",
  ],
  ...[
    'min(x)',
    'max(x)',
    'min(s)',
    'max(t)',
    'max(d)',
    'first(s)',
    'last(x)',
    'first(l) filter (where ok)',
    'last(ok)',
  ],
  ...[
    'stddev_pop(x)',
    'stddev_samp(l)',
    'var_pop(d)',
    'var_samp(x)',
    'percentile(x, 0.9)',
    'percentile(l, 0)',
    'percentile(d, 0.5)',
  ],
  ...["string_agg(s, ', ')", 'array_agg(x)', 'array_agg(s) filter (where ok)', 'array_agg(d)'],
  ...['sum(x) / count(*)', 'max(l) - min(l) + 1', 'round(cast(avg(x) as decimal(18, 4)), 2)', 'coalesce(sum(l), 0)'],
]

const ORDER = { eventTime: 't', partition: 'kafka_partition', offset: 'kafka_offset' }

interface Measure {
  readonly source: string
  readonly compiled: CompiledMeasure
  readonly aggregates: readonly AggregateSql[]
}

let index = 0
const measures: Measure[] = MEASURES.map((source) => {
  const { measure, diagnostics } = compileMeasure(located(source), scopeOf(COLUMNS))
  if (!measure) throw new Error(`${source}: ${diagnostics.map((each) => each.message).join('; ')}`)
  return {
    source,
    compiled: measure,
    aggregates: measure.aggregates.map((agg) => aggregateSql(agg, index++, readColumn, ORDER)),
  }
})
const partials = measures.flatMap(({ aggregates }) => aggregates.flatMap((each) => each.partials))
const from = partials.map((each) => `${each.fromRows} AS ${quoteIdentifier(each.name)}`).join(', ')
const merge = partials.map((each) => `${each.merge} AS ${quoteIdentifier(each.name)}`).join(', ')
const finals = measures
  .map(({ compiled, aggregates }) =>
    expressionSql(compiled.expr, (column) => aggregates[Number(column.path[0]?.slice(1))]?.final ?? 'NULL'),
  )
  .join(', ')

/** How the rows become one row of partials per group: batches first, then any number of rounds of merges. */
async function finish(connection: DuckDBConnection, batchOf: string, rounds: readonly string[]): Promise<unknown[][]> {
  await connection.run(`CREATE OR REPLACE TABLE state AS SELECT g, ${from} FROM rows GROUP BY g, ${batchOf}`)
  for (const round of rounds)
    await connection.run(`CREATE OR REPLACE TABLE state AS SELECT g, ${merge} FROM state GROUP BY g, ${round}`)
  return rowsOf(connection, `SELECT g, ${finals} FROM (SELECT g, ${merge} FROM state GROUP BY g) ORDER BY g`)
}

let one: DuckDBConnection
let two: DuckDBConnection
beforeAll(async () => {
  one = await openDuckDB(1)
  two = await openDuckDB(2)
})
afterAll(() => {
  one.closeSync()
  two.closeSync()
})

const GENERATED = `hash(i * 7 + 1) AS h, hash(i * 13 + 2) AS k`
/** Rows as a function of their number, so that both engines have the same ones. */
function rowsSql(count: number, groups: number): string {
  const some = (bits: string, values: readonly string[]): string =>
    `CASE (${bits}) % ${values.length} ${values.map((value, at) => `WHEN ${at} THEN ${value}`).join(' ')} END`
  return `CREATE OR REPLACE TABLE rows AS SELECT (h % ${groups})::INTEGER AS g,
    ${some('k', ['NULL', '9223372036854775807', '-9223372036854775808', '(h % 1000)::BIGINT', '0', '(h % 1000)::BIGINT'])}::BIGINT AS l,
    ${some('k >> 8', ['NULL', '0e0', '-0e0', '(h % 100003) / 7', '-((h % 99991) / 3)', '0.1e0', '99999999999999983222e0', '-99999999999999983222e0', '1e-9'])}::DOUBLE AS x,
    ${some('k >> 16', ['NULL', '99999999.99', '-99999999.99', '0.01', '1.25'])}::DECIMAL(10,2) AS d,
    ${some('k >> 24', ['NULL', "'9999999999999999999999999.9999'::DECIMAL(38,4)", "'-1.2345'::DECIMAL(38,4)"])}::DECIMAL(38,4) AS w,
    ${some('k >> 32', ['NULL', "''", "'a'", "'😀'", "'\ufffd'", "'b' || (h % 50)"])}::VARCHAR AS s,
    ${some('k >> 40', ['NULL', 'TRUE', 'FALSE'])}::BOOLEAN AS ok,
    TIMESTAMP '2026-01-01' + to_seconds((h % 97)::BIGINT) AS t, (i % 3)::INTEGER AS kafka_partition, i::BIGINT AS kafka_offset
    FROM (SELECT i, ${GENERATED} FROM range(${count}) r(i))`
}

test('results do not depend on batches, merges or threads', async () => {
  const random = seededRandom(7)
  for (const connection of [one, two]) await connection.run(rowsSql(600, 5))
  const straight = await finish(one, '1', [])
  for (let run = 0; run < 25; run++) {
    const batches = 1 + random.below(60)
    const batchOf = random.pick([
      `hash(kafka_offset + ${run}) % ${batches}`,
      `kafka_offset // ${1 + random.below(50)}`,
      'kafka_offset',
    ])
    const rounds = Array.from({ length: random.below(4) }, () => `hash(random()) % ${1 + random.below(7)}`)
    expect(await finish(random.pick([one, two]), batchOf, rounds)).toEqual(straight)
  }
}, 120_000)

test('results do not depend on threads that share the rows of a batch', async () => {
  for (const connection of [one, two]) await connection.run(rowsSql(130_000, 3))
  const results = [
    await finish(one, '1', []),
    await finish(two, '1', []),
    await finish(two, 'kafka_offset // 30000', ['1']),
  ]
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
}, 120_000)

test('partials and results have the types they say', async () => {
  await one.run(rowsSql(600, 5))
  const types = async (sql: string): Promise<string[]> =>
    (await rowsOf(one, `SELECT column_type FROM (DESCRIBE ${sql})`)).map((row) => plain(row[0] as string))
  const plain = (type: string): string => type.replaceAll(/["\s]/g, '')
  const expected = partials.map((each) => plain(each.type))
  expect((await types(`SELECT ${from} FROM rows`)).slice()).toEqual(expected)
  await one.run(`CREATE OR REPLACE TABLE state AS SELECT g, ${from} FROM rows GROUP BY g`)
  expect(await types(`SELECT ${merge} FROM state`)).toEqual(expected)
  expect(await types(`SELECT ${finals} FROM state`)).toEqual(
    measures.map(({ compiled }) => plain(typeSql(compiled.type))),
  )
})

test('partials come back from Parquet as they were', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'smelt-test-'))
  try {
    const file = path.join(folder, 'state.parquet')
    await one.run(rowsSql(600, 5))
    await one.run(`CREATE OR REPLACE TABLE state AS SELECT g, ${from} FROM rows GROUP BY g`)
    await one.run(`COPY state TO '${file}' (FORMAT parquet)`)
    const described = (relation: string): Promise<unknown[][]> =>
      rowsOf(one, `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${relation})`)
    expect(await described(`'${file}'`)).toEqual(await described('state'))
    expect(await rowsOf(one, `SELECT g FROM (SELECT * FROM state EXCEPT SELECT * FROM '${file}')`)).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})

describe('results equal a direct computation', () => {
  interface Input {
    g: number
    l: string | null
    x: number | null
    d: string | null
    s: string | null
    ok: boolean | null
    t: string
    p: number
    o: string
  }
  let groups: Map<number, Input[]>
  let results: Map<number, Record<string, unknown>>
  beforeAll(async () => {
    await one.run(rowsSql(600, 5))
    const rows = await rowsOf(one, 'SELECT g, l, x, d, s, ok, t, kafka_partition, kafka_offset FROM rows')
    const inputs = rows.map(([g, l, x, d, s, ok, t, p, o]) => ({ g, l, x, d, s, ok, t, p, o }) as Input)
    groups = new Map([0, 1, 2, 3, 4].map((g) => [g, inputs.filter((row) => row.g === g)]))
    const finished = await finish(one, 'kafka_offset // 17', ['hash(random()) % 3'])
    results = new Map(
      finished.map(([g, ...values]) => [
        g as number,
        Object.fromEntries(MEASURES.map((source, at) => [source, values[at]])),
      ]),
    )
  })

  const each = (check: (rows: readonly Input[], result: Record<string, unknown>) => void): void => {
    expect(groups.size).toBe(5)
    for (const [g, rows] of groups) check(rows, results.get(g) ?? {})
  }
  const present = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null)
  const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
  /** A double in units of 10^-9, as a sum takes it. */
  const nano = (value: number): bigint => {
    const units = Math.abs(value) * 1e9
    const whole = BigInt(Math.floor(units)) + (units % 1 >= 0.5 ? 1n : 0n)
    return value < 0 ? -whole : whole
  }
  const near = (given: unknown, expected: number): void => {
    if (expected === 0) expect(given).toBe(0)
    else expect(Math.abs(Number(given) / expected - 1)).toBeLessThan(1e-13)
  }

  test('counts', () =>
    each((rows, result) => {
      expect(result['count(*)']).toBe(String(rows.length))
      expect(result['count(x)']).toBe(String(present(rows.map((row) => row.x)).length))
      expect(result['count(distinct s)']).toBe(String(new Set(present(rows.map((row) => row.s))).size))
      expect(result['count(distinct x)']).toBe(
        String(new Set(present(rows.map((row) => row.x)).map((x) => x + 0)).size),
      )
      expect(result['count(distinct l) filter (where ok)']).toBe(
        String(new Set(present(rows.filter((row) => row.ok).map((row) => row.l))).size),
      )
      expect(result["count(*) filter (where s > 'b')"]).toBe(
        String(rows.filter((row) => row.s !== null && row.s > 'b').length),
      )
    }))

  test('sums', () =>
    each((rows, result) => {
      const xs = present(rows.map((row) => row.x))
      near(result['sum(x)'], Number(sum(xs.map(nano))) / 1e9)
      near(result['avg(x)'], Number(sum(xs.map(nano))) / 1e9 / xs.length)
      near(
        result['sum(x) filter (where ok)'],
        Number(sum(present(rows.filter((row) => row.ok).map((row) => row.x)).map(nano))) / 1e9,
      )
      const cents = sum(present(rows.map((row) => row.d)).map((d) => BigInt(d.replace('.', ''))))
      expect(
        String(result['sum(d)'])
          .replace('.', '')
          .replace(/^(-?)0+(?=\d)/, '$1'),
      ).toBe(String(cents))
      const longs = present(rows.map((row) => row.l)).map(BigInt)
      const total = sum(longs)
      expect(result['sum(l)']).toBe(BigInt.asIntN(64, total) === total ? String(total) : null)
      near(result['avg(l)'], Number(total) / longs.length)
    }))

  test('extremes, first and last', () =>
    each((rows, result) => {
      const xs = present(rows.map((row) => row.x))
      expect(result['min(x)']).toBe(Math.min(...xs))
      expect(result['max(x)']).toBe(Math.max(...xs))
      const inOrder = rows.toSorted((a, b) =>
        a.t === b.t ? (a.p === b.p ? Number(a.o) - Number(b.o) : a.p - b.p) : a.t < b.t ? -1 : 1,
      )
      expect(result['first(s)']).toBe(inOrder.find((row) => row.s !== null)?.s)
      expect(result['last(x)']).toBe(inOrder.findLast((row) => row.x !== null)?.x)
      expect(result['first(l) filter (where ok)']).toBe(inOrder.find((row) => row.ok && row.l !== null)?.l)
      expect(result['last(ok)']).toBe(inOrder.findLast((row) => row.ok !== null)?.ok)
    }))

  test('lists, spreads and percentiles', () =>
    each((rows, result) => {
      const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
      const texts = present(rows.map((row) => row.s)).sort(byCodePoint)
      expect(result["string_agg(s, ', ')"]).toBe(texts.join(', '))
      const marked = rows.filter((row) => row.ok).map((row) => row.s)
      expect(result['array_agg(s) filter (where ok)']).toEqual([
        ...present(marked).sort(byCodePoint),
        ...marked.filter((s) => s === null),
      ])
      const xs = present(rows.map((row) => row.x)).sort((a, b) => a - b)
      expect((result['array_agg(x)'] as unknown[]).length).toBe(rows.length)
      const at = 0.9 * (xs.length - 1)
      const [low = 0, high = 0] = [xs[Math.floor(at)], xs[Math.ceil(at)]]
      near(result['percentile(x, 0.9)'], low + (high - low) * (at - Math.floor(at)))
      const ds = present(rows.map((row) => row.d)).map(Number)
      const mean = ds.reduce((a, b) => a + b, 0) / ds.length
      near(result['var_pop(d)'], ds.reduce((total, d) => total + (d - mean) ** 2, 0) / ds.length)
    }))
})

describe('what an aggregate cannot hold', () => {
  const sqlOf = (source: string): { sql: AggregateSql; expr: CompiledMeasure } => {
    const { measure } = compileMeasure(located(source), scopeOf(COLUMNS))
    const [agg] = measure?.aggregates ?? []
    if (!measure || !agg) throw new Error(source)
    return { sql: aggregateSql(agg, 0, readColumn, ORDER), expr: measure }
  }
  const VALUES = `(VALUES (1, 1e20, 1::BIGINT), (2, 99999999999999983222e0, 2), (3, -1e20, 9223372036854775807), (4, 1.7976931348623157e308, NULL), (5, NULL, 1), (6, 0.5, 1)) v(i, x, l)`

  test.each([
    ['sum(x)', [1, 3, 4]],
    ['avg(x)', [1, 3, 4]],
    ['stddev_samp(x)', [1, 3, 4]],
    ['sum(x) filter (where l > 1)', [3]],
    ['sum(x * 10)', [1, 2, 3, 4]],
    ['sum(l + 1)', [3]],
    ['count(l * 2)', [3]],
    ['count(*) filter (where l + 1 > 0)', [3]],
  ] as const)('%s refuses the rows', async (source, refused) => {
    const { sql } = sqlOf(source)
    const rows = await rowsOf(one, `SELECT i, ${sql.reject ?? 'FALSE'} FROM ${VALUES} ORDER BY i`)
    expect(rows.filter((row) => row[1] === true).map((row) => row[0])).toEqual(refused)
    expect(rows.every((row) => row[1] !== null)).toBe(true)
    await rowsOf(one, `SELECT ${sql.partials.map((each) => each.fromRows).join(', ')} FROM ${VALUES}`)
  })

  test.each(['max(x)', 'first(l)', 'count(x)', 'percentile(x, 0.5)', 'array_agg(x)', 'sum(l)'])(
    '%s refuses none',
    (source) => {
      expect(sqlOf(source).sql.reject).toBeUndefined()
    },
  )

  test('a sum that no long holds is null, and says so', async () => {
    const { sql } = sqlOf('sum(l)')
    const [partial] = sql.partials
    const merged = `(SELECT ${partial?.fromRows ?? ''} AS ${quoteIdentifier(partial?.name ?? '')} FROM (SELECT unnest([9223372036854775807, 1]) AS l))`
    expect(await rowsOf(one, `SELECT ${sql.final}, ${sql.overflow ?? ''} FROM ${merged}`)).toEqual([[null, true]])
  })
})
