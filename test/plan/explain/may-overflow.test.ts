import { describe, expect, it } from 'vitest'
import { aggregateSql, expressionSql, overflowSql } from '#dialect/duckdb'
import { aggregateMayOverflow, compileMeasure, FUNCTION_GROUPS, mayOverflow } from '#plan'
import {
  compiled,
  date,
  decimal,
  double,
  located,
  long,
  scopeOf,
  string,
  timestamp,
  type Columns,
} from '../expression/support.ts'

const COLUMNS: Columns = {
  a: [long],
  x: [double],
  d: [decimal(10, 2)],
  w: [decimal(38, 4)],
  s: [string],
  at: [timestamp],
  day: [date, true],
}
const column = ({ path }: { readonly path: readonly string[] }): string => path.join('.')

describe('mayOverflow says what the engine checks for', () => {
  const examples = FUNCTION_GROUPS.flatMap(({ functions }) => functions.flatMap((each) => each.examples))
  const own = [
    ...['a + 1', 'a / 2', 'a % 2', '-a', 'abs(a)', 'd * 2', 'x * x', 'a = 1', 'round(x)', 'cast(x as decimal(10, 2))'],
    ...[
      'cast(d as decimal(9, 2))',
      'cast(d as decimal(9, 1))',
      'cast(d as decimal(12, 4))',
      'cast(d as decimal(10, 1))',
    ],
    ...['cast(a as decimal(19, 0))', 'cast(a as decimal(18, 0))', 'cast(trunc(x) as long)', 'cast(trunc(w) as long)'],
    ...["at + interval '1' day", "case when a + 1 > 2 then s else 'x' end", 'coalesce(a, a * 2)', "lower(s) = 'x'"],
  ]

  it.each([...own, ...examples.map(([call]) => call)])('%s', (source) => {
    const expr = compiled(source, COLUMNS)
    expect(mayOverflow(expr)).toBe(overflowSql(expr, column) !== undefined)
    expect(expressionSql(expr, column)).not.toBe('')
  })
})

describe('aggregateMayOverflow says what the engine checks for', () => {
  const order = { eventTime: 'at', partition: 'p', offset: 'o' }

  it.each([
    ...['count(*)', 'count(distinct a + 1)', 'sum(a)', 'sum(x)', 'sum(d)', 'sum(w)', 'avg(a)', 'avg(x)', 'avg(w)'],
    ...['min(x)', 'max(a * 2)', 'first(s)', 'stddev_pop(a)', 'stddev_pop(x)', 'var_samp(d)', 'percentile(x, 0.5)'],
    ...["string_agg(s, ',')", 'array_agg(x)', 'count(*) filter (where a + 1 > 2)', 'sum(d) filter (where a > 2)'],
  ])('%s', (source) => {
    const { measure } = compileMeasure(located(source), scopeOf(COLUMNS))
    expect(measure?.aggregates).toHaveLength(1)
    for (const aggregate of measure?.aggregates ?? []) {
      expect(aggregateMayOverflow(aggregate)).toBe(aggregateSql(aggregate, 0, column, order).reject !== undefined)
    }
  })
})
