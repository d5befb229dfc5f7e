import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHttpClient, openSink } from '#sink'
import { openMemoryBroker } from '#stream'
import { startOpenSearch } from '../support/opensearch.ts'
import { describeWithParts } from '../support/parts.ts'
import { alertNumber, startReceiver } from './receiver.ts'

const clock = (): number => 1_700_000_000_000
const signal = new AbortController().signal

function sinkAt(url: string, more: object = {}) {
  const config = { kind: 'elasticsearch' as const, url, index: 'compliance', timeoutMs: 30_000, ...more }
  return openSink(config, { fetch: openHttpClient(), clock, broker: openMemoryBroker(clock) })
}

describeWithParts(['opensearch'], 'a real search engine', ({ opensearch = '' }) => {
  let server: { url: string; stop: () => Promise<void> }
  beforeAll(async () => (server = await startOpenSearch(opensearch)))
  afterAll(() => server.stop())

  const ask = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': 'application/json' }
    return (await (await fetch(`${server.url}${path}`, { headers, ...init })).json()) as Record<string, unknown>
  }

  it('holds each alert once, whatever is sent twice, and keeps the newer', async () => {
    const alerts = [1, 2, 3].map((number) => alertNumber(number))
    const sink = sinkAt(server.url)
    expect(await sink.deliver(alerts, signal)).toEqual({ delivered: ['alert-1', 'alert-2', 'alert-3'], refused: [] })
    expect(await sink.deliver(alerts, signal)).toEqual({ delivered: ['alert-1', 'alert-2', 'alert-3'], refused: [] })
    const newer = { ...alertNumber(1, { state: 'new' }), checkpoint: 9 }
    await sink.deliver([newer], signal)
    await sink.deliver([{ ...newer, row: { state: 'old' }, checkpoint: 8 }], signal)
    await ask('/compliance/_refresh', { method: 'POST' })
    expect(await ask('/compliance/_count')).toMatchObject({ count: 3 })
    expect(await ask('/compliance/_doc/alert-1')).toMatchObject({
      _version: 9,
      _source: { device_id: 'LT-1', state: 'new', smelt: { tenant: 'acme', pipeline: 'p', table: 'violations' } },
    })
  })

  it('refuses the one that its mapping cannot take, and takes the others', async () => {
    await ask('/typed', {
      method: 'PUT',
      body: JSON.stringify({ mappings: { properties: { cpu: { type: 'integer' } } } }),
    })
    const alerts = [alertNumber(1, { cpu: 5 }), alertNumber(2, { cpu: 'hot' }), alertNumber(3, { cpu: 7 })]
    const { delivered, refused, retry } = await sinkAt(server.url, { index: 'typed' }).deliver(alerts, signal)
    expect({ delivered, retry }).toEqual({ delivered: ['alert-1', 'alert-3'], retry: undefined })
    expect(refused).toEqual([{ id: 'alert-2', reason: expect.stringContaining('mapper_parsing_exception') as string }])
  })
})

describe('a server that is short of room', () => {
  const item = (status: number, error?: object) => ({ index: { status, ...(error === undefined ? {} : { error }) } })

  it('is asked again for what it could not take, and for nothing else', async () => {
    const { url, received } = await startReceiver(() => ({
      status: 200,
      body: JSON.stringify({ errors: true, items: [item(201), item(429, { type: 'busy' }), item(409), item(400)] }),
    }))
    const alerts = [1, 2, 3, 4].map((number) => alertNumber(number))
    expect(await sinkAt(url, { authorization: 'ApiKey abc' }).deliver(alerts, signal)).toEqual({
      delivered: ['alert-1', 'alert-3'],
      refused: [{ id: 'alert-4', reason: '400 :' }],
      retry: { reason: 'it answered 429 for some' },
    })
    expect(received[0]?.headers.authorization).toBe('ApiKey abc')
    expect(received[0]?.url).toBe('/compliance/_bulk')
  })

  it.each([
    ['away', { status: 503, headers: { 'retry-after': '2' } }, { reason: 'it answered 503', afterMs: 2000 }],
    ['not what it seems', { status: 200, body: '<html>' }, { reason: 'its answer is no answer to a bulk request' }],
    [
      'short of answers',
      { status: 200, body: '{"items":[]}' },
      { reason: 'its answer is no answer to a bulk request' },
    ],
  ])('is asked again for everything when it is %s', async (_, reply, retry) => {
    const { url } = await startReceiver(() => reply)
    expect(await sinkAt(url).deliver([alertNumber(1)], signal)).toEqual({ delivered: [], refused: [], retry })
  })

  it('gets requests of a bounded size', async () => {
    const { url, received } = await startReceiver(({ body }) => {
      const items = body
        .split('\n')
        .filter((line) => line.startsWith('{"index":'))
        .map(() => item(201))
      return { status: 200, body: JSON.stringify({ items }) }
    })
    const big = 'x'.repeat(1_000_000)
    const alerts = Array.from({ length: 12 }, (_, number) => alertNumber(number, { big }))
    expect((await sinkAt(url).deliver(alerts, signal)).delivered).toHaveLength(12)
    expect(received.map(({ body }) => body.length < 5_100_000)).toEqual([true, true, true])
  })
})
