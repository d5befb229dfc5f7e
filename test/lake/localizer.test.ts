import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openLocalizer, openStore, type DataFile, type ObjectStore, type ScanPlan } from '#lake'
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts'
import { scratchFolder } from '../support/lake.ts'

let fake: FakeS3
let store: ObjectStore
let folder: string
beforeAll(async () => (fake = await startFakeS3()))
afterAll(() => fake.stop())
beforeEach(async () => {
  fake.requests.length = 0
  folder = path.join(await scratchFolder(onTestFinished), 'cache')
  store = await openStore(fake.config)
  for (const name of ['a', 'b', 'c']) await store.write(name, Buffer.alloc(100, name))
  return () => store.close()
})

function plan(...names: string[]): ScanPlan {
  const metrics = {
    columnSizes: {},
    valueCounts: {},
    nullValueCounts: {},
    nanValueCounts: {},
    lowerBounds: {},
    upperBounds: {},
  }
  const file = (name: string): DataFile => ({
    content: 'data',
    location: store.location(name),
    specId: 0,
    partition: [],
    recordCount: 1,
    fileSizeBytes: 100,
    ...metrics,
  })
  return {
    table: { layer: 'gold', name: 't' },
    schema: { schemaId: 0, fields: [] },
    tasks: names.map((name) => ({ file: file(name), deletes: [] })),
  }
}
const gets = (): number => fake.requests.filter(({ method }) => method === 'GET').length

test('a file is fetched once, also for readers at once', async () => {
  const localizer = openLocalizer({ store, folder, maxBytes: 1000 })
  const [first, second] = await Promise.all([localizer.fetch(plan('a', 'b')), localizer.fetch(plan('b', 'a'))])
  expect(gets()).toBe(2)
  expect((await readFile(first.paths.get(store.location('a')) ?? '')).toString()).toBe('a'.repeat(100))
  expect([...second.paths].sort()).toEqual([...first.paths].sort())
})

test('the folder stays within its bound, but never loses a file that is being read', async () => {
  const localizer = openLocalizer({ store, folder, maxBytes: 150 })
  const held = await localizer.fetch(plan('a'))
  const other = await localizer.fetch(plan('b'))
  other.release()
  const third = await localizer.fetch(plan('c'))
  expect(await readFile(held.paths.get(store.location('a')) ?? '')).toHaveLength(100)
  expect(await readFile(third.paths.get(store.location('c')) ?? '')).toHaveLength(100)
  expect(await readdir(folder)).toHaveLength(2)
  held.release()
  third.release()
  await localizer.fetch(plan('b'))
  expect(await readdir(folder)).toHaveLength(1)
})

test('a missing file is named, and what a former process left is removed', async () => {
  await openLocalizer({ store, folder, maxBytes: 1000 }).fetch(plan('a'))
  const localizer = openLocalizer({ store, folder, maxBytes: 1000 })
  await localizer.fetch(plan('b'))
  expect(await readdir(folder)).toHaveLength(1)
  await expect(localizer.fetch(plan('a', 'gone'))).rejects.toMatchObject({ code: 'lake/missing-file' })
  await store.write('gone', Buffer.from('back'))
  expect((await localizer.fetch(plan('gone'))).paths.size).toBe(1)
})
