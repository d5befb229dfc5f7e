import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { smeltError } from '#diagnostics'
import { openMemoryBroker, type Appended, type Broker, type OutgoingRecord, type Producer } from '#stream'
import { Appender } from '../../runtime/ingest/appender.ts'
import type { Stored } from '../../runtime/ingest/submission.ts'
import { requestKey } from '../../runtime/ingest/request-key.ts'
import { readTopic } from '../support/ingest.ts'
import { temporaryFolder } from '../support/pipeline.ts'

const TOPIC = 'acme.readings'

/** What may go wrong with an append: before it, after it, or in the middle. */
type Fault = (records: readonly OutgoingRecord[], append: Producer['append']) => Promise<Appended>

interface Bed {
  readonly broker: Broker
  /** What the next appends meet, one each. */
  readonly faults: Fault[]
  readonly values: () => Promise<string[]>
  /** An appender as a new process would have it: nothing is kept but topic and files. */
  readonly open: (options?: { clock?: () => number }) => Appender
}

async function openBed(): Promise<Bed> {
  const folder = await temporaryFolder()
  const inner = openMemoryBroker()
  const faults: Fault[] = []
  const broker: Broker = {
    ...inner,
    async producer() {
      const producer = await inner.producer()
      const append: Producer['append'] = (topic, records) => {
        const fault = faults.shift()
        return fault === undefined
          ? producer.append(topic, records)
          : fault(records, (_, some) => producer.append(topic, some))
      }
      return { ...producer, append }
    },
  }
  return {
    broker,
    faults,
    values: async () => (await readTopic(broker, TOPIC)).map(({ value }) => value ?? 'null').sort(),
    open({ clock = Date.now } = {}) {
      const limits = { keyWindowMs: 1000, keyWindowBytes: 1 << 20, idleMs: 60_000 }
      const ledgerFile = path.join(folder, 'keys.ndjson')
      const appender = new Appender({ broker, topic: TOPIC, partitions: 3, ledgerFile, clock, limits })
      onTestFinished(() => appender.close())
      return appender
    },
  }
}

/** A request of records with these values, keyed by them. */
function submission(key: string | undefined, ...values: string[]) {
  const records = values.map((value) => ({ key: Buffer.from(value), value: Buffer.from(value) }))
  return { records, ...(key !== undefined && { key: requestKey(key, values) }) }
}

const places = ({ positions }: Stored): string[] => positions.map(({ partition, offset }) => `${partition}:${offset}`)
const SEVEN = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

describe('a request with an idempotency key', () => {
  it('is stored once and answered alike, again and after a restart', async () => {
    const bed = await openBed()
    const first = bed.open()
    const stored = await first.submit(submission('k', ...SEVEN))
    const again = await first.submit(submission('k', ...SEVEN))
    await first.close()
    const later = await bed.open().submit(submission('k', ...SEVEN))
    expect([again, later]).toEqual([
      { ...stored, repeated: true },
      { ...stored, repeated: true },
    ])
    expect(await bed.values()).toEqual(SEVEN)
  })

  it('that came twice at once is stored once', async () => {
    const bed = await openBed()
    const appender = bed.open()
    const answers = await Promise.all([1, 2, 3].map(() => appender.submit(submission('k', ...SEVEN))))
    expect(new Set(answers.map((each) => places(each).join())).size).toBe(1)
    expect(answers.map(({ repeated }) => repeated)).toEqual([false, true, true])
    expect(await bed.values()).toEqual(SEVEN)
  })

  it('is another one with other records: ingest/key-reused, and nothing is stored', async () => {
    const bed = await openBed()
    const appender = bed.open()
    await appender.submit(submission('k', 'a'))
    await expect(appender.submit(submission('k', 'b'))).rejects.toMatchObject({ code: 'ingest/key-reused' })
    expect(() => appender.known(submission('k', 'b').key ?? { key: '', body: '' })).toThrow('idempotency key')
    expect(await bed.values()).toEqual(['a'])
  })

  it('is forgotten after its window', async () => {
    const bed = await openBed()
    let now = Date.now()
    const appender = bed.open({ clock: () => now })
    await appender.submit(submission('k', 'a'))
    now += 1000
    expect((await appender.submit(submission('k', 'b'))).repeated).toBe(false)
  })

  it.each<[string, Fault]>([
    [
      'stored, and the answer of the broker was lost',
      async (records, append) => {
        await append(TOPIC, records)
        throw smeltError('stream/broker-unreachable', { address: 'x', detail: 'lost' })
      },
    ],
    [
      'stored in part, and then the broker went away',
      async (records, append) => {
        await append(TOPIC, records.slice(0, 3))
        throw smeltError('stream/broker-unreachable', { address: 'x', detail: 'lost' })
      },
    ],
    [
      'not stored at all',
      () => Promise.reject(smeltError('stream/broker-unreachable', { address: 'x', detail: 'lost' })),
    ],
  ])('was %s: sent again, to this process or the next, each record is stored once', async (_, fault) => {
    for (const isNext of [false, true]) {
      const bed = await openBed()
      let appender = bed.open()
      await appender.submit(submission('before', 'x'))
      bed.faults.push(fault)
      await expect(appender.submit(submission('k', ...SEVEN))).rejects.toMatchObject({ code: 'ingest/unavailable' })
      if (isNext) appender = bed.open()
      const stored = await appender.submit(submission('k', ...SEVEN))
      expect(await bed.values()).toEqual([...SEVEN, 'x'])
      const lies = new Map(
        (await readTopic(bed.broker, TOPIC)).map((each) => [`${each.partition}:${each.offset}`, each.value]),
      )
      expect(places(stored).map((place) => lies.get(place))).toEqual(SEVEN)
    }
  })

  it('is found although others wrote to the topic in between', async () => {
    const bed = await openBed()
    const appender = bed.open()
    await appender.submit(submission('before', 'x'))
    bed.faults.push(async (records, append) => {
      await append(TOPIC, records)
      throw smeltError('stream/broker-unreachable', { address: 'x', detail: 'lost' })
    })
    await expect(appender.submit(submission('k', 'a'))).rejects.toMatchObject({ code: 'ingest/unavailable' })
    await appender.submit(submission(undefined, 'b', 'c'))
    expect((await appender.submit(submission('k', 'a'))).repeated).toBe(true)
    expect(await bed.values()).toEqual(['a', 'b', 'c', 'x'])
  })
})

