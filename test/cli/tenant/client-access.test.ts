import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openBroker, type Broker } from '#stream'
import { readAll } from '../../conformance/broker.ts'
import { startKafka, type TestKafka } from '../../support/kafka.ts'
import { describeWithParts } from '../../support/parts.ts'
import { smelt as call } from '../support/buffer-host.ts'
import { temporaryFolder, write } from '../support/project.ts'

/** The test broker knows the users alice and bob, so they are the tenants. */
function tenantsOf(kafka: TestKafka): string {
  const folder = temporaryFolder()
  const tenant = (quotas: string): string => `smelt: 1\n${quotas}pipelines: { orders: }\n`
  write(folder, {
    'smelt.yaml': `smelt: 1
default_environment: test
environments:
  test: { broker: { kafka: { bootstrap: "${kafka.bootstrap}" } }, lake: { folder: lake } }
`,
    'tenants/alice.yaml': tenant('quotas: { produce_per_second: 20MB, consume_per_second: 40MB }\n'),
    'tenants/bob.yaml': tenant(''),
    'pipelines/orders/pipeline.yaml':
      'smelt: 1\nname: orders\nsources: { o: { topic: orders, contract: c.json, event_time: kafka_timestamp } }\nsilver: { t: { from: o } }\n',
    'pipelines/orders/c.json': '{"type":"object","properties":{"id":{"type":"string"}}}',
  })
  return folder
}

describeWithParts(['kafka'], 'the clients of tenants, at a broker that asks who they are', ({ kafka: part = '' }) => {
  let kafka: TestKafka
  let folder: string
  beforeAll(async () => {
    kafka = await startKafka(part, { secure: true })
  })
  afterAll(() => kafka.stop())

  const tenant = (...args: readonly string[]): ReturnType<typeof call> =>
    call(['tenant', ...args], { folder, temporaryFolder: path.join(folder, 'temporary') })

  async function as(username: string): Promise<Broker> {
    const sasl = { mechanism: 'PLAIN', username, password: `${username}-secret` } as const
    const broker = await openBroker({ kind: 'kafka', brokers: [kafka.secure?.sasl ?? ''], sasl })
    onTestFinished(() => broker.close())
    return broker
  }

  it('work with the topics and groups of their own tenant, and reach nothing of another', async () => {
    folder = tenantsOf(kafka)
    expect((await tenant('verify', 'alice')).out).toContain(
      'wrong  access of User:alice: may not read topic alice.*, write topic alice.*',
    )
    const planned = await tenant('apply', 'alice', '--dry-run')
    expect(planned.out).toContain('access: would be granted to User:alice: read topic alice.*\n')
    expect((await tenant('verify', 'alice')).out).toContain('may not read topic alice.*')
    const applied = await tenant('apply', 'alice')
    expect(applied).toMatchObject({ code: 0, err: '' })
    expect(applied.out.match(/^access: granted to User:alice: .*/gm)).toEqual([
      'access: granted to User:alice: read topic alice.*',
      'access: granted to User:alice: write topic alice.*',
      'access: granted to User:alice: describe topic alice.*',
      'access: granted to User:alice: read group smelt.alice.*',
      'access: granted to User:alice: describe group smelt.alice.*',
      'access: granted to User:alice: write transactional-id smelt.alice.*',
      'access: granted to User:alice: describe transactional-id smelt.alice.*',
    ])
    await tenant('apply', 'bob')

    const [alice, bob] = [await as('alice'), await as('bob')]
    for (const [name, broker] of Object.entries({ alice, bob })) {
      const producer = await broker.producer()
      await producer.send(`${name}.orders`, [{ key: null, value: Buffer.from(name) }])
      expect((await readAll(broker, `${name}.orders`)).records).toMatchObject([{ value: name }])
      const offsets = new Map([[0, 1n]])
      expect(await broker.commitGroupOffsets(`smelt.${name}.orders`, `${name}.orders`, offsets)).toBe(true)
    }
    const denied = { code: 'stream/denied' }
    await expect(alice.topic('bob.orders')).rejects.toMatchObject(denied)
    await expect(alice.offsets('bob.orders', 'latest')).rejects.toMatchObject(denied)
    await expect(readAll(alice, 'bob.orders')).rejects.toMatchObject(denied)
    const producer = await alice.producer()
    await expect(producer.send('bob.orders', [{ key: null, value: null }])).rejects.toMatchObject(denied)
    expect(await alice.commitGroupOffsets('smelt.bob.orders', 'bob.orders', new Map([[0, 0n]]))).toBe(false)
    await expect(alice.access?.compare('User:bob', [])).rejects.toMatchObject(denied)
  })

  it('are let in once, and what they may do beyond is told', async () => {
    folder = tenantsOf(kafka)
    await tenant('apply', 'alice')
    const again = JSON.parse((await tenant('apply', 'alice', '--json')).out) as {
      steps: { step: string; done: string[] }[]
    }
    expect(again.steps.filter(({ step }) => ['access', 'quotas'].includes(step))).toEqual([
      { step: 'access', done: [] },
      { step: 'quotas', done: [] },
    ])
    expect(await tenant('verify', 'alice')).toMatchObject({ code: 0 })

    const manager = await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] })
    onTestFinished(() => manager.close())
    await manager.access?.grant('User:alice', [{ resource: 'topic', prefix: 'bob.', operation: 'read' }])
    const found = await tenant('verify', 'alice')
    expect(found.code).toBe(1)
    expect(found.out).toContain('wrong  access of User:alice: may read topic bob.*\n')
  })

  it('move as much as the file of the tenant says, and what it says no more is no limit any more', async () => {
    folder = tenantsOf(kafka)
    await tenant('apply', 'alice')
    const manager = await openBroker({ kind: 'kafka', brokers: [kafka.bootstrap] })
    onTestFinished(() => manager.close())
    expect(await manager.access?.limits('alice')).toEqual({
      produceBytesPerSecond: 20_000_000,
      consumeBytesPerSecond: 40_000_000,
    })
    expect(await manager.access?.limits('bob')).toEqual({})
    write(folder, { 'tenants/alice.yaml': 'smelt: 1\nquotas: { produce_per_second: 5MB }\npipelines: { orders: }\n' })
    expect((await tenant('verify', 'alice')).out).toContain(
      'wrong  quotas of alice: should be produce_per_second 5000000 bytes, consume_per_second without a limit\n',
    )
    expect((await tenant('apply', 'alice')).out).toContain(
      'quotas: set for alice: consume_per_second without a limit\n',
    )
    expect(await manager.access?.limits('alice')).toEqual({ produceBytesPerSecond: 5_000_000 })
  })
})
