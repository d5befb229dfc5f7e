import { describe, expect, test } from 'vitest'
import { compileMeasure, typeText, type CompiledMeasure } from '#plan'
import { marked, marks } from './marks.ts'
import { boolean, decimal, double, json, list, located, long, scopeOf, string, type Columns } from './support.ts'

const COLUMNS: Columns = {
  a: [long],
  n: [long, true],
  x: [double, true],
  d: [decimal(10, 2)],
  s: [string],
  ok: [boolean],
  j: [json],
  tags: [list(string)],
}

function measure(source: string): CompiledMeasure {
  const found = compileMeasure(located(source), scopeOf(COLUMNS))
  if (!found.measure) throw new Error(`${source}: ${found.diagnostics.map((each) => each.message).join('; ')}`)
  return found.measure
}

test.each([
  ['count(*)', 'long'],
  ['count(n)', 'long'],
  ['count(distinct s)', 'long'],
  ['sum(a)', 'long?'],
  ['sum(x)', 'double?'],
  ['sum(d)', 'decimal(38, 2)?'],
  ['avg(a)', 'double?'],
  ['avg(d)', 'double?'],
  ['min(s)', 'string?'],
  ['max(d)', 'decimal(10, 2)?'],
  ['first(ok)', 'boolean?'],
  ['last(tags)', 'list of string?'],
  ['percentile(a, 0.5)', 'double?'],
  ['percentile(a, 1)', 'double?'],
  ["string_agg(s, ',')", 'string?'],
  ['array_agg(n)', 'list of long?'],
  ['stddev_samp(d)', 'double?'],
  ['coalesce(sum(a), 0)', 'long'],
  ['count(*) filter (where ok) / count(*)', 'double?'],
  ['case when count(*) > 10 then avg(x) end', 'double?'],
])('%s: %s', (source, expected) => {
  const { type, nullable } = measure(source)
  expect(`${typeText(type)}${nullable ? '?' : ''}`).toBe(expected)
})

test('an aggregate that stands twice is computed once', () => {
  const { aggregates, expr } = measure('sum(a) / count(*) + sum(a) / count(n)')
  expect(aggregates.map((each) => [each.fn, each.args.length])).toEqual([
    ['sum', 1],
    ['count', 0],
    ['count', 1],
  ])
  expect(JSON.stringify(expr).match(/\$\d/g)).toEqual(['$0', '$1', '$0', '$2'])
})

test('aggregates that differ in their filter are two', () => {
  const { aggregates } = measure(
    'count(*) filter (where ok) + count(*) filter (where not ok) + count(distinct a) + count(a)',
  )
  expect(aggregates.map(({ fn, distinct, filter }) => [fn, distinct, filter?.kind])).toEqual([
    ['count', false, 'column'],
    ['count', false, 'call'],
    ['count', true, undefined],
    ['count', false, undefined],
  ])
})

describe('problems', () => {
  test.each([
    ['sum(a) + ‹n›', ['plan/not-aggregated']],
    ['‹a› > 1', ['plan/not-aggregated']],
    ['‹1 + 1›', ['plan/no-aggregate']],
    ['sum(‹count›(*))', ['plan/nested-aggregate']],
    ['count(*) filter (where ‹max›(a) > 1)', ['plan/nested-aggregate']],
    ['sum(‹s›)', ['plan/argument-type']],
    ['sum(‹bogus›) + sum(‹s›)', ['plan/unknown-column', 'plan/argument-type']],
    ['count(*) filter (where ‹a›)', ['plan/not-boolean']],
    ['‹sum(distinct a)›', ['plan/not-an-aggregate']],
    ['‹sum(*)›', ['plan/not-an-aggregate']],
    ['‹count(distinct j)›', ['plan/argument-type']],
    ['‹count()›', ['plan/argument-count']],
    ['percentile(a, ‹2›)', ['plan/argument-value']],
    ['percentile(a, ‹x›)', ['plan/argument-value']],
    ['string_agg(s, ‹s›)', ['plan/argument-value']],
    ['max(‹ok›)', ['plan/argument-type']],
    ['‹first_value›(a)', ['plan/unportable-function']],
    ['‹avgg›(a)', ['plan/unknown-function']],
    ['‹avgg›(‹bogus›) + ‹n›', ['plan/unknown-function', 'plan/unknown-column', 'plan/not-aggregated']],
  ])('%s', (source, codes) => {
    const { text } = marks(source)
    const found = compileMeasure(located(text), scopeOf(COLUMNS))
    expect(found.diagnostics.map((each) => each.code)).toEqual(codes)
    expect(found.measure).toBeUndefined()
    const ranges = found.diagnostics.map(({ span }) => ({ start: span?.start.offset ?? 0, end: span?.end.offset ?? 0 }))
    expect(marked(text, ranges)).toBe(source)
  })
})
