import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '#lake'
import { objectStoreConformance } from '../conformance/object-store.ts'
import { scratchFolder } from '../support/lake.ts'
import { folderFault } from '../../runtime/lake/folder-fault.ts'

objectStoreConformance('a folder', async () => openStore({ kind: 'folder', path: await scratchFolder(onTestFinished) }))

test('a relative path is made absolute once and for all', async () => {
  const folder = await scratchFolder(onTestFinished)
  const store = await openStore({ kind: 'folder', path: path.relative(process.cwd(), folder) })
  expect(store.root).toBe(folder)
})

test('a path through a file is said to be one', async () => {
  const folder = await scratchFolder(onTestFinished)
  await writeFile(path.join(folder, 'file'), 'x')
  await expect(openStore({ kind: 'folder', path: path.join(folder, 'file', 'lake') })).rejects.toMatchObject({
    code: 'lake/not-a-folder',
  })
})

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is said to be one', async () => {
  const folder = path.join(await scratchFolder(onTestFinished), 'lake')
  await mkdir(folder)
  await chmod(folder, 0o500)
  await expect(openStore({ kind: 'folder', path: folder })).rejects.toMatchObject({ code: 'lake/access-denied' })
})

test.each([
  ['ENOSPC', 'lake/disk-full'],
  ['EDQUOT', 'lake/disk-full'],
  ['EROFS', 'lake/access-denied'],
  ['EACCES', 'lake/access-denied'],
  ['EIO', 'lake/store-failed'],
])('%s becomes %s', (code, expected) => {
  expect(folderFault('/lake', Object.assign(new Error(code), { code }))).toMatchObject({ code: expected })
})
