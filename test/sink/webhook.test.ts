import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { alertId, openHttpClient, openSink } from '#sink'
import { openMemoryBroker } from '#stream'
import { alertNumber, startReceiver, type Reply } from './receiver.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const ports = { fetch: openHttpClient(), clock: () => NOW, broker: openMemoryBroker(() => NOW) }
const signal = new AbortController().signal
const alerts = [1, 2, 3].map((number) => alertNumber(number))

function webhook(url: string, more: object = {}) {
  return openSink({ kind: 'webhook', url, timeoutMs: 5_000, ...more }, ports)
}

describe('webhook', () => {
  it('posts each alert once, in order, signed over its time and body', async () => {
    const { url, received } = await startReceiver(() => ({ status: 204 }))
    const sink = webhook(`${url}/hook?token=x`, { signingKey: 'k3y', headers: { 'x-team': 'security' } })
    expect(await sink.deliver(alerts, signal)).toEqual({ delivered: alerts.map(({ id }) => id), refused: [] })
    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toEqual(alerts)
    for (const [at, { headers, body, url: path }] of received.entries()) {
      const seconds = NOW / 1000
      const expected = createHmac('sha256', 'k3y').update(`${seconds}.${body}`).digest('hex')
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'idempotency-key': alerts[at]?.id,
        'smelt-signature': `t=${seconds},v1=${expected}`,
        'x-team': 'security',
      })
      expect(path).toBe('/hook?token=x')
    }
  })

  it.each<[string, Reply | undefined, object]>([
    ['too many', { status: 429, headers: { 'retry-after': '7' } }, { afterMs: 7000, reason: 'it answered 429' }],
    ['away', { status: 503, headers: { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' } }, { afterMs: 30_000 }],
    ['broken', { status: 500 }, { reason: 'it answered 500' }],
    ['hung up', undefined, { reason: expect.stringContaining('cannot be reached') as string }],
  ])('stops at a receiver that is %s, keeping the order', async (_, reply, retry) => {
    const { url, received } = await startReceiver((_request, number) => (number === 1 ? reply : { status: 200 }))
    expect(await webhook(url).deliver(alerts, signal)).toMatchObject({ delivered: ['alert-1'], refused: [], retry })
    expect(received).toHaveLength(2)
  })

  it('gives up what the receiver will never take, and goes on', async () => {
    const { url } = await startReceiver((_request, number) =>
      number === 1 ? { status: 422, body: `no\nsuch ${'x'.repeat(9999)}` } : { status: 200 },
    )
    const { delivered, refused, retry } = await webhook(url).deliver(alerts, signal)
    expect({ delivered, retry }).toEqual({ delivered: ['alert-1', 'alert-3'], retry: undefined })
    expect(refused).toEqual([
      { id: 'alert-2', reason: expect.stringMatching(/^422 no such x{250,300}\.\.\.$/) as string },
    ])
  })

  it('does not follow a redirect: the body is for the configured address', async () => {
    const other = await startReceiver(() => ({ status: 200 }))
    const { url } = await startReceiver(() => ({ status: 307, headers: { location: other.url } }))
    expect((await webhook(url).deliver(alerts, signal)).refused).toHaveLength(3)
    expect(other.received).toEqual([])
  })

  it('never says the address, which may hold a secret', async () => {
    const sink = webhook('http://user:pa55@127.0.0.1:1/t0ken')
    const text = JSON.stringify(await sink.deliver(alerts, signal))
    expect(text).toContain('cannot be reached')
    expect(text).not.toMatch(/pa55|t0ken|127\.0\.0\.1/)
  })
})

describe('alertId', () => {
  const alert = { tenant: 'acme', pipeline: 'p', table: 't', key: ['a', 1] }

  it('depends on what names the alert, and on nothing else', () => {
    expect(alertId(alert)).toBe(alertId({ ...alert }))
    const others = [{ tenant: 'globex' }, { pipeline: 'q' }, { table: 'u' }, { key: ['a', 2] }, { key: ['a,1'] }]
    expect(new Set(others.map((other) => alertId({ ...alert, ...other })))).toHaveLength(5)
  })
})
