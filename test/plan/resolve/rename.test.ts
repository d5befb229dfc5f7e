import { describe, expect, it } from 'vitest'
import { planHash } from '#plan'
import { EVENTS_FILES } from '../../support/events.ts'
import { compilePipeline } from '../../support/pipeline.ts'

const pipeline = (columns: string, gold = ''): string => `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at }
references:
  places: { file: places.csv, key: [code] }
silver:
  clean:
    from: events
    columns: { id: id, at: at, ${columns} }
gold:
  newest: { from: clean, latest_by: [id] }
  hours:
    from: clean
    window: { tumbling: 1h }
    group_by: { who: { expr: id, was: person } }
    measures: { rows: { expr: count(*), was: records }, most: max(at) }
${gold}`

describe('the former name of a column', () => {
  it('stands in the plan of every kind of column, and of a table that takes the columns of another', () => {
    const { plan } = compilePipeline(
      pipeline('n: { expr: n, was: number }, town: { lookup: places.name, on: [place], was: city }'),
      EVENTS_FILES,
    )
    const former = (columns: readonly { readonly name: string; readonly was?: string }[]): string[] =>
      columns.flatMap(({ name, was }) => (was === undefined ? [] : [`${was} -> ${name}`]))
    expect(former(plan.silver[0]?.columns ?? [])).toEqual(['number -> n', 'city -> town'])
    const [newest, hours] = plan.gold
    expect(newest?.kind === 'latest' && former(newest.columns)).toEqual(['number -> n', 'city -> town'])
    expect(hours?.kind === 'window' && former([...hours.groupBy, ...hours.measures])).toEqual([
      'person -> who',
      'records -> rows',
    ])
  })

  it('is part of what the plan is', () => {
    const hash = (columns: string): string => planHash(compilePipeline(pipeline(columns), EVENTS_FILES).plan)
    expect(hash('n: { expr: n, was: number }')).not.toBe(hash('n: n'))
    expect(hash('n: { expr: n }')).toBe(hash('n: n'))
  })
})
