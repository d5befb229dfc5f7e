import { createServer } from 'node:net'
import { once } from 'node:events'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecordColumns, openBroker, readFailure, type Broker, type SaslConfig } from '#stream'
import { parseAddress } from '../../../runtime/stream/kafka/connect.ts'
import { readAll } from '../../conformance/broker.ts'
import { startKafka, type TestKafka } from '../../support/kafka.ts'
import { describeWithParts } from '../../support/parts.ts'

describe('the address of a broker', () => {
  it.each([
    ['kafka', { host: 'kafka', port: 9092 }],
    ['kafka:9093', { host: 'kafka', port: 9093 }],
    ['[::1]:9094', { host: '::1', port: 9094 }],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
  })

  it.each(['', ':9092', 'kafka:', 'kafka:x', 'kafka:99999'])('is not %j', (text) => {
    expect(() => parseAddress(text)).toThrow('this is no `host:port`')
  })
})

describe('a broker that is not there', () => {
  it('is named, with the reason', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    server.close()
    await once(server, 'close')
    await expect(openBroker({ kind: 'kafka', brokers: [`127.0.0.1:${port}`] })).rejects.toMatchObject({
      code: 'stream/broker-unreachable',
      message: `The broker \`127.0.0.1:${port}\` cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    })
  })
})

describeWithParts(['kafka'], 'a broker that asks who we are', ({ kafka: folder = '' }) => {
  let kafka: TestKafka
  let plain: Broker
  const alice: SaslConfig = { mechanism: 'PLAIN', username: 'alice', password: 'alice-secret' }

  beforeAll(async () => {
    kafka = await startKafka(folder, { secure: true })
    plain = await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] })
    for (const topic of ['readable', 'describable', 'hidden']) {
      await plain.createTopic(topic, { partitions: 1 })
      const producer = await plain.producer()
      await producer.send(topic, [{ key: null, value: Buffer.from('v') }])
    }
    const admin = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const acl = (resourceName: string, operation: AclOperationTypes) => ({
      resourceType: AclResourceTypes.TOPIC,
      resourceName,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    })
    await admin.createAcls({
      acl: [acl('readable', AclOperationTypes.READ), acl('describable', AclOperationTypes.DESCRIBE)],
    })
    await admin.disconnect()
  })

  afterAll(async () => {
    await plain.close()
    await kafka.stop()
  })

  const as = (sasl: SaslConfig): Promise<Broker> =>
    openBroker({ kind: 'kafka', brokers: [kafka.secure?.sasl ?? ''], sasl })

  it('lets us in with a password, and to what we may read', async () => {
    const broker = await as(alice)
    expect((await readAll(broker, 'readable')).records).toMatchObject([{ value: 'v' }])
    await broker.close()
  })

  it('refuses a wrong password, and no secret is in what we say', async () => {
    const refused = await as({ ...alice, password: 'not-the-password' }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'stream/denied' })
    expect(String(refused) + JSON.stringify(refused)).not.toContain('not-the-password')
  })

  it('denies topics that we may not see, read or write', async () => {
    const broker = await as(alice)
    await expect(broker.offsets('hidden', 'latest')).rejects.toMatchObject({ code: 'stream/denied' })
    await expect(broker.topic('hidden')).rejects.toMatchObject({ code: 'stream/denied' })
    const reader = await broker.open('describable', new Map([[0, 0n]]))
    const result = await reader.read(createRecordColumns({ rows: 1, bytes: 100 }), {
      rows: 1,
      bytes: 100,
      deadlineMs: 10_000,
    })
    expect(result).toMatchObject({ ok: false, code: 'denied', topic: 'describable', partition: 0 })
    if (!result.ok)
      expect(readFailure(result).message).toBe('The broker refuses access to `describable`: READ is not allowed')
    const producer = await broker.producer()
    await expect(producer.send('readable', [{ key: null, value: null }])).rejects.toMatchObject({
      code: 'stream/denied',
    })
    await expect(broker.createTopic('mine', { partitions: 1 })).rejects.toMatchObject({ code: 'stream/denied' })
    await broker.close()
  })

  it('is spoken to over TLS when its certificate is trusted, and not otherwise', async () => {
    const brokers = [kafka.secure?.tls ?? '']
    const broker = await openBroker({ kind: 'kafka', brokers, tls: { ca: kafka.secure?.certificate ?? '' } })
    // Over this listener nobody has a name that an ACL knows; the answer shows that we were understood.
    await expect(broker.topic('readable')).resolves.toBeDefined()
    await broker.close()
    await expect(openBroker({ kind: 'kafka', brokers, tls: true })).rejects.toMatchObject({
      code: 'stream/broker-unreachable',
      message: expect.stringContaining('self-signed certificate') as string,
    })
  })
})