describe('a group', () => {
  /** A broker that takes no record of the value `bad`, and of the others what comes before it in its topic partition. */
  const refusing: Fault = async (records, append) => {
    const refusedIn = new Set<number>()
    const good = records.filter(({ value, partition = 0 }) => {
      if (value?.toString() === 'bad') refusedIn.add(partition)
      return !refusedIn.has(partition)
    })
    const { runs } = await append(TOPIC, good)
    const refused = smeltError('stream/request-failed', { request: 'send', detail: 'INVALID_RECORD' })
    return { runs, ...(refusedIn.size > 0 && { refused }) }
  }

  it('one request that the broker refuses does not take the others down, nor is anything stored twice', async () => {
    const bed = await openBed()
    const appender = bed.open()
    await appender.submit(submission('open', 'x'))
    bed.faults.push(...Array.from({ length: 12 }, () => refusing))
    const good = SEVEN.map((value, index) => submission(index % 2 === 0 ? `k${index}` : undefined, value, `${value}2`))
    const [bad, ...others] = await Promise.allSettled(
      // The first goes alone; the others wait for it and are a group.
      [submission(undefined, 'first'), submission('poison', 'p', 'bad', 'q'), ...good].map((each) =>
        appender.submit(each),
      ),
    ).then(([, ...rest]) => rest)
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'ingest/refused-by-broker' } })
    expect(others.map(({ status }) => status)).toEqual(good.map(() => 'fulfilled'))
    const values = await bed.values()
    expect(values.filter((each) => /^[a-g]2?$/.test(each))).toEqual(SEVEN.flatMap((each) => [each, `${each}2`]))
    expect(new Set(values).size).toBe(values.length)
  })
})

describe('the topic', () => {
  it('is let go of when nothing came for a while, and taken again', async () => {
    const folder = await temporaryFolder()
    const inner = openMemoryBroker()
    let open = 0
    const broker: Broker = {
      ...inner,
      async producer() {
        const producer = await inner.producer()
        open += 1
        return { ...producer, close: () => Promise.resolve(void (open -= 1)) }
      },
    }
    const limits = { keyWindowMs: 1000, keyWindowBytes: 1 << 20, idleMs: 1 }
    const ledgerFile = path.join(folder, 'keys')
    const appender = new Appender({ broker, topic: TOPIC, partitions: 1, ledgerFile, clock: Date.now, limits })
    await appender.submit(submission('k', 'a'))
    await expect.poll(() => open).toBe(0)
    expect((await appender.submit(submission('k', 'a'))).repeated).toBe(true)
    expect(places(await appender.submit(submission(undefined, 'b')))).toEqual(['0:1'])
    await appender.close()
    expect(open).toBe(0)
  })
})
