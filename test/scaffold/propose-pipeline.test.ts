import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { proposePipeline, readSample, type Proposal, type ProposeOptions, type Sample } from '#scaffold'
import { parseTest } from '#spec'
import { compilePipeline, openBed } from '../support/pipeline.ts'

const DATA = path.join(import.meta.dirname, '../../node_modules/vega-datasets/data')
const NOW = Date.UTC(2026, 1, 1)

function sampleOf(text: string | Uint8Array, file = 'events.ndjson'): Sample {
  const sample = readSample({ bytes: Buffer.from(text), cut: false, file, maxRecords: 10_000 })
  if ('fix' in sample) throw new Error(sample.detail)
  return sample
}

function proposed(sample: Sample, options: Partial<ProposeOptions> = {}): Proposal {
  const proposal = proposePipeline(sample, { name: 'events', origin: 'events.ndjson', now: NOW, ...options })
  if ('option' in proposal) throw new Error(`${proposal.option}: ${proposal.detail}`)
  return proposal
}

const lines = (records: readonly unknown[]): Sample => sampleOf(records.map((each) => JSON.stringify(each)).join('\n'))
const text = ({ files }: Proposal, file: string): string => files.get(file) ?? ''
const yaml = (proposal: Proposal): string => text(proposal, 'pipeline.yaml')
const contract = (proposal: Proposal): Record<string, unknown> =>
  JSON.parse(text(proposal, `contracts/${proposal.name}.schema.json`)) as Record<string, unknown>
const properties = (proposal: Proposal): Record<string, Record<string, unknown>> =>
  contract(proposal)['properties'] as Record<string, Record<string, unknown>>
const notes = ({ notes: found }: Proposal): string[] => found.map((each) => `${each.pointer} ${each.text}`.trim())

function compiled(proposal: Proposal) {
  const name = `pipelines/under-test/tests/first-events.yaml`
  expect(parseTest({ file: name, text: text(proposal, 'tests/first-events.yaml') }).diagnostics).toEqual([])
  return compilePipeline(yaml(proposal), Object.fromEntries(proposal.files))
}

describe.each([
  { file: 'earthquakes.json', form: 'list-within', time: 'from_epoch_ms(properties.time)', key: 'id', group: 'status' },
  { file: 'seattle-weather.csv', form: 'csv', time: 'cast(date as timestamp)', key: undefined, group: 'weather' },
])('the real data set $file', ({ file, form, time, key, group }) => {
  const sample = sampleOf(readFileSync(path.join(DATA, file)), file)
  const proposal = proposed(sample, { name: file.replace(/\..*/, '') })

  it('gives a pipeline with an event time, a key where there is one, and groups', () => {
    expect(sample.form.kind).toBe(form)
    expect(proposal.time.expression).toBe(time)
    expect(proposal.key?.name).toBe(key)
    expect(yaml(proposal)).toContain(`group_by: [${group}]`)
    expect(text(proposal, 'tests/first-events.yaml')).toContain('events become rows')
  })

  it('takes every record of the file through to silver and gold', async () => {
    const bed = await openBed(compiled(proposal), { partitions: 1 })
    const now = Date.now()
    await bed.send(
      proposal.table,
      sample.records.map((record) => ({ key: null, value: Buffer.from(record.text), timestampMs: now })),
    )
    const checkpoint = await bed.run()
    expect(checkpoint?.accounting.sources[proposal.table]).toMatchObject({ quarantined: {} })
    expect(await bed.rows(`silver.${proposal.table}`)).toHaveLength(sample.records.length)
    const windows = await bed.rows(`gold.${proposal.goldTable}`, ['records'])
    expect(windows.reduce((sum, row) => sum + Number(row['records']), 0)).toBe(sample.records.length)
  })
})

