import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type ObjectStore } from '#lake'
import { openBroker, openMemoryBroker, type Broker } from '#stream'
import { erase, occurrences } from '../../support/erasing.ts'
import { startKafka, type TestKafka } from '../../support/kafka.ts'
import { describeWithParts } from '../../support/parts.ts'
import { ANN, DAY, PEOPLE_FILES, PEOPLE_PIPELINE, sendPeople, START, visit } from '../../support/people.ts'
import { compilePipeline, openBed } from '../../support/pipeline.ts'
import { startVersitygw, type S3Server } from '../../support/versitygw.ts'

const compiled = compilePipeline(PEOPLE_PIPELINE, PEOPLE_FILES)

/** Erases from a broker that keeps what it has, over a lake. */
async function proveKept(broker: Broker, store?: ObjectStore): Promise<void> {
  const bed = await openBed(compiled, { partitions: 1, broker, ...(store === undefined ? {} : { store }) })
  await sendPeople(bed, 2)
  await bed.run({ batchRows: 7, checkpointEveryMs: 0 })
  // Nobody has read this one yet.
  await bed.send('visits', [visit('unread', ANN, START + DAY)])
  const kept = [
    {
      topic: 'acme.visits',
      outcome: 'kept',
      records: [0, 1, 5, 6, 10].map((offset) => [0, String(offset)]),
      files: [],
    },
    { topic: 'acme.members', outcome: 'kept', records: [[0, '0']], files: [] },
  ]
  expect((await erase(bed, { dryRun: true })).topics).toEqual(kept)
  expect((await erase(bed)).topics).toEqual(kept)
  // The lake is clean, and what the broker holds is not passed over in silence.
  expect(await occurrences(bed)).toEqual([
    ...[0, 1, 5, 6, 10].map((offset) => ({ place: 'acme.visits', within: `topic partition 0, offset ${offset}` })),
    { place: 'acme.members', within: 'topic partition 0, offset 0' },
  ])
  // What was not read yet comes in, and takes another erasure.
  await bed.run()
  expect((await bed.audit()).closes).toBe(true)
  expect((await erase(bed)).tables.map(({ table }) => table)).toContain('bronze.visits')
  await broker.deleteRecords('acme.visits', new Map([[0, 11n]]))
  await broker.deleteRecords('acme.members', new Map([[0, 1n]]))
  expect(await occurrences(bed)).toEqual([])
  expect((await erase(bed)).topics).toEqual([])
}

describe('a broker that cannot erase', () => {
  it('is told with every record that it still has', () => proveKept(openMemoryBroker()), 60_000)
})

describe('the topic of a Kafka sink', () => {
  const alerting = compilePipeline(
    `${PEOPLE_PIPELINE}    alert: { id: [visit_id, kafka_offset], to: [desk] }
sinks:
  desk: { kafka: alerts }
`,
    PEOPLE_FILES,
  )

  it('is looked through as those of sources are, for alerts made of the records too', async () => {
    const bed = await openBed(alerting, { partitions: 1, broker: openMemoryBroker() })
    await sendPeople(bed, 1)
    await bed.run({ batchRows: 7, checkpointEveryMs: 0 })
    await bed.broker.createTopic('acme.alerts', { partitions: 1 })
    const alert = (row: object) => ({
      key: null,
      value: Buffer.from(
        JSON.stringify({ id: 'x', tenant: 'acme', pipeline: 'people', table: 'as_member', key: [], row }),
      ),
    })
    const producer = await bed.broker.producer()
    await producer.send('acme.alerts', [
      alert({ who: ANN }),
      alert({ kafka_partition: 0, kafka_offset: 0 }),
      alert({ kafka_partition: 0, kafka_offset: 2 }),
    ])
    await producer.close()
    const { topics } = await erase(bed)
    expect(topics.find(({ topic }) => topic === 'acme.alerts')).toEqual({
      topic: 'acme.alerts',
      outcome: 'kept',
      records: [
        [0, '0'],
        [0, '1'],
      ],
      files: [],
    })
    expect((await occurrences(bed)).filter(({ place }) => place === 'acme.alerts')).toEqual([
      { place: 'acme.alerts', within: 'topic partition 0, offset 0' },
    ])
  }, 60_000)
})

describeWithParts(['kafka', 's3'], 'a lake in a bucket fed by Kafka', (folders) => {
  let kafka: TestKafka
  let s3: S3Server
  beforeAll(async () => {
    ;[kafka, s3] = await Promise.all([startKafka(folders['kafka'] ?? ''), startVersitygw(folders['s3'] ?? '')])
  }, 120_000)
  afterAll(async () => {
    await Promise.all([kafka.stop(), s3.stop()])
  })

  it('holds nobody who was erased, and the topics are told', async () => {
    const store = await openStore(await s3.bucket())
    await proveKept(await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] }), store)
    await store.close()
  }, 180_000)
})
