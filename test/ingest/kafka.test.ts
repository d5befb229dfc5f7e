import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBroker, type Broker } from '#stream'
import { BATCH, NDJSON, openIngestBed, readTopic, reading } from '../support/ingest.ts'
import { startKafka, type TestKafka } from '../support/kafka.ts'
import { describeWithParts } from '../support/parts.ts'

describeWithParts(['kafka'], 'ingest into a real Kafka broker', ({ kafka: folder = '' }) => {
  let kafka: TestKafka
  beforeAll(async () => {
    kafka = await startKafka(folder)
  })
  afterAll(() => kafka.stop())

  const open = (): Promise<Broker> => openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] })

  it('answers where each record lies, of batches larger than one of the broker too', async () => {
    const bed = await openIngestBed({ broker: await open() })
    const note = 'x'.repeat(5_000)
    const lines = Array.from({ length: 600 }, (_, id) => JSON.stringify({ id: String(id), celsius: 1, note }))
    const { status, body } = await bed.post(lines.join('\n'), { type: NDJSON, headers: { 'idempotency-key': 'k' } })
    expect(status).toBe(200)
    const stored = await readTopic(bed.broker, 'acme.readings')
    const at = new Map(stored.map(({ partition, offset, value }) => [`${partition}:${offset}`, value]))
    expect(body.positions?.map(({ partition, offset }) => at.get(`${partition}:${offset}`))).toEqual(lines)
    const again = await bed.post(lines.join('\n'), { type: NDJSON, headers: { 'idempotency-key': 'k' } })
    expect(again.body).toMatchObject({ repeated: true, positions: body.positions })
    expect(await readTopic(bed.broker, 'acme.readings')).toHaveLength(600)
  })

  it('a record that a compacted topic refuses takes no other request down', async () => {
    const admin = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
    await admin.createTopics({ topics: [{ topic: 'acme.limits', numPartitions: 2, configEntries }] })
    await admin.disconnect()
    const bed = await openIngestBed({ broker: await open() })
    const path = '/v1/acme/limits'
    const keyless = `[{"key":null,"value":${reading('bad')}}]`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, id) =>
        id % 5 === 0 ? bed.post(keyless, { type: BATCH, path }) : bed.post(reading(id), { path }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, id) => (id % 5 === 0 ? 502 : 200)))
    expect(answers[0]?.body.error?.code).toBe('ingest/refused-by-broker')
    const stored = await readTopic(bed.broker, 'acme.limits')
    expect(stored.map(({ key }) => Number(key)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, id) => id).filter((id) => id % 5 !== 0),
    )
  })

  it('a broker that was killed loses nothing acknowledged, and a repeated request is stored once', async () => {
    const bed = await openIngestBed({ broker: await open() })
    const token = await bed.token({ tenant: 'globex' })
    const post = (id: number) =>
      bed.post(reading(id), { token, path: '/v1/globex/readings', headers: { 'idempotency-key': String(id) } })
    expect((await post(0)).status).toBe(200)
    const during = Array.from({ length: 20 }, (_, index) => post(index + 1))
    await kafka.kill()
    await kafka.start()
    const answers = await Promise.all(during)
    for (const [index, { status }] of answers.entries()) {
      if (status !== 200) expect((await post(index + 1)).status).toBe(200)
    }
    const stored = await readTopic(bed.broker, 'globex.readings')
    expect(stored.map(({ value }) => value).sort()).toEqual(Array.from({ length: 21 }, (_, id) => reading(id)).sort())
  })
})
