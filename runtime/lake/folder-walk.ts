import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { folderFault, systemCode } from './folder-fault.ts'
import type { ObjectInfo } from './object-store.ts'

/**
 * The files under `root` whose key starts with `prefix` and sorts after `after`, in byte order of their keys. Folders
 * that can hold no such key are not opened. Files that vanish meanwhile are passed over.
 */
export async function* walk(
  root: string,
  prefix: string,
  after: string | undefined,
  hidden: string,
): AsyncGenerator<ObjectInfo> {
  for await (const key of keysIn(root, '', prefix, after)) {
    if (key.startsWith(`${hidden}/`)) continue
    const found = await stat(path.join(root, key)).catch(() => undefined)
    if (found !== undefined) yield { key, size: found.size, modifiedMs: found.mtimeMs }
  }
}

async function* keysIn(
  root: string,
  folder: string,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<string> {
  for (const name of await namesIn(path.join(root, folder))) {
    const key = folder + name
    if (!key.endsWith('/')) {
      if (key.startsWith(prefix) && (after === undefined || comesAfter(key, after))) yield key
    } else if (
      (key.startsWith(prefix) || prefix.startsWith(key)) &&
      (after === undefined || canHoldAfter(key, after))
    ) {
      yield* keysIn(root, key, prefix, after)
    }
  }
}

/** Entry names in byte order, folders with the `/` that their keys go on with: so `a-b` sorts before `a/b`. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw folderFault(folder, error)
  }
}

function comesAfter(key: string, after: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0
}

/** False when every key starting with `folder` sorts at or before `after`. */
function canHoldAfter(folder: string, after: string): boolean {
  return after.startsWith(folder) || comesAfter(folder, after)
}
