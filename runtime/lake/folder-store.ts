import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import { folderFault, systemCode } from './folder-fault.ts'
import { checkKey, keyUnder } from './store-key.ts'
import { walk } from './folder-walk.ts'
import { TEMPORARY, type ObjectStore } from './object-store.ts'

const STALE_MS = 24 * 3600_000

/**
 * A lake in a folder. A file appears under its name only when it is whole and synced, by rename or by link, and the
 * folder entry is synced before a promise is fulfilled. Names starting with `.tmp/` are this store's own.
 */
export async function openFolderStore(folder: string): Promise<ObjectStore> {
  const root = path.resolve(folder)
  return guarded(root, async () => {
    await mkdir(path.join(root, TEMPORARY), { recursive: true })
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK)
    await sweepTemporary(root)
    return folderStore(root)
  })
}

function folderStore(root: string): ObjectStore {
  const pathOf = (key: string): string => path.join(root, checkKey(key))
  const temporary = (): string => path.join(root, TEMPORARY, randomUUID())
  return {
    root,
    read: async (key) => guarded(pathOf(key), () => readIfThere(pathOf(key))),
    write: async (key, bytes) =>
      guarded(pathOf(key), () => withSynced(temporary(), bytes, (file) => place(root, file, pathOf(key), rename))),
    create: async (key, bytes) =>
      guarded(pathOf(key), () => withSynced(temporary(), bytes, (file) => placeNew(root, file, pathOf(key)))),
    upload: async (key, localPath) =>
      guarded(pathOf(key), async () => {
        await syncFile(localPath)
        await place(root, localPath, pathOf(key), (from, to) => renameOrCopy(from, to, temporary()))
      }),
    download: async (key, localPath) =>
      guarded(pathOf(key), async () => {
        const partial = `${localPath}.${randomUUID()}`
        if (!(await isFile(pathOf(key)))) throw smeltError('lake/missing-file', { location: pathOf(key) })
        await copyFile(pathOf(key), partial)
        await rename(partial, localPath)
      }),
    list: (prefix, options) => walk(root, prefix, options?.after, TEMPORARY),
    delete: async (keys) =>
      guarded(root, async () => {
        await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })))
      }),
    location: pathOf,
    keyOf: (location) => keyUnder(root, location),
    localPath: pathOf,
    close: () => Promise.resolve(),
  }
}

async function guarded<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw folderFault(where, error)
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw error
  }
}

/** Writes `bytes` to `file`, syncs it and hands it to `use`; whatever is left of it afterwards is removed. */
async function withSynced<T>(file: string, bytes: Uint8Array, use: (file: string) => Promise<T>): Promise<T> {
  try {
    const handle = await open(file, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return await use(file)
  } finally {
    await rm(file, { force: true })
  }
}

async function placeNew(root: string, from: string, to: string): Promise<'created' | 'exists'> {
  try {
    await place(root, from, to, link)
    return 'created'
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'exists'
    throw error
  }
}

/** Gives the file at `from` its name by `move`, making missing folders, and syncs the folder entries. */
async function place(
  root: string,
  from: string,
  to: string,
  move: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const folder = path.dirname(to)
  try {
    await move(from, to)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    await makeFolders(root, folder)
    await move(from, to)
  }
  await syncFile(folder)
}

/** Makes the folder and every missing one above it; each new entry is synced in its parent. */
async function makeFolders(root: string, folder: string): Promise<void> {
  if (folder === root || (await isFolder(folder))) return
  const parent = path.dirname(folder)
  await makeFolders(root, parent)
  await mkdir(folder, { recursive: true })
  await syncFile(parent)
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function isFolder(folder: string): Promise<boolean> {
  return await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function renameOrCopy(from: string, to: string, temporary: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    await copyFile(from, temporary)
    await syncFile(temporary)
    await rename(temporary, to)
    await unlink(from)
  }
}

/** Syncs a file, or a folder's entries. */
async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what crashed writers left a day ago or earlier. */
async function sweepTemporary(root: string): Promise<void> {
  const folder = path.join(root, TEMPORARY)
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name)
    const found = await stat(file).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) await rm(file, { recursive: true, force: true })
  }
}
