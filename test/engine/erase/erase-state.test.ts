import { describe, expect, it } from 'vitest'
import type { Subject } from '#engine'
import type { OutgoingRecord } from '#stream'
import { erase, occurrences } from '../../support/erasing.ts'
import { record, START } from '../../support/people.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'

/** People who are numbers: in groups of open windows, in what windows keep of them, and in remembered keys. */
const compiled = compilePipeline(
  `
smelt: 1
name: numbered
sources:
  reports: { topic: reports, contract: report.json, event_time: at }
silver:
  usage:
    from: reports
    columns: { at: at, user: user, bucket: user % 10, room: room, score: score, fee: fee, tags: tags, any: any, who: { expr: user, pii: hash } }
    dedupe: { by: [user, at], within: 1h }
gold:
  per_user: { from: usage, window: { tumbling: 1h }, group_by: [user], measures: { n: count(*) } }
  per_hash: { from: usage, window: { tumbling: 1h }, group_by: [who], measures: { n: count(*) } }
  per_room:
    from: usage
    window: { tumbling: 1h }
    group_by: [room]
    measures: { n: count(*), people: count(distinct user), total: sum(user) }
  greatest: { from: usage, window: { tumbling: 1h }, group_by: [bucket], measures: { greatest: max(user) } }
`,
  {
    'report.json': JSON.stringify({
      type: 'object',
      required: ['at', 'user'],
      properties: {
        at: { type: 'string', format: 'date-time' },
        user: { type: 'integer' },
        room: { type: 'string' },
        score: { type: 'number' },
        fee: { type: ['number', 'string'], 'x-smelt-type': 'decimal(10,2)' },
        tags: { type: 'array', items: { type: 'string' } },
        any: true,
      },
    }),
  },
)

const report = (minute: number, more: string): OutgoingRecord =>
  record(`{"at":"${new Date(START + minute * 60_000).toISOString()}",${more}}`, START + minute * 60_000)

const REPORTS = [
  report(0, '"user":42.0,"room":"a"'),
  report(1, '"user":4.2e1,"room":"b"'),
  report(2, '"user":42,"room":"room 42"'),
  // Others: whom a part of the number, a count, a remainder or a text tells nothing of.
  report(3, '"user":142,"room":"room 42","score":42'),
  report(4, '"user":2,"room":"c"'),
  report(5, '"user":7,"room":"c","tags":["lin","bo"],"score":0.10000000000000000001,"fee":"42.50","any":{"id":[8.0]}'),
  report(6, '"user":9007199254740993,"room":"c"'),
  report(7, '"user":9007199254740992,"room":"c"'),
]

const who = (field: string, value: string): Subject => ({ field, value, key: 'key of the tests' })

async function openNumbered(): Promise<Bed> {
  const bed = await openBed(compiled, { partitions: 1 })
  await bed.send('reports', REPORTS)
  await bed.run({ batchRows: 3, checkpointEveryMs: 0, keepWindows: true })
  return bed
}

const users = async (bed: Bed, table: string): Promise<string[]> =>
  (await bed.rows(table, ['user'])).map((row) => String(row['user'])).sort()

describe('a subject that is a number', () => {
  it('is found by its value, in bronze, tables, topics and open windows, and nobody else is', async () => {
    const bed = await openNumbered()
    const subject = who('user', '42')
    const before = await occurrences(bed, subject)
    expect(before.map(({ place }) => place.split('/').slice(0, 2).join('/'))).toEqual(
      expect.arrayContaining(['bronze/reports', 'silver/usage', 'state/numbered', 'acme.reports']),
    )
    const did = await erase(bed, { subject })
    expect(did.records['reports']?.map(([, offset]) => offset)).toEqual(['0', '1', '2'])
    expect(did.topics.map(({ topic, records }) => [topic, records.length])).toEqual([['acme.reports', 3]])
    expect(did.state).toMatchObject({ 'window.per_user': expect.any(Number) as number, 'dedupe.usage': 3 })
    expect(await occurrences(bed, subject)).toEqual([])
    expect(await users(bed, 'silver.usage')).toEqual(['142', '2', '7', '9007199254740992', '9007199254740993'])
    // What was open closes now.
    await bed.send('reports', [report(600, '"user":5,"room":"z"')])
    await bed.run()
    expect(await users(bed, 'gold.per_user')).toEqual(['142', '2', '5', '7', '9007199254740992', '9007199254740993'])
    expect((await bed.rows('gold.greatest', ['greatest'])).map((row) => Number(row['greatest'])).sort()).not.toContain(
      42,
    )
    expect((await bed.rows('gold.per_hash', ['who'])).length).toBe(6)
    expect(await occurrences(bed, subject)).toEqual([])
  }, 120_000)

  it('keeps every digit, and is erased however the caller writes it', async () => {
    const bed = await openNumbered()
    const did = await erase(bed, { subject: who('user', '9007199254740993.0') })
    expect(did.records['reports']).toEqual([[0, '6']])
    expect((await erase(bed, { subject: who('user', '0.42e2') })).records['reports']?.length).toBe(3)
    expect(await users(bed, 'silver.usage')).toEqual(['142', '2', '7', '9007199254740992'])
    await bed.run()
    expect(await users(bed, 'gold.per_user')).not.toContain('9007199254740993')
  }, 120_000)

  it('is the nearest double, the decimal, an element of a list or what an open field holds, as the contract has it', async () => {
    const found: Record<string, string[]> = {}
    const bed = await openNumbered()
    for (const [field, value] of [
      ['score', '0.1'],
      ['score', '42.0'],
      ['fee', '42.5'],
      ['tags', 'lin'],
      ['any', '8'],
      ['tags', 'li'],
      ['user', '1'],
    ] as const) {
      const { records } = await erase(bed, { subject: who(field, value), dryRun: true })
      found[`${field}=${value}`] = (records['reports'] ?? []).map(([, offset]) => offset)
    }
    expect(found).toEqual({
      'score=0.1': ['5'],
      'score=42.0': ['3'],
      'fee=42.5': ['5'],
      'tags=lin': ['5'],
      'any=8': ['5'],
      'tags=li': [],
      'user=1': [],
    })
    await erase(bed, { subject: who('tags', 'lin') })
    expect(await users(bed, 'silver.usage')).not.toContain('7')
    expect(await occurrences(bed, who('tags', 'lin'))).toEqual([])
  }, 120_000)
})