describe('types', () => {
  it('are integers, numbers, texts with a format, enums with evidence, objects and lists', () => {
    const colours = ['red', 'green', 'blue']
    const proposal = proposed(
      lines(
        Array.from({ length: 120 }, (_, n) => ({
          at: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}+01:00`,
          n,
          x: n % 2 === 0 ? n : n + 0.5,
          whole: 9_007_199_254_740_991,
          email: `p${n}@example.com`,
          ip: `10.0.0.${n}`,
          url: `https://example.com/${n}`,
          colour: colours[n % 3],
          rare: n === 0 ? 'once' : 'often',
          tags: n % 2 === 0 ? [] : ['a'],
          near: { lat: n, deep: { ok: true } },
          some: n % 4 === 0 ? undefined : n % 4 === 1 ? null : 'text',
          never: null,
        })),
      ),
    )
    const found = properties(proposal)
    const type = (name: string): unknown => found[name]?.['type']
    expect([type('n'), type('x'), type('whole'), type('some')]).toEqual([
      'integer',
      'number',
      'integer',
      ['string', 'null'],
    ])
    expect(['at', 'email', 'ip', 'url'].map((name) => found[name]?.['format'])).toEqual([
      'date-time',
      'email',
      'ipv4',
      'uri',
    ])
    expect(found['colour']?.['enum']).toEqual(['blue', 'green', 'red'])
    expect(found['rare']?.['enum']).toBeUndefined()
    expect(found['tags']).toMatchObject({ type: 'array', items: { type: 'string' } })
    expect(found['near']).toMatchObject({ type: 'object', required: ['lat', 'deep'] })
    expect(found['never']).toEqual({ $comment: 'in every record, null in 120' })
    expect(contract(proposal)['required']).not.toContain('some')
    expect(contract(proposal)['required']).toContain('n')
    expect(yaml(proposal)).toContain('email_hash: { expr: email, pii: hash }')
    expect(text(proposal, 'tests/first-events.yaml')).not.toMatch(/p\d@example/)
    compiled(proposal)
  })

  it('fall back where values are of several types, and say so', () => {
    const proposal = proposed(
      lines([
        { id: 'a', list: [1, 'a'] },
        { id: 2, list: [{ a: 1 }] },
      ]),
    )
    expect(properties(proposal)['id']).toEqual({ $comment: 'in every record; 2 different values' })
    expect(notes(proposal)).toContainEqual(
      expect.stringContaining('/id Of several types (text 1 times, number 1 times)'),
    )
    expect(notes(proposal)).toContainEqual(expect.stringContaining('/list A list of objects'))
    compiled(proposal)
  })

  it('keep whole numbers that 64 bits do not hold as numbers', () => {
    const proposal = proposed(sampleOf('{"big":9223372036854775808}\n{"big":-1}'))
    expect(properties(proposal)['big']?.['type']).toBe('number')
    compiled(proposal)
  })

  it('require nothing but the event time of a few records', () => {
    const one = proposed(lines([{ id: 'a', meta: { at: '2026-01-01T00:00:00Z', n: 1 } }]))
    expect(contract(one)['required']).toEqual(['meta'])
    expect(properties(one)['meta']?.['required']).toEqual(['at'])
    expect(notes(one)).toContain('1 record only: no field but the event time is required, as so few prove little.')
    compiled(one)
  })

  it('leave a map open: 10,000 different keys become one column', () => {
    const records = Array.from({ length: 500 }, (_, n) => ({
      at: '2026-01-01T00:00:00Z',
      counts: Object.fromEntries(Array.from({ length: 20 }, (__, m) => [`k${n * 20 + m}`, m])),
    }))
    const proposal = proposed(lines(records))
    expect(properties(proposal)['counts']?.['type']).toBeUndefined()
    expect(notes(proposal)).toContainEqual(expect.stringContaining('/counts 1,000 different keys: it is a map'))
    compiled(proposal)
  })

  it('leave deep nesting open', () => {
    let deep: unknown = 1
    for (let n = 0; n < 100; n++) deep = { a: deep }
    const proposal = proposed(lines([{ deep }]))
    expect(notes(proposal)).toContainEqual(expect.stringContaining('Nested 6 deep'))
    compiled(proposal)
  })
})

