import type { DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quoteText } from '#dialect/duckdb'
import { checkPattern } from '#plan'
import { openDuckDB, rowsOf } from '../../dialect/duckdb/support.ts'
import { marked, marks } from '../expression/marks.ts'

const PORTABLE = [
  ...[
    '',
    'abc',
    '^abc\\z',
    'a|b|',
    '[0-9]{3}-[A-Z]+',
    '[^a-z]',
    '[a\\-z]',
    '[-a]',
    '[a-]',
    '[\\]\\[]',
    '(a)(?:b)(c)',
    'a+?',
    'a*?b',
    'a{2}',
    'a{2,}',
    'a{2,5}?',
  ],
  ...[
    '\\d\\D\\w\\W',
    '\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\^\\$\\/\\\\',
    '\\t\\n\\r\\f\\x41',
    '[\\d\\w.]',
    '(ab)+',
    '😀+',
    '[😀-😂]',
    '.',
    '(a|b)*c',
    '(?:a?b)+',
    '[\\x20-\\x7e]',
    'a^b',
  ],
]

const UNPORTABLE = [
  ...[
    'a‹$›',
    'a‹\\s›',
    '[‹\\s›]',
    '‹\\b›a',
    '‹\\B›',
    '‹\\Z›',
    '‹\\p›{L}',
    '‹\\v›',
    '‹\\1›',
    '(a)‹\\1›',
    '‹\\u›0041',
    '‹\\x›{41}',
    '‹\\x›ff',
    '‹\\k›',
    '‹\\Q›a',
    'a‹\\›',
  ],
  ...[
    '‹(?=›a)',
    '‹(?!›a)',
    '‹(?<=›a)',
    '‹(?<!›a)',
    '‹(?P<›n>a)',
    '‹(?<›n>a)',
    '‹(?›i)a',
    '‹(?›>a)',
    '‹a*+›',
    '‹a++›',
    '‹a?+›',
    '‹a**›',
    '‹a{2}{›3}',
  ],
  ...[
    '‹*›a',
    '‹+›',
    'a|‹*›',
    '‹(?›)',
    'a‹\\-›b',
    '‹]›',
    '‹}›',
    '‹{›',
    'a‹{›,3}',
    'a‹{2,1}›',
    'a‹{1001}›',
    '‹^*›',
    '‹\\z+›',
    '‹(a*)*›',
    '‹(a|)+›',
    '‹(?:(a))+›',
    '‹(?:a(b)?)*›',
  ],
  ...[
    '‹(›a',
    'a‹)›',
    '‹[a›',
    '‹[›',
    '[‹]›a]',
    '[a‹[›b]',
    '[a‹&&›b]',
    '[a‹~~›b]',
    '[‹z-a›]',
    '[‹\\d-z›]',
    '[a-c‹-›e]',
    '[[‹:alpha:]]',
  ],
]

describe('portable patterns', () => {
  let connection: DuckDBConnection
  beforeAll(async () => {
    connection = await openDuckDB()
  })
  afterAll(() => connection.closeSync())

  test.each(PORTABLE)('%s', async (pattern) => {
    expect(checkPattern(pattern).problem).toBeUndefined()
    await rowsOf(connection, `SELECT regexp_matches('x', ${quoteText(pattern)})`)
    // Two dialects beside RE2, as far as they can be asked here: JavaScript has `\z` under another name.
    expect(() => new RegExp(pattern.replaceAll('\\z', '(?![^])'), 'u')).not.toThrow()
  })

  test('they match alike in JavaScript and in DuckDB', async () => {
    const texts = [
      '',
      'abc',
      'ABC',
      'a-z',
      '123-ABC',
      '😀',
      '😁b',
      'aab',
      'abab',
      'x]y[',
      'a.b*',
      'é',
      'a\nb',
      'c',
      'bbc',
      '\t',
      'a^b',
      '-',
    ]
    for (const pattern of PORTABLE) {
      const script = new RegExp(pattern.replaceAll('\\z', '(?![^])'), 'u')
      const [found] = await rowsOf(
        connection,
        `SELECT ${texts.map((text) => `regexp_extract_all(${quoteText(text)}, ${quoteText(pattern)})`).join(', ')}`,
      )
      const expected = texts.map((text) => [...text.matchAll(new RegExp(script, 'gu'))].map((match) => match[0]))
      // Where empty matches follow a match, engines differ in how many they report; only the others are compared.
      const nonEmpty = (lists: unknown): unknown =>
        (lists as string[][]).map((each) => each.filter((match) => match !== ''))
      expect({ pattern, found: nonEmpty(found) }).toEqual({ pattern, found: nonEmpty(expected) })
    }
  })
})

test.each(UNPORTABLE)('unportable: %s', (source) => {
  const { text } = marks(source)
  const { problem } = checkPattern(text)
  expect(problem).toBeDefined()
  expect(problem?.detail).not.toBe('')
  if (source.includes('›')) expect(marked(text, problem ? [problem] : [])).toBe(source)
})

test('groups and emptiness are known', () => {
  const facts = (pattern: string): unknown => [checkPattern(pattern).groups, checkPattern(pattern).empty]
  expect(facts('')).toEqual([0, true])
  expect(facts('(a)(?:b)((c))')).toEqual([3, false])
  expect(facts('a*')).toEqual([0, true])
  expect(facts('a*b')).toEqual([0, false])
  expect(facts('a{0,3}|b')).toEqual([0, true])
  expect(facts('^\\z')).toEqual([0, true])
  expect(facts('(a)?')).toEqual([1, true])
})

test('deep groups are bounded', () => {
  expect(checkPattern(`${'('.repeat(5000)}a${')'.repeat(5000)}`).problem?.detail).toContain('deep')
})
