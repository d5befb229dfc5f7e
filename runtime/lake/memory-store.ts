import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import { folderFault, systemCode } from './folder-fault.ts'
import { checkKey, keyUnder } from './store-key.ts'
import { TEMPORARY, type ObjectInfo, type ObjectStore } from './object-store.ts'

/** An object: its bytes in memory, or a file, because DuckDB reads Parquet from files only. */
type Stored = { readonly modifiedMs: number } & ({ readonly bytes: Buffer } | { readonly size: number })

/**
 * A lake that is gone with the process. What is written as bytes stays in memory; uploaded files lie below `folder`,
 * which the caller gives empty and removes. Nothing is synced, and what only names files asks for no thread: that costs
 * more than the file.
 */
export function openMemoryStore(folder: string): ObjectStore {
  const root = path.resolve(folder)
  const objects = new Map<string, Stored>()
  const locationOf = (key: string): string => path.join(root, checkKey(key))
  // All files lie in one folder: making and removing a tree of them would cost more than the files.
  const pathOf = (key: string): string => path.join(root, createHash('sha256').update(checkKey(key)).digest('hex'))
  const put = (key: string, bytes: Uint8Array): void =>
    void objects.set(key, { bytes: Buffer.from(bytes), modifiedMs: Date.now() })
  mkdirSync(path.join(root, TEMPORARY), { recursive: true })
  return {
    root,
    async read(key) {
      const stored = objects.get(checkKey(key))
      if (stored === undefined) return undefined
      return 'bytes' in stored ? Buffer.from(stored.bytes) : await readFile(pathOf(key))
    },
    async write(key, bytes) {
      await Promise.resolve()
      put(checkKey(key), bytes)
    },
    async create(key, bytes) {
      await Promise.resolve()
      if (objects.has(checkKey(key))) return 'exists'
      put(key, bytes)
      return 'created'
    },
    async upload(key, localPath) {
      await Promise.resolve()
      objects.set(key, { size: moved(localPath, pathOf(key)), modifiedMs: Date.now() })
    },
    async download(key, localPath) {
      const stored = objects.get(checkKey(key))
      if (stored === undefined) throw smeltError('lake/missing-file', { location: locationOf(key) })
      if ('bytes' in stored) await writeFile(localPath, stored.bytes)
      else await copyFile(pathOf(key), localPath)
    },
    list: (prefix, options) => listed(objects, prefix, options?.after),
    async delete(keys) {
      for (const key of keys) {
        const stored = objects.get(checkKey(key))
        objects.delete(key)
        if (stored !== undefined && !('bytes' in stored)) await rm(pathOf(key), { force: true })
      }
    },
    location: locationOf,
    keyOf: (location) => keyUnder(root, location),
    localPath: (key) => {
      if (key === TEMPORARY) return path.join(root, TEMPORARY)
      const stored = objects.get(key)
      return stored !== undefined && 'bytes' in stored ? undefined : pathOf(key)
    },
    close: () => Promise.resolve(),
  }
}

/** Moves a file and gives its size. */
function moved(from: string, to: string): number {
  try {
    moveFile(from, to)
    return statSync(to).size
  } catch (error) {
    throw folderFault(to, error)
  }
}

function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    copyFileSync(from, to)
    rmSync(from)
  }
}

async function* listed(
  objects: ReadonlyMap<string, Stored>,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<ObjectInfo> {
  await Promise.resolve()
  const inBytes = [...objects].map(([key, stored]) => ({ key, stored, order: Buffer.from(key) }))
  inBytes.sort((a, b) => Buffer.compare(a.order, b.order))
  const start = after === undefined ? undefined : Buffer.from(after)
  for (const { key, stored, order } of inBytes) {
    if (!key.startsWith(prefix) || (start !== undefined && Buffer.compare(order, start) <= 0)) continue
    const size = 'bytes' in stored ? stored.bytes.length : stored.size
    yield { key, size, modifiedMs: stored.modifiedMs }
  }
}
