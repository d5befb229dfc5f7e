import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createRecordColumns,
  decodeHeaders,
  type Broker,
  type OutgoingRecord,
  type Position,
  type ReadLimits,
  type ReadResult,
  type ReaderOptions,
  type RecordColumns,
  type RecordReader,
} from '#stream'

/** One adapter under test. What it cannot do is waived by name, with the reason. */
export interface BrokerUnderTest {
  open(): Promise<Broker>
  /** Stops what `open` needed. */
  stop(): Promise<void>
  /** Changes one byte of the stored records of a topic partition, after everything was written. */
  flipByte?(topic: string, partition: number): Promise<void>
  /** Kills the broker without warning and starts it again on the same data. */
  restart?(): Promise<void>
}

type Hook = 'flipByte' | 'restart'

/** One record as the suite compares it. */
export interface SeenRecord {
  readonly partition: number
  readonly offset: bigint
  readonly timestampMs: bigint
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [string, string | null])[]
}

const ALL: ReadLimits = { rows: 100_000, bytes: 64 << 20, deadlineMs: 20_000 }

/** Copies the records out of `columns`; bytes as latin1 text, so that nothing is lost. */
export function recordsOf(columns: RecordColumns): SeenRecord[] {
  const span = (start: Int32Array, length: Int32Array, row: number): string | null => {
    const size = length[row] ?? -1
    const at = start[row] ?? 0
    return size < 0 ? null : columns.bytes.toString('latin1', at, at + size)
  }
  return Array.from({ length: columns.count }, (_, row) => ({
    partition: columns.partition[row] ?? -1,
    offset: columns.offset[row] ?? -1n,
    timestampMs: columns.timestampMs[row] ?? -1n,
    key: span(columns.keyStart, columns.keyLength, row),
    value: span(columns.valueStart, columns.valueLength, row),
    headers: decodeHeaders(columns.bytes, columns.headersStart[row] ?? 0, columns.headersLength[row] ?? 0).map(
      ([name, value]) => [name, value && value.toString('latin1')] as const,
    ),
  }))
}

/** Reads a topic from `from` (its log start when left out) up to its end, in reads of `limits`. */
export async function readAll(
  broker: Broker,
  topic: string,
  limits: Partial<ReadLimits> = {},
  from?: ReadonlyMap<number, bigint>,
  options: ReaderOptions = {},
): Promise<{ records: SeenRecord[]; positions: readonly Position[]; reads: number }> {
  const until = await broker.offsets(topic, 'latest')
  const reader = await broker.open(topic, from ?? (await broker.offsets(topic, 'earliest')), options)
  const records: SeenRecord[] = []
  const columns = createRecordColumns({ rows: 100_000, bytes: 1 << 20 })
  try {
    for (let reads = 1; ; reads++) {
      columns.clear()
      const positions = must(await reader.read(columns, { ...ALL, until, ...limits }))
      records.push(...recordsOf(columns))
      if (positions.every(({ partition, next }) => next >= (until.get(partition) ?? 0n)))
        return { records, positions, reads }
      if (reads > 1 && columns.count === 0) throw new Error('A read waited to its deadline and got nothing')
    }
  } finally {
    await reader.close()
  }
}

/** The positions of a read that must have worked. */
export function must(result: ReadResult): readonly Position[] {
  if (!result.ok)
    throw new Error(`${result.code} ${String(result.partition)} ${JSON.stringify(result.detail, bigints)}`)
  return result.positions
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

function byPartition(records: readonly SeenRecord[]): Map<number, SeenRecord[]> {
  const map = new Map<number, SeenRecord[]>()
  for (const record of records) map.set(record.partition, [...(map.get(record.partition) ?? []), record])
  return map
}

function numbered(count: number, partitions: number, from = 0): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    key: Buffer.from(`key-${from + index}`),
    value: Buffer.from(`value-${from + index}-${'x'.repeat((from + index) % 97)}`),
    partition: (from + index) % partitions,
  }))
}

