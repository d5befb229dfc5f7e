import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { portablePattern } from '#contract'
import { searchSql } from '../../runtime/dialect/duckdb/contract/regex.ts'
import { quoteText } from '../../runtime/dialect/duckdb/identifier.ts'
import { openEngine } from './both-paths.ts'

const PATTERNS = [
  '^[a-z]+$',
  'a.c',
  '^.$',
  '^\\d{2,3}$',
  '\\w\\W',
  '[^a-c]',
  '^(?:a|bc)*$',
  '(a)(b)?',
  '^\\u{1F600}$',
  '[\\u00e0-\\u00ff]',
  '^\\x41',
  'a{0}b',
  '^[\\]\\[\\-^]+$',
  '[[:alpha:]+',
  '^$',
  '',
  'a|',
  '\\.',
  '\\/',
  '[.]',
  '^a+?$',
  '[\\d_-]+',
  '^[\\w.]+$',
  "it's",
]
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'abc',
  'A',
  '1',
  '12',
  '123',
  '٣',
  'é',
  'à',
  'ÿ',
  '😀',
  'a\nc',
  'a\rc',
  'a\u2028c',
  'axc',
  '[]',
  '-^',
  ':',
  'p]',
  'a.',
  '/',
  '_-',
  'a\n',
  '\n',
  "it's",
  'a\u000bc',
  '\u00a0',
  'K',
  'ſ',
  'a b',
  '\u0001',
]

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await openEngine()
})
afterAll(() => connection.closeSync())

describe('a portable pattern', () => {
  it.each(PATTERNS)('%j finds the same in SQL and in JavaScript', async (source) => {
    const pattern = portablePattern(source)
    if (!pattern.ok) throw new Error(pattern.reason)
    const values = TEXTS.map((text) => `(${quoteText(text)})`).join(', ')
    const rows = await connection.runAndReadAll(`select t, ${searchSql('t', pattern.re2)} from (values ${values}) v(t)`)
    for (const [text, found] of rows.getRowsJS()) {
      expect(found, JSON.stringify(text)).toBe(new RegExp(source, 'u').test(text as string))
    }
  })

  it.each([
    ['(?=a)', 'lookaround'],
    ['(?<!a)b', 'lookaround'],
    ['(?<n>a)', 'named group'],
    ['(a)\\1', '\\1'],
    ['\\bword', '\\b'],
    ['\\s', '\\s'],
    ['\\p{L}', '\\p'],
    ['a{1001}', 'count'],
    ['(?:(?:a{100}){100})', 'counts'],
    ['[]', 'empty class'],
    ['\\ud83d', 'surrogate'],
  ])('%j is none, because of %s', (source, reason) => {
    const pattern = portablePattern(source)
    expect(pattern.ok ? '' : pattern.reason).toContain(reason)
  })
})
