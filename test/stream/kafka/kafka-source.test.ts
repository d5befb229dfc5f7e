import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRecordColumns, openBroker, type Broker } from '#stream'
import { must, readAll, recordsOf, type SeenRecord } from '../../conformance/broker.ts'
import { startKafka, type TestKafka } from '../../support/kafka.ts'
import { describeWithParts } from '../../support/parts.ts'

const WRITTEN = ['codecs', 'one-batch', 'append-time', 'compacted', 'transactions'] as const

describeWithParts(
  ['kafka'],
  "what Kafka's own client wrote, read as its committed consumer reads it",
  ({ kafka: folder = '' }) => {
    let kafka: TestKafka
    let broker: Broker
    let scratch: string

    beforeAll(async () => {
      scratch = await mkdtemp(path.join(tmpdir(), 'smelt-dump-'))
      kafka = await startKafka(folder)
      await kafka.runJava([
        ...WRITTEN.map((topic) => [topic, topic, '300000'] as const),
        ...WRITTEN.map((topic) => ['dump', topic, path.join(scratch, topic)] as const),
        ['open-transaction', 'open-transaction'],
      ])
      broker = await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] })
    })

    afterAll(async () => {
      await broker.close()
      await kafka.stop()
      await rm(scratch, { recursive: true, force: true })
    })

    /** Compares with what the Java consumer saw, in large fetches and in ones that part batches from their markers. */
    async function expectSame(topic: (typeof WRITTEN)[number]): Promise<string[]> {
      const lines = (await readFile(path.join(scratch, topic), 'utf8')).split('\n').filter(Boolean)
      for (const prefetchBytes of [16 << 20, 3000]) {
        const { records, positions } = await readAll(broker, topic, {}, undefined, { prefetchBytes })
        expect(records.map(lineOf)).toEqual(lines)
        expect(positions[0]?.next).toBe((await broker.offsets(topic, 'latest')).get(0))
      }
      return lines
    }

    it('every codec, mixed in one topic partition', async () => {
      expect(await expectSame('codecs')).toHaveLength(30_000)
    })

    it('300,000 records in one batch, also from its middle', async () => {
      expect(await expectSame('one-batch')).toHaveLength(300_000)
      const middle = await readAll(broker, 'one-batch', { rows: 777 }, new Map([[0, 299_000n]]))
      const wanted = Array.from({ length: 1000 }, (_, index) => BigInt(299_000 + index))
      expect(middle.records.map((record) => record.offset)).toEqual(wanted)
    })

    it('the time the log was appended to', async () => {
      const lines = await expectSame('append-time')
      expect(lines).toHaveLength(200)
      expect(Number(lines[0]?.split(' ')[2])).toBeGreaterThan(1_600_000_000_000)
    })

    it('a compacted topic, with holes and tombstones', async () => {
      expect((await expectSame('compacted')).length).toBeGreaterThan(100)
    })

    it('aborted, committed and no transactions, interleaved, from every offset', async () => {
      expect(await expectSame('transactions')).toHaveLength(20 + 20 + 3 + 2)
      const { records } = await readAll(broker, 'transactions')
      const until = await broker.offsets('transactions', 'latest')
      const reader = await broker.open('transactions', new Map([[0, 0n]]))
      const columns = createRecordColumns({ rows: 10_000, bytes: 1 << 20 })
      const end = until.get(0) ?? 0n
      for (let from = 0n; from < end; from += from < 140n ? 1n : 517n) {
        reader.seek(0, from)
        columns.clear()
        const positions = must(await reader.read(columns, { rows: 10_000, bytes: 1 << 20, deadlineMs: 20_000, until }))
        expect(positions[0]?.next).toBe(end)
        expect(recordsOf(columns)).toEqual(records.filter((record) => record.offset >= from))
      }
      await reader.close()
    })

    it('nothing past an open transaction', async () => {
      expect(await broker.offsets('open-transaction', 'latest')).toEqual(new Map([[0, 5n]]))
      const reader = await broker.open('open-transaction', new Map([[0, 0n]]))
      const columns = createRecordColumns({ rows: 100, bytes: 10_000 })
      const positions = must(await reader.read(columns, { rows: 100, bytes: 10_000, deadlineMs: 600 }))
      expect(columns.count).toBe(5)
      expect(positions).toMatchObject([{ next: 5n, end: 5n }])
      await reader.close()
    })

    it('and tells lag tools how far a group has come', async () => {
      expect(await broker.commitGroupOffsets('a-group', 'codecs', new Map([[0, 1234n]]))).toBe(true)
      const { Kafka, logLevel } = await import('kafkajs')
      const admin = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING }).admin()
      await admin.connect()
      const [found] = await admin.fetchOffsets({ groupId: 'a-group', topics: ['codecs'] })
      await admin.disconnect()
      expect(found?.partitions).toMatchObject([{ partition: 0, offset: '1234' }])
    })
  },
)

function lineOf({ partition, offset, timestampMs, key, value, headers }: SeenRecord): string {
  const hex = (text: string | null): string => (text === null ? '-' : `x${Buffer.from(text, 'latin1').toString('hex')}`)
  const fields = [partition, offset, timestampMs, hex(key), hex(value)]
  return [...fields, ...headers.map(([name, content]) => `${name}=${hex(content)}`)].join(' ')
}
