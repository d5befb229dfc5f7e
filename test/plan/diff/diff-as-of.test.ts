import { describe, expect, it } from 'vitest'
import { diffPlans, type Plan } from '#plan'
import { compilePipeline } from '../../support/pipeline.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: event.json, event_time: at }
  rules: { topic: rules, contract: rule.json, event_time: since, watermark: 1m, horizon: 1d, versioned_by: [rule] }
silver:
  clean: { from: events, columns: { at: at, place: place, other: upper(place) } }
  history: { from: rules, columns: { rule: rule, since: since } }
gold:
  met:
    from: clean
    join: { limit: { table: rules, as_of: at, on: limit.place = place and limit.most > 3 } }
    columns: { at: at, most: limit.most }
`
const time = { type: 'string', format: 'date-time' }
const FILES = {
  'event.json': JSON.stringify({
    type: 'object',
    required: ['at', 'place'],
    properties: { at: time, place: { type: 'string' } },
  }),
  'rule.json': JSON.stringify({
    type: 'object',
    required: ['rule', 'since', 'place', 'most'],
    additionalProperties: false,
    properties: {
      rule: { type: 'string' },
      since: time,
      place: { type: 'string', maxLength: 9 },
      most: { type: 'integer' },
    },
  }),
}

function plan(...edits: readonly (readonly [from: string, to: string])[]): Plan {
  const texts: Record<string, string> = { pipeline: PIPELINE, ...FILES }
  for (const [from, to] of edits) {
    const name = Object.keys(texts).find((each) => texts[each]?.includes(from))
    if (name === undefined) throw new Error(`nothing says ${from}`)
    texts[name] = texts[name]?.replace(from, to) ?? ''
  }
  return compilePipeline(texts.pipeline ?? '', texts).plan
}

/** Verdict, the joined table, the silver table of the versions, the state of both. */
function found(before: Plan | undefined, after: Plan): string[] {
  const { verdict, tables, operators } = diffPlans(before, after)
  const table = (name: string): string => tables.find((each) => each.table === name)?.change ?? 'none'
  const state = (id: string): string => operators.find((each) => each.id === id)?.verdict ?? 'none'
  return [verdict, table('met'), table('history'), state('gold.met/as-of'), state('source.rules/versions')]
}

const ALL = ['needs-approval', 'rewritten', 'rewritten', 'needs-replay', 'needs-replay']
const JOIN = ['needs-approval', 'rewritten', 'unchanged', 'needs-replay', 'kept']
const NONE = ['safe', 'unchanged', 'unchanged', 'kept', 'kept']

describe('a change of a joined table', () => {
  it.each<[string, readonly (readonly [string, string])[], string[]]>([
    ['nothing', [], ['unchanged', 'unchanged', 'unchanged', 'kept', 'kept']],
    ['the time', [['as_of: at', "as_of: at - interval '1' minute"]], JOIN],
    ['an equality', [['limit.place = place', 'upper(limit.place) = place']], JOIN],
    ['another condition', [['limit.most > 3', 'limit.most > 4']], JOIN],
    ['a condition less', [[' and limit.most > 3', '']], JOIN],
    ['the kind', [['limit.most > 3 }', 'limit.most > 3, kind: left }']], JOIN],
    ['a column', [['most: limit.most }', 'most: limit.most + 1 }']], JOIN],
    ['a column that it reads of the silver table', [['place: place,', 'place: lower(place),']], JOIN],
    ['a column that it does not read', [['upper(place)', 'lower(place)']], ['needs-approval', ...NONE.slice(1)]],
    [
      'a renamed column',
      [['most: limit.most }', 'least: { expr: limit.most, was: most } }']],
      ['safe', 'evolved', ...NONE.slice(2)],
    ],
    ['the key', [['versioned_by: [rule]', 'versioned_by: [place]']], ALL],
    ['the effective time', [['event_time: since', 'event_time: kafka_timestamp']], ALL],
    ['a shorter horizon', [['horizon: 1d', 'horizon: 1h']], ALL],
    ['a watermark', [['watermark: 1m', 'watermark: 2m']], NONE],
    ['a contract that accepts less', [['"maxLength":9', '"maxLength":8']], ALL],
    ['a contract that accepts more', [['"maxLength":9', '"maxLength":10']], NONE],
    [
      'a field more',
      [['"most":{', '"note":{"type":"string"},"most":{']],
      ['safe', 'unchanged', 'unchanged', 'kept', 'migrated'],
    ],
    [
      'versions no more',
      [
        [', versioned_by: [rule]', ''],
        [PIPELINE.slice(PIPELINE.indexOf('gold:')), ''],
      ],
      ['needs-approval', 'dropped', 'rewritten', 'dropped', 'dropped'],
    ],
  ])('by %s', (_, edits, expected) => {
    expect(found(plan(), plan(...edits))).toEqual(expected)
  })

  it('starts with everything when it never ran', () => {
    expect(found(undefined, plan())).toEqual(['safe', 'created', 'created', 'created', 'created'])
  })
})