/** What every broker adapter promises. `waivers` names the cases it cannot run and why; one that is not needed fails. */
export function describeBroker(
  name: string,
  start: () => Promise<BrokerUnderTest>,
  waivers: Partial<Record<Hook, string>> = {},
): void {
  describe(`broker: ${name}`, () => {
    let under: BrokerUnderTest
    let broker: Broker

    beforeAll(async () => {
      under = await start()
      broker = await under.open()
    })

    afterAll(async () => {
      await broker.close()
      await under.stop()
    })

    async function topicOf(partitions: number, records: readonly OutgoingRecord[] = []): Promise<string> {
      const topic = `t-${randomUUID()}`
      expect(await broker.createTopic(topic, { partitions })).toBe('created')
      await send(topic, records)
      return topic
    }

    async function send(topic: string, records: readonly OutgoingRecord[]): Promise<void> {
      if (records.length === 0) return
      const producer = await broker.producer()
      await producer.send(topic, records)
      await producer.close()
    }

    async function withReader<T>(
      topic: string,
      from: [number, bigint][],
      work: (reader: RecordReader) => Promise<T>,
    ): Promise<T> {
      const reader = await broker.open(topic, new Map(from))
      try {
        return await work(reader)
      } finally {
        await reader.close()
      }
    }

    const columns = createRecordColumns({ rows: 100_000, bytes: 1 << 20 })
    async function readOnce(reader: RecordReader, limits: Partial<ReadLimits> = {}): Promise<ReadResult> {
      columns.clear()
      return reader.read(columns, { ...ALL, ...limits })
    }

    /** Every hook that is not there needs a waiver, and none other. */
    it('states its waivers', () => {
      for (const hook of ['flipByte', 'restart'] as const) {
        expect(under[hook] === undefined, hook).toBe(waivers[hook] !== undefined)
      }
    })

    describe('topics', () => {
      it('says undefined for a topic that is not there, and creates one once', async () => {
        expect(await broker.topic('nowhere')).toBeUndefined()
        const topic = await topicOf(3)
        const info = await broker.topic(topic)
        expect(info?.partitions).toEqual([0, 1, 2])
        expect(await broker.createTopic(topic, { partitions: 5 })).toBe('exists')
        expect(await broker.topic(topic)).toEqual(info)
      })

      it('refuses names that are no topic names', async () => {
        for (const name of ['', '.', '..', '../x', 'a/b', 'a b', 'ü', 'x'.repeat(250)]) {
          await expect(broker.createTopic(name, { partitions: 1 }), name).rejects.toMatchObject({
            code: 'stream/invalid-topic-name',
          })
        }
      })

      it('refuses to read, ask or send where there is no topic', async () => {
        const wanted = { code: 'stream/unknown-topic' }
        await expect(broker.open('nowhere', new Map([[0, 0n]]))).rejects.toMatchObject(wanted)
        await expect(broker.offsets('nowhere', 'latest')).rejects.toMatchObject(wanted)
        await expect(send('nowhere', numbered(1, 1))).rejects.toMatchObject(wanted)
        const topic = await topicOf(1)
        await expect(broker.open(topic, new Map([[1, 0n]]))).rejects.toMatchObject({ code: 'stream/unknown-partition' })
      })

      it('tells where each appended record lies, those of other producers in between', async () => {
        const topic = await topicOf(2)
        const producer = await broker.producer()
        const records = [
          ...numbered(40, 2),
          { key: null, value: Buffer.alloc(700_000), partition: 0 },
          ...numbered(3, 2, 40),
        ]
        await send(topic, numbered(5, 2, 90))
        const { runs, refused } = await producer.append(topic, records)
        await send(topic, numbered(5, 2, 95))
        await producer.close()
        expect(refused).toBeUndefined()
        const stored = await withReader(
          topic,
          [
            [0, 0n],
            [1, 0n],
          ],
          async (reader) => {
            await readOnce(reader, { until: await broker.offsets(topic, 'latest') })
            return new Map(
              recordsOf(columns).map((each) => [`${each.partition}:${each.offset}`, each.value?.slice(0, 20)]),
            )
          },
        )
        for (const partition of [0, 1]) {
          const places = (runs.get(partition) ?? []).flatMap(({ first, count }) =>
            Array.from({ length: count }, (_, index) => `${partition}:${first + BigInt(index)}`),
          )
          const given = records.filter((each) => each.partition === partition)
          expect(places.map((place) => stored.get(place))).toEqual(
            given.map(({ value }) => value?.toString('latin1').slice(0, 20)),
          )
        }
      })

      it('finds topic partitions that are added, and reads them', async () => {
        const topic = await topicOf(1, numbered(1, 1))
        await withReader(topic, [[0, 0n]], async (reader) => {
          await broker.createPartitions(topic, 3)
          expect((await broker.topic(topic))?.partitions).toEqual([0, 1, 2])
          await send(topic, numbered(3, 3))
          reader.add(2, 0n)
          const until = new Map([
            [0, 2n],
            [2, 1n],
          ])
          must(await readOnce(reader, { until }))
          expect(
            recordsOf(columns)
              .map((record) => record.partition)
              .sort(),
          ).toEqual([0, 0, 2])
        })
      })
    })

    describe('records', () => {
      it.each([1, 7, 1000, 100_000])(
        'come once and in order in reads of %i rows, and again from each position',
        async (rows) => {
          const count = rows === 1 ? 60 : 4001
          const topic = await topicOf(4, numbered(count, 4))
          const whole = await readAll(broker, topic, { rows })
          expect(whole.records).toHaveLength(count)
          expect(whole.reads).toBeGreaterThanOrEqual(Math.floor(count / rows))
          for (const [partition, records] of byPartition(whole.records)) {
            expect(records.map((record) => record.key)).toEqual(
              Array.from({ length: records.length }, (_, index) => `key-${index * 4 + partition}`),
            )
            records.forEach((record, index) => expect(record.offset).toBe(BigInt(index)))
          }
          const middle = new Map([0, 1, 2, 3].map((partition) => [partition, 13n - BigInt(partition)]))
          const rest = await readAll(broker, topic, { rows }, middle)
          expect(rest.records).toHaveLength(count - 13 - 12 - 11 - 10)
          expect(rest.records.every((record) => record.offset >= (middle.get(record.partition) ?? 0n))).toBe(true)
        },
      )

      it('keep null, empty and arbitrary bytes apart, with headers as they were sent', async () => {
        const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
        const sent: OutgoingRecord[] = [
          { key: null, value: null },
          { key: Buffer.alloc(0), value: Buffer.alloc(0) },
          { key: bytes, value: bytes },
          { key: Buffer.alloc(4), value: Buffer.from('x'), headers: [['a', Buffer.from('1')]] },
          {
            key: null,
            value: null,
            headers: [
              ['same', Buffer.from('1')],
              ['same', Buffer.from('2')],
              ['same', null],
              ['', Buffer.alloc(0)],
              ['ü€', bytes],
            ],
          },
        ]
        const topic = await topicOf(
          1,
          sent.map((record) => ({ ...record, partition: 0 })),
        )
        const { records } = await readAll(broker, topic)
        const text = (value: Buffer | null): string | null => value && value.toString('latin1')
        expect(records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(
          sent.map(({ key, value, headers = [] }) => ({
            key: text(key),
            value: text(value),
            headers: headers.map(([header, content]) => [header, text(content)]),
          })),
        )
      })

      it('keep the time they were created at, in any order', async () => {
        const now = Date.now()
        const times = [now, now - 100_000, now - 1, now - 86_400_000 * 3, now]
        const topic = await topicOf(
          1,
          times.map((timestampMs) => ({ key: null, value: null, timestampMs, partition: 0 })),
        )
        const { records } = await readAll(broker, topic)
        expect(records.map((record) => record.timestampMs)).toEqual(times.map(BigInt))
      })

      it('go to the topic partition that their key says, and round without a key', async () => {
        const topic = await topicOf(
          4,
          Array.from({ length: 40 }, (_, index) => ({ key: Buffer.from(`device-${index}`), value: null })),
        )
        const placed = new Map((await readAll(broker, topic)).records.map((record) => [record.key, record.partition]))
        expect(JAVA_PARTITIONS.map((_, index) => placed.get(`device-${index}`))).toEqual(JAVA_PARTITIONS)
        const round = await topicOf(
          4,
          Array.from({ length: 40 }, () => ({ key: null, value: null })),
        )
        expect(
          [...byPartition((await readAll(broker, round)).records).values()].map((records) => records.length),
        ).toEqual([10, 10, 10, 10])
      })

      it('may be larger than every limit', async () => {
        const large = Buffer.alloc(3_000_000, 'L')
        const topic = await topicOf(2)
        for (let index = 0; index < 4; index++) await send(topic, [{ key: null, value: large, partition: index % 2 }])
        await send(topic, numbered(10, 2))
        const reader = await broker.open(topic, await broker.offsets(topic, 'earliest'), { prefetchBytes: 64 * 1024 })
        const small = createRecordColumns({ rows: 100, bytes: 1000 })
        const sizes: number[] = []
        const until = await broker.offsets(topic, 'latest')
        for (let reads = 0; reads < 40 && sizes.length < 14; reads++) {
          small.clear()
          must(await reader.read(small, { rows: 100, bytes: 1000, deadlineMs: 20_000, until }))
          if ((small.valueLength[0] ?? 0) > 1000) expect(small.count).toBe(1)
          sizes.push(...small.valueLength.subarray(0, small.count))
        }
        await reader.close()
        expect(sizes.filter((size) => size === 3_000_000)).toHaveLength(4)
        expect(sizes).toHaveLength(14)
      })

      it('may be 300,000 in one send', async () => {
        const topic = await topicOf(1)
        await send(
          topic,
          Array.from({ length: 300_000 }, () => ({ key: null, value: Buffer.from('1'), partition: 0 })),
        )
        const { records } = await readAll(broker, topic)
        expect(records).toHaveLength(300_000)
        records.forEach((record, index) => {
          if (record.offset !== BigInt(index)) throw new Error(`Record ${index} has offset ${record.offset}`)
        })
      })
    })

    describe('a read', () => {
      it('returns at its deadline, with what is there', async () => {
        const topic = await topicOf(1, numbered(3, 1))
        await withReader(topic, [[0, 0n]], async (reader) => {
          must(await readOnce(reader, { rows: 3 }))
          const started = performance.now()
          const positions = must(await readOnce(reader, { deadlineMs: 300 }))
          expect(columns.count).toBe(0)
          expect(performance.now() - started).toBeGreaterThan(250)
          expect(positions).toMatchObject([{ partition: 0, next: 3n, end: 3n, logStart: 0n }])
          await send(topic, numbered(1, 1))
          must(await readOnce(reader, { rows: 1 }))
          expect(columns.count).toBe(1)
        })
      })

      it('reads nothing at or past `until`, and returns as soon as it is reached', async () => {
        const topic = await topicOf(2, numbered(40, 2))
        await withReader(
          topic,
          [
            [0, 0n],
            [1, 0n],
          ],
          async (reader) => {
            const started = performance.now()
            const first = must(
              await readOnce(reader, {
                until: new Map([
                  [0, 7n],
                  [1, 0n],
                ]),
              }),
            )
            expect(first.map((position) => position.next)).toEqual([7n, 0n])
            expect(columns.count).toBe(7)
            const second = must(
              await readOnce(reader, {
                until: new Map([
                  [0, 7n],
                  [1, 20n],
                ]),
              }),
            )
            expect(second.map((position) => position.next)).toEqual([7n, 20n])
            expect(columns.count).toBe(20)
            must(
              await readOnce(reader, {
                until: new Map([
                  [0, 20n],
                  [1, 20n],
                ]),
              }),
            )
            expect(columns.count).toBe(13)
            expect(performance.now() - started).toBeLessThan(ALL.deadlineMs)
          },
        )
      })

      it('shares its room among topic partitions', async () => {
        const topic = await topicOf(4, numbered(8000, 4))
        await withReader(
          topic,
          [0, 1, 2, 3].map((partition) => [partition, 0n]),
          async (reader) => {
            const positions = must(await readOnce(reader, { rows: 1000 }))
            expect(positions.map((position) => position.next)).toEqual([250n, 250n, 250n, 250n])
            const bytes = must(await readOnce(reader, { bytes: 40_000 }))
            const moved = bytes.map((position) => Number(position.next) - 250)
            expect(Math.min(...moved)).toBeGreaterThan(Math.max(...moved) / 3)
            const ones = new Set<number>()
            for (let read = 0; read < 4; read++) {
              must(await readOnce(reader, { rows: 1 }))
              ones.add(columns.partition[0] ?? -1)
            }
            expect(ones.size).toBe(4)
          },
        )
      })

      it('leaves paused topic partitions alone until they are resumed', async () => {
        const topic = await topicOf(2, numbered(40, 2))
        await withReader(
          topic,
          [
            [0, 0n],
            [1, 0n],
          ],
          async (reader) => {
            must(await readOnce(reader, { rows: 2 }))
            reader.pause([1])
            const positions = must(
              await readOnce(reader, {
                until: new Map([
                  [0, 20n],
                  [1, 20n],
                ]),
              }),
            )
            expect(positions.map((position) => position.next)).toEqual([20n, 1n])
            expect(new Set(recordsOf(columns).map((record) => record.partition))).toEqual(new Set([0]))
            reader.resume([1])
            must(
              await readOnce(reader, {
                until: new Map([
                  [0, 20n],
                  [1, 20n],
                ]),
              }),
            )
            expect(recordsOf(columns).map((record) => record.offset)).toEqual(
              Array.from({ length: 19 }, (_, index) => BigInt(index + 1)),
            )
          },
        )
      })

      it('goes on where it was sought to', async () => {
        const topic = await topicOf(1, numbered(50, 1))
        await withReader(topic, [[0, 0n]], async (reader) => {
          for (const offset of [40n, 3n, 49n, 0n]) {
            reader.seek(0, offset)
            must(await readOnce(reader, { rows: 1 }))
            expect(columns.offset[0]).toBe(offset)
          }
        })
      })

      it('appends to what the columns hold', async () => {
        const topic = await topicOf(1, numbered(10, 1))
        await withReader(topic, [[0, 0n]], async (reader) => {
          columns.clear()
          must(await reader.read(columns, { ...ALL, rows: 4 }))
          must(await reader.read(columns, { ...ALL, rows: 6 }))
          expect(recordsOf(columns).map((record) => record.key)).toEqual(
            Array.from({ length: 10 }, (_, index) => `key-${index}`),
          )
        })
      })

      it('ends within a second when the reader is closed', async () => {
        const topic = await topicOf(1)
        const reader = await broker.open(topic, new Map([[0, 0n]]))
        const reading = reader.read(createRecordColumns({ rows: 1, bytes: 100 }), ALL)
        const started = performance.now()
        await reader.close()
        expect((await reading).ok).toBe(true)
        expect(performance.now() - started).toBeLessThan(1000)
      })
    })

    describe('a lost position', () => {
      it('below the log start is said, never jumped over', async () => {
        const topic = await topicOf(1, numbered(30, 1))
        await broker.deleteRecords(topic, new Map([[0, 12n]]))
        expect(await broker.offsets(topic, 'earliest')).toEqual(new Map([[0, 12n]]))
        await withReader(topic, [[0, 5n]], async (reader) => {
          const lost = {
            ok: false,
            code: 'offset-out-of-range',
            topic,
            partition: 0,
            detail: { offset: 5n, start: 12n, end: 30n },
          }
          expect(await readOnce(reader)).toEqual(lost)
          expect(await readOnce(reader)).toEqual(lost)
          expect(columns.count).toBe(0)
          reader.seek(0, 12n)
          must(await readOnce(reader, { rows: 18 }))
          expect(columns.count).toBe(18)
        })
      })

      it('is said when the log start moves past a reader', async () => {
        const topic = await topicOf(1)
        const producer = await broker.producer()
        const value = Buffer.alloc(1000)
        for (let from = 0; from < 1000; from += 50) {
          await producer.send(
            topic,
            Array.from({ length: 50 }, () => ({ key: null, value, partition: 0 })),
          )
        }
        await producer.close()
        const reader = await broker.open(topic, new Map([[0, 0n]]), { prefetchBytes: 3000 })
        must(await readOnce(reader, { rows: 1 }))
        await broker.deleteRecords(topic, new Map([[0, 900n]]))
        let next = 1n
        let result = await readOnce(reader, { rows: 10 })
        while (result.ok) {
          for (const { offset } of recordsOf(columns)) expect(offset).toBe(next++)
          result = await readOnce(reader, { rows: 10 })
        }
        expect(next).toBeLessThan(900n)
        expect(result).toMatchObject({ code: 'offset-out-of-range', detail: { offset: next, start: 900n, end: 1000n } })
        await reader.close()
      })

      it('past the end is said too', async () => {
        const topic = await topicOf(1, numbered(3, 1))
        await withReader(topic, [[0, 4n]], async (reader) => {
          expect(await readOnce(reader)).toMatchObject({
            ok: false,
            code: 'offset-out-of-range',
            detail: { offset: 4n, start: 0n, end: 3n },
          })
        })
      })

      it('does not stop the other topic partitions from being read once it is paused', async () => {
        const topic = await topicOf(2, numbered(10, 2))
        await withReader(
          topic,
          [
            [0, 99n],
            [1, 0n],
          ],
          async (reader) => {
            // Records of the other one may come first.
            const first = await readOnce(reader)
            const failed = first.ok ? await readOnce(reader) : first
            expect(failed).toMatchObject({ code: 'offset-out-of-range', partition: 0 })
            reader.pause([0])
            reader.seek(1, 0n)
            must(await readOnce(reader, { rows: 5 }))
            expect(columns.count).toBe(5)
          },
        )
      })

      it('is said when the topic is deleted', async () => {
        const topic = await topicOf(1, numbered(3, 1))
        await withReader(topic, [[0, 0n]], async (reader) => {
          must(await readOnce(reader, { rows: 3 }))
          expect(await broker.deleteTopic(topic)).toBe(true)
          expect(await readOnce(reader)).toMatchObject({ ok: false, code: 'topic-gone', topic })
        })
        expect(await broker.deleteTopic(topic)).toBe(false)
      })

      it('is said when the topic is deleted and created again', async () => {
        const topic = await topicOf(1, numbered(3, 1))
        const before = await broker.topic(topic)
        await withReader(topic, [[0, 0n]], async (reader) => {
          must(await readOnce(reader, { rows: 3 }))
          await broker.deleteTopic(topic)
          await expect.poll(() => broker.topic(topic), { timeout: 10_000 }).toBeUndefined()
          await broker.createTopic(topic, { partitions: 1 })
          await send(topic, numbered(10, 1))
          expect(await readOnce(reader)).toMatchObject({ ok: false, code: 'topic-recreated', topic })
        })
        const reader = await broker.open(topic, new Map([[0, 0n]]), { topicId: before?.id ?? '' })
        expect(await readOnce(reader)).toMatchObject({ ok: false, code: 'topic-recreated' })
        await reader.close()
      })
    })

    describe('memory', () => {
      it('holds no more than its budget for a slow caller', async () => {
        const value = Buffer.alloc(1000, 'm')
        const topic = await topicOf(
          2,
          Array.from({ length: 20_000 }, (_, index) => ({ key: null, value, partition: index % 2 })),
        )
        const prefetchBytes = 3_000_000
        const reader = await broker.open(topic, await broker.offsets(topic, 'earliest'), { prefetchBytes })
        must(await readOnce(reader, { rows: 1 }))
        const held = (): number => process.memoryUsage().arrayBuffers
        const before = held()
        const deadline = performance.now() + 500
        await expect.poll(() => performance.now() > deadline, { timeout: 2000 }).toBe(true)
        expect(held() - before).toBeLessThan(prefetchBytes)
        await reader.close()
      })
    })

    describe('damage', () => {
      it.skipIf(waivers.flipByte !== undefined)('in a stored batch is said, with its place', async () => {
        const topic = await topicOf(2, numbered(1000, 2))
        await under.flipByte?.(topic, 1)
        await withReader(
          topic,
          [
            [0, 0n],
            [1, 0n],
          ],
          async (reader) => {
            const result = await readOnce(reader, { deadlineMs: 5000 })
            const failed = result.ok ? await readOnce(reader, { deadlineMs: 5000 }) : result
            expect(failed).toMatchObject({
              ok: false,
              code: 'corrupt-batch',
              topic,
              partition: 1,
              detail: { offset: 0n },
            })
            reader.pause([1])
            reader.seek(0, 0n)
            must(await readOnce(reader, { rows: 500 }))
            expect(columns.count).toBe(500)
          },
        )
      })
    })

    describe('a broker that comes and goes', () => {
      it.skipIf(waivers.restart !== undefined)('is waited for, without a gap or a repeat', async () => {
        const topic = await topicOf(4, numbered(40_000, 4))
        const until = await broker.offsets(topic, 'latest')
        const from = await broker.offsets(topic, 'earliest')
        const reader = await broker.open(topic, from, { prefetchBytes: 200_000 })
        const offsets = new Map([0, 1, 2, 3].map((partition) => [partition, 0n]))
        let reads = 0
        let restarting: Promise<void> | undefined
        const started = performance.now()
        while ([...offsets].some(([partition, next]) => next < (until.get(partition) ?? 0n))) {
          if (reads === 5) restarting = under.restart?.()
          must(await readOnce(reader, { rows: 1000, deadlineMs: 2000, until }))
          for (const record of recordsOf(columns)) {
            expect(record.offset).toBe(offsets.get(record.partition))
            offsets.set(record.partition, record.offset + 1n)
          }
          reads += 1
          expect(performance.now() - started).toBeLessThan(60_000)
        }
        await restarting
        await reader.close()
      })
    })
  })
}

/** Topic partition of the keys `device-0` to `device-39` among four, as Kafka's Java client computes it. */
const JAVA_PARTITIONS = [
  2, 2, 2, 0, 2, 0, 3, 3, 3, 2, 2, 1, 3, 0, 1, 3, 1, 1, 3, 0, 2, 1, 0, 3, 1, 0, 3, 3, 0, 3, 1, 2, 0, 1, 1, 2, 1, 3, 2,
  3,
]
