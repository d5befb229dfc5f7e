import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyTransform, isTransform, transformResult } from '../../runtime/lake/transform.ts'
import { partitionLiteral, transformSql } from '../../runtime/lake/transform-sql.ts'
import { duckdbType, quoteText } from '../../runtime/lake/duckdb-type.ts'
import { toPartitionValue, valueFromText } from '../../runtime/lake/value.ts'
import type { PartitionValue, PrimitiveType, Transform } from '#lake'
import { openSession, type TestSession } from '../support/duckdb.ts'

const SAMPLES: Record<string, string[]> = {
  int: ['0', '1', '-1', '34', '-10', '2147483647', '-2147483600'],
  long: ['0', '1', '-1', '34', '9007199254740993', '-9007199254740993', '9223372036854775807'],
  boolean: ['true', 'false'],
  double: ['0.1', '-2.5', '1e300'],
  'decimal(9, 2)': ['0.00', '14.20', '-14.20', '10.65', '-0.01', '1.27', '1.28', '-1.28', '-1.29', '9999999.99'],
  'decimal(38, 5)': ['0.00000', '123456789012345678901234567890123.12345', '-123456789012345678901234567890123.12345'],
  string: ['', 'a', 'ab', 'abc', 'abcd', 'iceberg', 'äöü', '😀😀😀😀', "it's", 'longer than sixteen characters'],
  binary: ['', '00', '0001', '000102', '00010203', 'ff00ff00ff'],
  date: ['1970-01-01', '1969-12-31', '2017-11-16', '1960-02-29', '2026-12-31'],
  timestamp: ['1970-01-01 00:00:00', '1969-12-31 23:59:59.999999', '2017-11-16 22:31:08', '1960-02-29 12:00:00.5'],
  timestamptz: ['1970-01-01 00:00:00+00', '1969-12-31 23:59:59.999999+00', '2026-11-21 23:30:00+00'],
}
const TRANSFORMS: Transform[] = [
  'identity',
  'year',
  'month',
  'day',
  'hour',
  'void',
  'bucket[16]',
  'bucket[2147]',
  'truncate[1]',
  'truncate[3]',
  'truncate[50]',
]

let session: TestSession
beforeAll(async () => (session = await openSession()))
afterAll(() => session.close())

const cases = Object.entries(SAMPLES)
  .flatMap(([type, texts]) => TRANSFORMS.map((transform) => ({ type: type as PrimitiveType, transform, texts })))
  .filter(({ type, transform }) => transformResult(transform, type) !== undefined)

describe('the SQL form and the JavaScript form agree', () => {
  test.each(cases)('$transform of $type', async ({ type, transform, texts }) => {
    const rows = texts.map((text, index) => `(${index}, ${sqlLiteral(type, text)})`)
    const expression = transformSql(transform, type, 'v')
    const found = await session.rows(
      `SELECT CAST(${expression} AS VARCHAR) AS text FROM (VALUES ${rows.join(', ')}, (${texts.length}, NULL)) t(i, v) ORDER BY i`,
    )
    const result = transformResult(transform, type) ?? 'string'
    const expected = texts.map((text) => {
      const value = applyTransform(transform, type, valueFromText(type, text))
      return value === undefined ? null : printed(toPartitionValue(result, value))
    })
    expect(found.map((row) => row['text'])).toEqual([...expected, null])
  })

  test.each(cases)('a literal finds its rows again: $transform of $type', async ({ type, transform, texts }) => {
    for (const text of texts) {
      const value = applyTransform(transform, type, valueFromText(type, text))
      const result = transformResult(transform, type) ?? 'string'
      const literal = partitionLiteral(result, toPartitionValue(result, value))
      const sql = `SELECT ${transformSql(transform, type, sqlLiteral(type, text))} IS NOT DISTINCT FROM ${literal} AS same`
      expect(await session.rows(sql), text).toEqual([{ same: true }])
    }
  })
})

// Examples of the Iceberg spec and of its Java tests.
test.each<[Transform, PrimitiveType, string, PartitionValue]>([
  ['truncate[10]', 'int', '1', 0],
  ['truncate[10]', 'int', '-1', -10],
  ['truncate[10]', 'long', '-1', '-10'],
  ['truncate[50]', 'decimal(9, 2)', '10.65', '10.50'],
  ['truncate[3]', 'string', 'iceberg', 'ice'],
  ['truncate[3]', 'binary', '0001020304', '000102'],
  ['year', 'timestamp', '2017-11-16T22:31:08', 47],
  ['month', 'timestamp', '2017-11-16T22:31:08', 574],
  ['day', 'timestamp', '2017-11-16T22:31:08', 17486],
  ['hour', 'timestamp', '2017-11-16T22:31:08', 419686],
  ['year', 'timestamp', '1969-12-31T23:59:59', -1],
  ['month', 'date', '1969-12-31', -1],
  ['hour', 'timestamptz', '1969-12-31T23:59:59Z', -1],
  ['bucket[100]', 'string', 'iceberg', 89],
  ['bucket[100]', 'int', '34', 79],
])('%s of %s %s', (transform, type, text, expected) => {
  const value = applyTransform(transform, type, valueFromText(type, text))
  expect(toPartitionValue(transformResult(transform, type) ?? 'string', value)).toBe(expected)
})

test.each(['bucket', 'bucket[0]', 'truncate[-1]', 'days', 'identity '])('%s is no transform', (text) => {
  expect(isTransform(text)).toBe(false)
})

test.each<[Transform, PrimitiveType]>([
  ['day', 'string'],
  ['hour', 'date'],
  ['bucket[4]', 'double'],
  ['truncate[4]', 'timestamp'],
  ['year', 'long'],
])('%s does not fit %s', (transform, type) => {
  expect(transformResult(transform, type)).toBeUndefined()
})

function sqlLiteral(type: PrimitiveType, text: string): string {
  return type === 'binary' ? `unhex(${quoteText(text)})` : `CAST(${quoteText(text)} AS ${duckdbType(type)})`
}

function printed(value: PartitionValue): string {
  return value === 1e300 ? '1e+300' : String(value)
}
