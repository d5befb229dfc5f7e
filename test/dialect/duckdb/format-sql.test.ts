import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSql, planStatements } from '#dialect/duckdb'
import { goldenPlans } from '../../support/plans.ts'

/** What blanks may stand between: texts, names, words and numbers, signs. */
function tokens(sql: string): string[] {
  return sql.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}\p{N}_$.]+|[<>=!:|]+|\S/gu) ?? []
}

describe('formatSql', () => {
  it.each(goldenPlans())('changes nothing but blanks in the statements of %s', (_, plan) => {
    for (const { sql } of planStatements(plan)) expect(tokens(formatSql(sql))).toEqual(tokens(sql))
  })

  it('changes nothing but blanks, whatever the text', () => {
    const word = fc.constantFrom(
      ...['select', 'from', 'where', 'and', 'or', 'between', 'case', 'when', 'end', 'else', 'left join', 'group by'],
      ...['(', ')', '[', ']', '{', '}', ',', "'it''s; (a'", '"a ""b"" ,c"', 'x.y', '::', '1e5', '<=', 'order'],
      'a_very_long_name_that_fills_most_of_a_line_and_is_followed_by_others_of_its_kind',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const sql = words.join(' ')
        expect(tokens(formatSql(sql))).toEqual(tokens(sql))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves a short statement on its line', () => {
    expect(formatSql('select a,\n   b from t')).toBe('select a, b from t')
  })

  it('breaks a long one at clauses, lists and conditions, and not inside texts or ranges', () => {
    const long = 'x'.repeat(30)
    const sql = `select ${long} as a, ${long} as b from (select * from t) where a between 1 and 2 and b = ' , from (' and ${long} is distinct from a`
    expect(formatSql(sql)).toBe(
      [
        `select ${long} as a, ${long} as b`,
        'from (select * from t)',
        `where a between 1 and 2 and b = ' , from (' and ${long} is distinct from a`,
      ].join('\n'),
    )
    expect(formatSql(`${sql} and ${long} is not null`)).toContain(
      `where a between 1 and 2\n  and b = ' , from ('\n  and ${long} is distinct from a\n  and ${long} is not null`,
    )
  })

  it('settles at once', () => {
    for (const [, plan] of goldenPlans()) {
      for (const { sql } of planStatements(plan)) expect(formatSql(formatSql(sql))).toBe(formatSql(sql))
    }
  })
})
