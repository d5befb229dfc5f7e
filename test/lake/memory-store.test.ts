import { expect, onTestFinished, test } from 'vitest'
import { readdir } from 'node:fs/promises'
import { openMemoryStore } from '#lake'
import { objectStoreConformance } from '../conformance/object-store.ts'
import { scratchFolder } from '../support/lake.ts'

objectStoreConformance('memory', async () => openMemoryStore(await scratchFolder(onTestFinished)))

test('what is written as bytes touches no disk, and has no path on it', async () => {
  const folder = await scratchFolder(onTestFinished)
  const store = openMemoryStore(folder)
  await store.create('state/1.json', Buffer.from('{}'))
  expect(store.localPath('state/1.json')).toBeUndefined()
  expect(await readdir(folder)).toEqual(['.tmp'])
})