describe('names', () => {
  it('that are no columns are renamed, quoted, or left out with a note', () => {
    const odd = {
      'a.b': 1,
      'a b': 2,
      "it's": 3,
      'say "hi"': 4,
      Größe: 5,
      名前: 6,
      select: 7,
      case: 8,
      timestamp: 9,
      date: 10,
      kafka_offset: 11,
      _private: 12,
      '1st': 13,
      id: 14,
      ID: 15,
      '': 16,
      '${params.x}': 17,
      '# no comment': 18,
      'a: b': 19,
      window_start: 20,
      ['x'.repeat(300)]: 21,
      value: 22,
      records: 23,
    }
    const proposal = proposed(sampleOf(`${JSON.stringify(odd)}\n{"__proto__":{"a":1}}`))
    const { plan } = compiled(proposal)
    const columns = plan.silver[0]?.columns.map(({ name }) => name) ?? []
    expect(columns).toEqual(
      expect.arrayContaining([
        'a_b',
        'a_b_2',
        'it_s',
        'grosse',
        'field',
        'select',
        'n_1st',
        'kafka_offset_value',
        'params_x',
      ]),
    )
    expect(new Set(columns.map((name) => name.toLowerCase())).size).toBe(columns.length)
    expect(notes(proposal).filter((note) => note.includes('Left out'))).toEqual([
      expect.stringContaining('/say "hi" Left out'),
      expect.stringContaining('/ID Left out of the contract: `id` differs from it in case only'),
      expect.stringContaining('/ Left out'),
      expect.stringContaining('/__proto__ Left out'),
    ])
  })
})

describe('event time', () => {
  const day = (n: number): string => `2026-01-${String(n + 1).padStart(2, '0')}`

  it.each([
    ['a date-time', { at: '2026-01-01T00:00:00Z', time: 1_700_000_000_000 }, 'at'],
    ['milliseconds', { created: 1_700_000_000_000, day: '2026-01-01' }, 'from_epoch_ms(created)'],
    ['seconds', { ts: 1_700_000_000 }, 'from_epoch_ms(ts * 1000)'],
    ['a text in a known format', { sent: '31.01.2026 23:59' }, "parse_timestamp(sent, 'dd.MM.yyyy HH:mm')"],
    ['a day', { day: '2026-01-01' }, 'cast(day as timestamp)'],
    ['a better name', { updated_at: '2026-01-01T00:00:00Z', occurred_at: '2026-01-01T00:00:00Z' }, 'occurred_at'],
    ['nothing that tells', { birth_date: '1999-01-01', id: 1_700_000_000_000 }, 'kafka_timestamp'],
    ['a field named by a word of the language', { case: { end: '2026-01-01T00:00:00Z' } }, '"case"."end"'],
  ])('is %s', (_, record, expression) => {
    const proposal = proposed(lines([record, record]))
    expect(proposal.time.expression).toBe(expression)
    expect(compiled(proposal).plan.silver[0]?.eventTimeColumn).toBe(proposal.time.column)
  })

  it('is what the author says', () => {
    const sample = lines([{ birth: '1999-01-01', at: '2026-01-01T00:00:00Z', name: 'x' }])
    expect(proposed(sample, { eventTime: 'birth' }).time.expression).toBe('cast(birth as timestamp)')
    expect(proposed(sample, { eventTime: 'kafka_timestamp' }).time.column).toBe('received_at')
    const written = proposed(sample, { eventTime: "at - interval '1' hour" })
    expect(compiled(written).plan.silver[0]?.eventTimeColumn).toBe('event_time')
    expect(() => proposed(sample, { eventTime: 'brith' })).toThrow(
      '--event-time: the sample has no field `brith`; did you mean `birth`?',
    )
    expect(() => proposed(sample, { eventTime: 'name' })).toThrow('`name` holds no time that can be read')
  })

  it('comes with a watermark and a horizon that no record of the sample breaks', () => {
    const inOrder = proposed(lines([0, 1, 2].map((n) => ({ day: day(n) }))))
    expect(yaml(inOrder)).not.toMatch(/watermark|horizon|max_ahead/)
    const backwards = proposed(lines([9, 5, 0].map((n) => ({ day: day(n) }))))
    expect(yaml(backwards)).toContain('watermark: 14d')
    expect(yaml(backwards)).toContain('horizon: 30d')
    expect(yaml(proposed(lines([{ day: '2026-02-03' }])))).toContain('max_ahead: 7d')
  })
})

describe('key', () => {
  const records = Array.from({ length: 30 }, (_, n) => ({ order_id: `o${n}`, sku: n, place: { id: n % 3 } }))

  it('is named like one and never repeats', () => {
    expect(proposed(lines(records)).key?.name).toBe('order_id')
    expect(proposed(lines(records.slice(0, 19))).key).toBeUndefined()
    expect(proposed(lines([...records, records[0]])).key).toBeUndefined()
  })

  it('is what the author says', () => {
    expect(proposed(lines(records), { key: 'place.id' }).key?.name).toBe('id')
    expect(() => proposed(lines(records), { key: 'order' })).toThrow('--key: the sample has no field `order`')
  })
})
