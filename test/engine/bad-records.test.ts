import { describe, expect, it } from 'vitest'
import type { RecordCode } from '#diagnostics'
import { EVENTS_FILES, EVENTS_START } from '../support/events.ts'
import { compilePipeline, openBed } from '../support/pipeline.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m, horizon: 1d, max_record_bytes: 1MB }
silver:
  clean: { from: events }
gold:
  per_minute:
    from: clean
    window: { tumbling: 1m }
    measures: { events: count(*) }
`
const CONTRACT = JSON.stringify({
  type: 'object',
  required: ['id', 'at'],
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    n: { type: 'integer' },
    x: { type: 'number' },
    os: { enum: ['linux', 'macos'] },
    day: { type: 'string', format: 'date' },
    any: {},
  },
})
const NOW = new Date(EVENTS_START).toISOString()
const good = (fields: string): string => `{"id":"a","at":"${NOW}"${fields}}`
const at = (offsetMs: number): string => `{"id":"a","at":"${new Date(EVENTS_START + offsetMs).toISOString()}"}`

/** The table of bad input: what is sent, the code it must get, and the path where one place is at fault. */
const BAD: readonly [name: string, value: Buffer | string | null, code: RecordCode, path?: string][] = [
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), 'record/not-utf8'],
  ['truncated JSON', '{"id":"a","at":', 'record/not-json'],
  ['huge nesting', good(`,"any":${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'record/too-deep'],
  ['a 5 MB record', good(`,"any":"${'x'.repeat(5_000_000)}"`), 'record/oversized'],
  ['a null value', null, 'record/null-value'],
  ['an empty value', '', 'record/empty-value'],
  ['duplicate keys', good(',"n":1,"n":2'), 'record/duplicate-key'],
  ['duplicate keys, one escaped', good(',"n":1,"\\u006e":2'), 'record/duplicate-key'],
  ['duplicate keys deep inside', good(',"any":{"b":[{"c":1,"c":1}]}'), 'record/duplicate-key'],
  ['an integer beyond 64 bits', good(',"n":9223372036854775808'), 'record/number-out-of-range', '/n'],
  ['a number beyond a double', good(',"x":1e400'), 'record/number-out-of-range', '/x'],
  ['NaN', good(',"x":NaN'), 'record/not-json'],
  ['Infinity', good(',"x":-Infinity'), 'record/not-json'],
  ['a lone surrogate', good(',"any":"\\ud800"'), 'record/lone-surrogate'],
  ['a wrong type', good(',"n":"1"'), 'record/contract-violation', '/n'],
  ['a missing field', `{"at":"${NOW}"}`, 'record/contract-violation'],
  ['an extra field', good(',"b":1'), 'record/contract-violation'],
  ['a bad enum', good(',"os":"beos"'), 'record/contract-violation', '/os'],
  ['an impossible date', good(',"day":"2026-02-30"'), 'record/contract-violation', '/day'],
  ['a leap second', '{"id":"a","at":"2026-11-20T23:59:60Z"}', 'record/contract-violation', '/at'],
  ['an event from the future', at(2 * 3_600_000), 'record/future-event-time', '/at'],
  ['an event that is too old', at(-2 * 86_400_000), 'record/too-old', '/at'],
]

describe('bad input', () => {
  it('lands in quarantine with code, path, message and raw bytes, and stops nothing', async () => {
    const bed = await openBed(compilePipeline(PIPELINE, { ...EVENTS_FILES, 'contract.json': CONTRACT }), {
      partitions: 1,
    })
    const values = [good(''), ...BAD.map(([, value]) => value), good(',"n":1.0')]
    const bytes = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value))
    await bed.send(
      'events',
      bytes.map((value) => ({ key: null, value, timestampMs: EVENTS_START, partition: 0 })),
    )
    const checkpoint = await bed.run()

    const rows = await bed.rows('quarantine.under-test', [
      'kafka_offset',
      'code',
      'path',
      'message',
      'kafka_value',
      'source',
      'topic',
    ])
    const byOffset = new Map(rows.map((row) => [Number(row.kafka_offset), row]))
    for (const [index, [name, , code, path]] of BAD.entries()) {
      const row = byOffset.get(index + 1)
      expect(row?.code, name).toBe(code)
      if (path !== undefined) expect(row?.path, name).toBe(path)
      expect(String(row?.message).length, name).toBeGreaterThan(10)
      expect(row?.topic, name).toBe('acme.events')
    }
    expect(rows).toHaveLength(BAD.length)
    expect(await bed.rows('silver.clean', ['id', 'n', 'kafka_offset'])).toEqual([
      { id: 'a', n: '1', kafka_offset: String(BAD.length + 1) },
      { id: 'a', n: null, kafka_offset: '0' },
    ])
    expect(checkpoint?.accounting.sources.events?.consumed).toBe(BAD.length + 2)
    expect((await bed.audit(true)).closes).toBe(true)
  })

  it('keeps the raw bytes of what it quarantines, to the last bit', async () => {
    const bed = await openBed(compilePipeline(PIPELINE, { 'contract.json': CONTRACT }), { partitions: 1 })
    const value = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    await bed.send('events', [
      {
        key: value,
        value,
        timestampMs: EVENTS_START,
        partition: 0,
        headers: [
          ['trace', value],
          ['none', null],
        ],
      },
    ])
    await bed.run()
    const hex = value.toString('hex')
    for (const table of ['bronze.events', 'quarantine.under-test']) {
      const [row] = await bed.rows(table, ['kafka_key', 'kafka_value', 'kafka_headers'])
      const unescape = (text: unknown): string =>
        Buffer.from(
          String(text).replace(/\\x([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
          'latin1',
        ).toString('hex')
      expect(unescape(row?.kafka_key), table).toBe(hex)
      expect(unescape(row?.kafka_value), table).toBe(hex)
      expect(String(row?.kafka_headers), table).toContain('trace')
      expect(String(row?.kafka_headers), table).toContain('none')
    }
  })

  it('keeps a late record in silver, and tells quarantine which gold table missed it', async () => {
    const bed = await openBed(compilePipeline(PIPELINE, { 'contract.json': CONTRACT }), { partitions: 1 })
    const times = [0, 10 * 60_000, 0]
    await bed.send(
      'events',
      times.map((offset) => ({
        key: null,
        value: Buffer.from(at(offset)),
        timestampMs: EVENTS_START + offset,
        partition: 0,
      })),
    )
    const checkpoint = await bed.run()
    expect(checkpoint?.accounting.sources.events?.silver.clean?.rows).toBe(3)
    expect(checkpoint?.accounting.gold.per_minute).toEqual({ rows: 2, quarantined: { 'record/late': 1 } })
    expect(await bed.rows('quarantine.under-test', ['kafka_offset', 'code', 'rule', 'table_name'])).toEqual([
      { kafka_offset: '2', code: 'record/late', rule: 'watermark', table_name: 'gold.per_minute' },
    ])
    expect((await bed.audit(true)).closes).toBe(true)
  })
})
