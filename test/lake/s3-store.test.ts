import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openStore, probeStore, type ObjectStore } from '#lake'
import { objectStoreConformance } from '../conformance/object-store.ts'
import { startFakeS3, type FakeS3, type Fault } from '../support/fake-s3.ts'
import { scratchFolder } from '../support/lake.ts'
import { describeWithParts } from '../support/parts.ts'
import { startVersitygw, type S3Server } from '../support/versitygw.ts'

describe('the fake S3', () => {
  let fake: FakeS3
  beforeEach(async () => (fake = await startFakeS3()))
  afterEach(() => fake.stop())
  objectStoreConformance('S3 of the fake', () => openStore(fake.config))
})

describeWithParts(['s3'], 'versitygw', (parts) => {
  let server: S3Server
  beforeAll(async () => (server = await startVersitygw(parts['s3'] ?? '')))
  afterAll(() => server.stop())
  objectStoreConformance('S3 of versitygw', async () => openStore(await server.bucket()))

  test('a wrong secret and a missing bucket are said to be that', async () => {
    const config = await server.bucket()
    const stranger = await openStore({ ...config, secretAccessKey: 'wrong' })
    await expect(stranger.read('a')).rejects.toMatchObject({ code: 'lake/access-denied' })
    const nowhere = await openStore({ ...config, bucket: 'no-such-bucket' })
    await expect(nowhere.create('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'lake/no-such-bucket' })
    await stranger.close()
    await nowhere.close()
  })
})

describe('faults', () => {
  let fake: FakeS3
  let store: ObjectStore
  beforeEach(async () => {
    fake = await startFakeS3()
    store = await openStore(fake.config)
  })
  afterEach(async () => {
    await store.close()
    await fake.stop()
  })
  /** The first `count` conditional puts go wrong. */
  const failCreates = (fault: Fault, count: number): void => {
    let left = count
    fake.fault = ({ conditional }) => (conditional && left-- > 0 ? fault : undefined)
  }

  test.each<Fault>([
    'slow-down',
    'cut-before',
    'conflict-before',
    'cut-after',
    'error-after',
    'conflict-after',
    'no-answer-after',
  ])('a create that meets `%s` is told the truth', async (fault) => {
    failCreates(fault, 2)
    expect(await store.create('mine', Buffer.from('mine'))).toBe('created')
    expect((await store.read('mine'))?.toString()).toBe('mine')
    await store.create('theirs', Buffer.from('theirs'))
    failCreates(fault, 2)
    expect(await store.create('theirs', Buffer.from('theirs'))).toBe('exists')
    expect(fake.objects.size).toBe(2)
  })

  test('creators with equal bytes and lost answers: still exactly one wins', async () => {
    fake.fault = ({ conditional }) =>
      conditional ? (['cut-after', 'error-after', undefined] as const)[fake.requests.length % 3] : undefined
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.create('key', Buffer.from('same'))))
    expect(outcomes.filter((each) => each === 'created')).toHaveLength(1)
  })

  test('a create that lands only after it was read back as absent is still ours', async () => {
    failCreates('late', 1)
    expect(await store.create('key', Buffer.from('mine'))).toBe('created')
    expect(fake.requests.filter(({ conditional }) => conditional)).toHaveLength(2)
  })

  test('without object metadata the bytes decide', async () => {
    failCreates('error-after', 1)
    fake.fault = ((inner) => (request) => {
      for (const object of fake.objects.values())
        for (const name of Object.keys(object.metadata)) Reflect.deleteProperty(object.metadata, name)
      return inner(request)
    })(fake.fault)
    expect(await store.create('key', Buffer.from('mine'))).toBe('created')
  })

  test('reads, writes, listings, transfers and deletes outlast passing faults', async () => {
    const folder = await scratchFolder(onTestFinished)
    const bytes = Buffer.alloc(20_000_000, 'x')
    await writeFile(path.join(folder, 'file'), bytes)
    const faults: Fault[] = ['slow-down', 'cut-before', 'stalled-body', 'error-after', 'no-answer-after']
    const seen = new Map<string, number>()
    fake.fault = ({ method, key, query }) => {
      const name = [method, key, query.get('x-id'), query.get('partNumber')].join(' ')
      const times = seen.get(name) ?? 0
      seen.set(name, times + 1)
      return times < 2 ? faults[(seen.size + times) % faults.length] : undefined
    }
    await store.write('a', Buffer.from('text'))
    expect((await store.read('a'))?.toString()).toBe('text')
    await store.upload('big', path.join(folder, 'file'))
    await store.download('big', path.join(folder, 'back'))
    expect((await readFile(path.join(folder, 'back'))).equals(bytes)).toBe(true)
    const keys: string[] = []
    for await (const { key } of store.list('')) keys.push(key)
    expect(keys).toEqual(['a', 'big'])
    await store.delete(['a', 'big'])
    expect(fake.objects.size).toBe(0)
  }, 120_000)

  test('a store that stays away is `lake/store-unavailable`, with the fault as its cause', async () => {
    fake.fault = () => 'slow-down'
    await expect(store.create('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'lake/store-unavailable' })
  }, 60_000)

  test('a refusal is not tried again', async () => {
    fake.fault = () => 'denied'
    await expect(store.write('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'lake/access-denied' })
    expect(fake.requests).toHaveLength(1)
  })

  test('the probe refuses a store that lets two writers win', async () => {
    fake.letTwoWin = true
    await expect(probeStore(store)).rejects.toMatchObject({ code: 'lake/store-not-atomic' })
    expect(fake.objects.size).toBe(0)
  })
})
