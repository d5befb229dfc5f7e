import { expect, it } from 'vitest'
import { openSink } from '#sink'
import { createRecordColumns, openMemoryBroker } from '#stream'
import { recordsOf } from '../conformance/broker.ts'
import { alertNumber } from './receiver.ts'

const clock = (): number => 1_700_000_000_000
const signal = new AbortController().signal

it('sends alerts as JSON records keyed by their key, and says when there is no such topic', async () => {
  const broker = openMemoryBroker(clock)
  const sink = openSink({ kind: 'kafka', topic: 'acme.alerts' }, { fetch, clock, broker })
  const alerts = [1, 2].map((number) => alertNumber(number))
  const missing = await sink.deliver(alerts, signal)
  expect(missing).toMatchObject({ delivered: [], retry: { reason: expect.stringContaining('acme.alerts') as string } })
  await broker.createTopic('acme.alerts', { partitions: 1 })
  expect(await sink.deliver(alerts, signal)).toEqual({ delivered: ['alert-1', 'alert-2'], refused: [] })
  const reader = await broker.open('acme.alerts', new Map([[0, 0n]]))
  const into = createRecordColumns({ rows: 10, bytes: 10_000 })
  await reader.read(into, { rows: 10, bytes: 10_000, deadlineMs: 1000, until: new Map([[0, 2n]]) })
  expect(recordsOf(into).map(({ key, value }) => [key, value])).toEqual(
    alerts.map((alert) => [JSON.stringify(alert.key), JSON.stringify(alert)]),
  )
  await reader.close()
  await sink.close()
})
