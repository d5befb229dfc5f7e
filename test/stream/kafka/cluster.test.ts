import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import { createRecordColumns, openBroker, type Broker } from '#stream'
import { must, recordsOf } from '../../conformance/broker.ts'
import { startKafka, type TestKafka } from '../../support/kafka.ts'
import { describeWithParts } from '../../support/parts.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const COUNT = 20_000

describeWithParts(['kafka'], 'a broker behind a bad network', ({ kafka: folder = '' }) => {
  let kafka: TestKafka
  let proxy: TcpProxy
  let broker: Broker
  const notices: Diagnostic[] = []

  beforeAll(async () => {
    proxy = await startTcpProxy()
    kafka = await startKafka(folder, { advertise: proxy.port })
    proxy.aim(kafka.port)
    broker = await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap], onNotice: (notice) => notices.push(notice) })
    await broker.createTopic('t', { partitions: 2 })
    const producer = await broker.producer()
    const value = Buffer.alloc(200, 'v')
    for (let from = 0; from < COUNT; from += 500) {
      await producer.send(
        't',
        Array.from({ length: 500 }, (_, index) => ({ key: null, value, partition: index % 2 })),
      )
    }
  })

  afterAll(async () => {
    await broker.close()
    await kafka.stop()
    await proxy.close()
  })

  afterEach(() => {
    proxy.cutAfter(Infinity)
    proxy.stall(false)
  })

  it('is read once and in order although connections are cut in the middle of answers', async () => {
    const reader = await broker.open(
      't',
      new Map([
        [0, 0n],
        [1, 0n],
      ]),
      { prefetchBytes: 600_000 },
    )
    const until = await broker.offsets('t', 'latest')
    const columns = createRecordColumns({ rows: 1000, bytes: 1 << 20 })
    const next = [0n, 0n]
    proxy.cutAfter(250_000)
    for (let reads = 0; next[0] !== until.get(0) || next[1] !== until.get(1); reads++) {
      columns.clear()
      must(await reader.read(columns, { rows: 1000, bytes: 1 << 20, deadlineMs: 3000, until }))
      for (const { partition, offset } of recordsOf(columns)) {
        expect(offset).toBe(next[partition])
        next[partition] = offset + 1n
      }
      if (reads % 7 === 3) proxy.cut()
      expect(reads).toBeLessThan(200)
    }
    await reader.close()
    expect(notices.map((notice) => notice.code)).toContain('stream/reconnecting')
  })

  it('does not hold a read beyond its deadline when it stalls', async () => {
    const reader = await broker.open('t', new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 10, bytes: 10_000 })
    proxy.stall(true)
    const started = performance.now()
    must(await reader.read(columns, { rows: 10, bytes: 10_000, deadlineMs: 300 }))
    expect(performance.now() - started).toBeLessThan(1000)
    expect(columns.count).toBe(0)
    proxy.stall(false)
    must(await reader.read(columns, { rows: 10, bytes: 10_000, deadlineMs: 10_000 }))
    expect(columns.count).toBe(10)
    await reader.close()
  })

  it('stores a batch once although its acknowledgement was cut off', async () => {
    await broker.createTopic('once', { partitions: 1 })
    const producer = await broker.producer()
    await producer.send('once', [{ key: null, value: Buffer.from('first'), partition: 0 }])
    for (let round = 0; round < 20; round++) {
      const sending = producer.send('once', [{ key: null, value: Buffer.from(String(round)), partition: 0 }])
      // Cut at some moment of the request: before it is sent, while it is stored, after it was answered.
      const cutting = new Promise<void>((resolve) =>
        setTimeout(() => {
          proxy.cut()
          resolve()
        }, round),
      )
      await Promise.all([sending, cutting])
    }
    expect(await broker.offsets('once', 'latest')).toEqual(new Map([[0, 21n]]))
    await producer.close()
  })

  it('has no connection left when everything is closed', async () => {
    const second = await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] })
    const before = proxy.open()
    const reader = await second.open(
      't',
      new Map([
        [0, BigInt(COUNT / 2)],
        [1, 0n],
      ]),
    )
    const reading = reader.read(createRecordColumns({ rows: 100_000, bytes: 100 << 20 }), {
      rows: 100_000,
      bytes: 100 << 20,
      deadlineMs: 60_000,
    })
    await expect.poll(() => proxy.open()).toBe(before + 1)
    const started = performance.now()
    await reader.close()
    await reading
    expect(performance.now() - started).toBeLessThan(1000)
    await expect.poll(() => proxy.open()).toBe(before)
    await second.close()
    await expect.poll(() => proxy.open()).toBe(before - 1)
  })
})
