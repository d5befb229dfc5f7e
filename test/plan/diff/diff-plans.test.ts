import { describe, expect, it } from 'vitest'
import { diffPlans, type Plan, type PlanDiff } from '#plan'
import { compilePipeline } from '../../support/pipeline.ts'

const CONTRACT = {
  type: 'object',
  required: ['id', 'at', 'n'],
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    sent: { type: 'string', format: 'date-time' },
    n: { type: 'integer' },
    price: { type: 'string', 'x-smelt-type': 'decimal(10,2)' },
    place: { type: 'string' },
    note: { type: 'string', maxLength: 20 },
  },
}

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m, horizon: 1d, max_ahead: 1h, max_record_bytes: 1MiB }
references:
  places: { file: places.csv, key: [code] }
silver:
  clean:
    from: events
    columns:
      id: id
      at: at
      n: n
      double: n * 2
      upper: upper(place)
      price: price
      place: place
      person: { expr: id, pii: hash }
      place_name: { lookup: places.name, on: [place], missing: null }
    where: n <> 13
    dedupe: { by: [id], within: 1h }
    checks:
      small: n < 900
      dropped: { check: n <> 17, on_fail: drop }
      even: { check: n % 2 = 0, on_fail: warn }
  plain:
    from: events
    columns: { at: at, id: id }
gold:
  per_minute:
    from: clean
    window: { tumbling: 5m }
    group_by: [place]
    measures:
      events: count(*)
      total: sum(n)
  newest:
    from: clean
    latest_by: [id]
    columns: { id: id, at: at, n: n, place: place }
`
const FILES = { 'contract.json': JSON.stringify(CONTRACT), 'places.csv': 'code,name\nx,Xanten\ny,York\n' }

/** The plan with texts of the pipeline or of the contract replaced; a text that is not there fails the test. */
function plan(...edits: readonly (readonly [from: string, to: string])[]): Plan {
  const texts: Record<string, string> = { pipeline: PIPELINE, ...FILES }
  for (const [from, to] of edits) {
    const name = Object.keys(texts).find((each) => texts[each]?.includes(from))
    if (name === undefined) throw new Error(`nothing says ${from}`)
    texts[name] = texts[name]?.replace(from, to) ?? ''
  }
  return compilePipeline(texts.pipeline ?? '', texts).plan
}

const BASE = plan()

/** What is not as it was: tables, operators, verdict. */
function told(diff: PlanDiff): Record<string, unknown> {
  const tables = diff.tables.filter(({ change, history }) => change !== 'unchanged' || history !== 'same')
  const operators = diff.operators.filter(({ verdict }) => verdict !== 'kept')
  return {
    verdict: diff.verdict,
    ...Object.fromEntries(tables.map((each) => [`${each.layer}.${each.table}`, `${each.change}, ${each.history}`])),
    ...Object.fromEntries(operators.map(({ id, verdict }) => [id, verdict])),
  }
}

describe('diffPlans', () => {
  it('of the same plan finds nothing', () => {
    expect(told(diffPlans(BASE, plan()))).toEqual({ verdict: 'unchanged' })
  })
})
