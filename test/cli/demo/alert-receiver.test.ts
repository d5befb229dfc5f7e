import { expect, it, onTestFinished } from 'vitest'
import { openSink, type Alert, type SinkConfig } from '#sink'
import { openAlertReceiver, type AlertReceiver } from '../../../runtime/cli/demo/alert-receiver.ts'

const KEY = 'a key of the desk'
const NOW = Date.UTC(2026, 10, 20)
const row = { device_id: 'lt-1', rule_id: 'sales', reported_at: '2026-11-19T10:00:00.250Z', disk_free_pct: 4 }
const ALERT: Alert = {
  id: 'a1',
  tenant: 'acme',
  pipeline: 'p',
  table: 'violations',
  key: ['lt-1', 'sales', '2026-11-19T10:00:00.250Z'],
  row,
  checkpoint: 3,
}
const KNOWN = `lt-1 sales ${Date.parse(row.reported_at)}`

async function open(): Promise<AlertReceiver> {
  const receiver = await openAlertReceiver(KEY, () => NOW)
  onTestFinished(() => receiver.close())
  return receiver
}

/** Sends by the sinks that pipelines have. */
function send(config: SinkConfig, alerts: readonly Alert[], nowMs = NOW) {
  const broker = { producer: () => Promise.reject(new Error('no topic is written')) }
  const ports = { fetch: (url: string, init: RequestInit) => fetch(url, init), clock: () => nowMs, broker }
  return openSink(config, ports as unknown as Parameters<typeof openSink>[1]).deliver(
    alerts,
    new AbortController().signal,
  )
}

const hook = ({ hookUrl }: AlertReceiver, signingKey: string): SinkConfig => ({
  kind: 'webhook',
  url: hookUrl,
  signingKey,
  timeoutMs: 5_000,
})

it('keeps an alert once, and counts when it comes again', async () => {
  const receiver = await open()
  const delivered = { delivered: ['a1'], refused: [] }
  expect(await send(hook(receiver, KEY), [ALERT])).toEqual(delivered)
  expect(await send(hook(receiver, KEY), [ALERT])).toEqual(delivered)
  const { hook: received, repeated } = receiver.received('acme')
  expect([...received]).toEqual([['a1', { key: KNOWN, rule: 'sales' }]])
  expect(repeated).toBe(1)
  expect(receiver.received('globex').hook.size).toBe(0)
})

it.each([
  ['another key', 'guessed', NOW],
  ['an old signature', KEY, NOW - 400_000],
])('turns away %s', async (_, key, nowMs) => {
  const receiver = await open()
  expect(await send(hook(receiver, key), [ALERT], nowMs)).toMatchObject({ delivered: [], refused: [{ id: 'a1' }] })
  expect(receiver.turnedAway()).toBe(1)
  expect(receiver.received('acme').hook.size).toBe(0)
})

it('stands in for a search server: a document per alert, of its newest checkpoint', async () => {
  const receiver = await open()
  const search: SinkConfig = {
    kind: 'elasticsearch',
    url: receiver.searchUrl,
    index: 'acme.compliance',
    timeoutMs: 5_000,
  }
  const other = { ...ALERT, id: 'a2', row: { ...row, device_id: 'lt-2' } }
  expect(await send(search, [ALERT, other])).toEqual({ delivered: ['a1', 'a2'], refused: [] })
  // A conflict, as of a real server: what is there stays, and the sender is content.
  expect(await send(search, [{ ...ALERT, checkpoint: 2, row: { ...row, rule_id: 'older' } }])).toMatchObject({
    delivered: ['a1'],
  })
  expect([...receiver.received('acme').index.values()].map(({ rule }) => rule)).toEqual(['sales', 'sales'])
})

it('answers what it does not understand without falling over', async () => {
  const receiver = await open()
  expect((await fetch(`${receiver.searchUrl}/elsewhere`, { method: 'POST', body: '{}' })).status).toBe(404)
  expect((await fetch(`${receiver.searchUrl}/x/_bulk`, { method: 'POST', body: 'no json\nat all\n' })).status).toBe(400)
})
