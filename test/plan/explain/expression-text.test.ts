import { describe, expect, it } from 'vitest'
import { compileExpression, compileMeasure, expressionText, FUNCTION_GROUPS, type Expr } from '#plan'
import {
  boolean,
  compiled,
  date,
  decimal,
  double,
  json,
  list,
  located,
  long,
  scopeOf,
  string,
  struct,
  timestamp,
  type Columns,
} from '../expression/support.ts'

const COLUMNS: Columns = {
  a: [long],
  n: [long, true],
  x: [double],
  d: [decimal(10, 2)],
  s: [string],
  ok: [boolean],
  at: [timestamp],
  day: [date, true],
  j: [json],
  tags: [list(string)],
  disk: [struct(['free_gb', double], ['a b', long, true])],
  disks: [list(struct(['size', long]))],
  end: [long],
  'say "hi"': [string],
  'a.b': [string],
  Größe: [long],
}

/** Compiled, and what is written of it compiled again. */
function twice(source: string): { first: Expr; text: string; second: Expr | undefined; problems: readonly string[] } {
  const first = compiled(source, COLUMNS)
  const text = expressionText(first)
  const { expr, diagnostics } = compileExpression(located(text), scopeOf(COLUMNS))
  return { first, text, second: expr, problems: diagnostics.map((each) => `${text}: ${each.message}`) }
}

describe('expressionText', () => {
  it.each([
    'a + n * 2',
    '(a + n) * 2',
    'a - (n - 1)',
    'a - n - 1',
    'a - -1',
    '-a * -n',
    '-(a + n)',
    '-(-a)',
    'a / (n / 2)',
    'a % (n * 2)',
    'd * 1.5 + a',
    'x < 15',
    'x = 1e300',
    'x <> 0.1',
    'not ok and (ok or not ok)',
    'not (ok and a = 1)',
    'not (a between 1 and n)',
    'a between n + 1 and (case when ok then 2 else 3 end)',
    '(a between 1 and 2) = ok',
    'a not in (1, 2, n)',
    "s in ('it''s', '')",
    "s like 'a!%%' escape '!'",
    "not (s like 'x%')",
    "s || 'x' || (s || s)",
    "(s || 'x') like '%'",
    'n is null',
    'n is not null',
    '(a = 1) is true',
    '(n is null) is not false',
    'a is distinct from n',
    '(a is not distinct from n) is true',
    '(a is distinct from n) = ok',
    'ok = (a < n)',
    '(ok = ok) = ok',
    'ok = (ok = ok)',
    "case when ok then 'a' when a > 1 then 'b' end",
    'case a when 1 then 0.0 else 1.0 end',
    'if(ok, 1.5, 2)',
    'cast(a as double)',
    'cast(1.50 as decimal(5, 2))',
    'round(cast(1.005 as decimal(5, 3)), 2)',
    'coalesce(d, 1.5)',
    'case when ok then cast(1.5 as decimal(2, 1)) else 2 end',
    'd in (1.5, 2)',
    'cast(a as decimal(19, 4)) + d',
    "at + interval '5' minute",
    "at > timestamp '2026-01-31T23:59:59Z'",
    "day = date '2026-01-31'",
    'tags[1]',
    'disks[a + 1].size',
    'disk.free_gb',
    'disk."a b"',
    '"end" + Größe',
    '"say ""hi""" || "a.b"',
    "coalesce(n, a, 0) + length('')",
    "json_text(j, '$.a')",
  ])('writes what compiles to the same: %s', (source) => {
    const { first, second, problems } = twice(source)
    expect(problems).toEqual([])
    expect(second).toEqual(first)
  })

  const examples = FUNCTION_GROUPS.flatMap(({ functions }) => functions.flatMap((each) => each.examples))

  it.each(examples.map(([call]) => call))('writes the example %s so that it is written the same again', (source) => {
    const { text, second, problems } = twice(source)
    expect(problems.filter((each) => !each.includes('null'))).toEqual([])
    if (second !== undefined) expect(expressionText(second)).toBe(text)
  })

  it('writes the aggregates of a measure in their places', () => {
    const source = '100.0 * count(*) filter (where a > 5) / count(distinct s) + sum(x) - coalesce(avg(n), 0)'
    const first = compileMeasure(located(source), scopeOf(COLUMNS)).measure
    const text = first === undefined ? '' : expressionText(first.expr, first.aggregates)
    expect(text).toContain('count(*) filter (where a > 5)')
    expect(compileMeasure(located(text), scopeOf(COLUMNS)).measure).toEqual(first)
  })
})
