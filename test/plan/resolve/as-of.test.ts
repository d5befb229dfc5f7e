import { describe, expect, it } from 'vitest'
import { expressionText, type AsOfPlan } from '#plan'
import { compilePipeline } from '../../support/pipeline.ts'

const pipeline = (join: string, columns: string, source = ''): string => `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at }
  rules: { topic: rules, contract: contract.json, event_time: at, versioned_by: [id, number]${source} }
silver:
  clean: { from: events, columns: { id: id, at: at, place: place } }
gold:
  met: { from: clean, join: { rule: { table: rules, ${join} } }, columns: { ${columns} } }
`
const contract = {
  type: 'object',
  required: ['id', 'number', 'at', 'place'],
  properties: {
    id: { type: 'string' },
    number: { type: 'integer' },
    at: { type: 'string', format: 'date-time' },
    place: { type: 'object', required: ['town'], properties: { town: { type: 'string' } } },
  },
}

function compiled(join: string, columns = 'id: id', source = ''): ReturnType<typeof compilePipeline>['plan'] {
  return compilePipeline(pipeline(join, columns, source), { 'contract.json': JSON.stringify(contract) }).plan
}

function joined(join: string, columns?: string): AsOfPlan {
  const [table] = compiled(join, columns).gold
  if (table?.kind !== 'as-of') throw new Error('no joined table')
  return table
}

describe('an as-of join', () => {
  it('splits its condition into equalities of both sides, whichever way round, and the rest', () => {
    const { join } = joined(
      "as_of: at, on: \"rule.id = id and lower(place.town) = rule.place.town and rule.number > 3 and rule.id = 'x' and (rule.id = id or id = 'y')\"",
    )
    const texts = join.on.map(({ left, right }) => `${expressionText(left)} = ${expressionText(right)}`)
    expect(texts).toEqual(['id = rule.id', 'lower(place.town) = rule.place.town'])
    expect(join.also && expressionText(join.also)).toBe(
      "rule.number > 3 and rule.id = 'x' and (rule.id = id or id = 'y')",
    )
  })

  it('makes the fields of the other side null only where it is left', () => {
    const nullable = (join: string): unknown =>
      joined(join, 'number: rule.number, town: rule.place.town, id: id').columns.map((each) => each.nullable)
    expect(nullable('as_of: at, on: rule.id = id')).toEqual([false, false, false])
    expect(nullable('as_of: at, on: rule.id = id, kind: left')).toEqual([true, true, false])
  })

  it('partitions by the day of the event time where the table has it', () => {
    expect(joined('as_of: at, on: rule.id = id', 'seen: at').partitionBy).toEqual([
      { column: 'seen', transform: 'day' },
    ])
    expect(joined('as_of: at, on: rule.id = id', 'since: rule.at').partitionBy).toEqual([])
  })
})

describe('a versioned source', () => {
  it('has a key, and takes versions of any time unless it says otherwise', () => {
    const rules = (source?: string) => compiled('as_of: at, on: rule.id = id', 'id: id', source).sources[1]
    const years = 36_500 * 86_400_000
    expect(rules()).toMatchObject({ versionedBy: ['id', 'number'], maxAheadMs: years, horizonMs: years })
    expect(rules(', horizon: 1d, max_ahead: 1m')).toMatchObject({ maxAheadMs: 60_000, horizonMs: 86_400_000 })
    expect(compiled('as_of: at, on: rule.id = id').sources[0]).toMatchObject({
      maxAheadMs: 3_600_000,
      horizonMs: 7 * 86_400_000,
    })
  })
})
