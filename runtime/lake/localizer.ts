import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ObjectStore } from './object-store.ts'
import type { ScanPlan } from './scan.ts'

const AT_ONCE = 8

/** Files of a plan on this machine; kept there until `release`. */
export interface LocalFiles {
  /** By location. */
  readonly paths: ReadonlyMap<string, string>
  release(): void
}

/** Keeps fetched files in a folder of at most about `maxBytes`. A folder store's files are read where they lie. */
export interface Localizer {
  /** Fetches what is not there yet: `lake/missing-file` when a file of the plan is gone. */
  fetch(plan: ScanPlan): Promise<LocalFiles>
}

interface CachedFile {
  readonly path: string
  readonly size: number
  readonly fetched: Promise<void>
  readers: number
}

/** Opens a cache folder of its own, when a file needs it; files that a former process left there are removed then. */
export function openLocalizer(options: {
  readonly store: ObjectStore
  readonly folder: string
  readonly maxBytes: number
}): Localizer {
  const { store, folder, maxBytes } = options
  let emptied: Promise<void> | undefined
  const cached = new Map<string, CachedFile>()
  const take = (location: string, size: number): CachedFile => {
    const file = cached.get(location) ?? startFetch(store, folder, location, size)
    file.readers++
    // The newest use stands last, so that the oldest goes first.
    cached.delete(location)
    cached.set(location, file)
    file.fetched.catch(() => cached.delete(location))
    return file
  }
  return {
    async fetch(plan) {
      const files = locationsOf(plan)
      const local = [...files.keys()].flatMap((location) => {
        const found = store.localPath(store.keyOf(location))
        return found === undefined ? [] : [[location, found] as const]
      })
      if (local.length === files.size) return { paths: new Map(local), release: () => undefined }
      await (emptied ??= makeEmpty(folder))
      const taken = await takeAll(files, take)
      await evict(cached, maxBytes)
      return {
        paths: new Map([...taken].map(([location, file]) => [location, file.path])),
        release: () => {
          for (const file of taken.values()) file.readers--
        },
      }
    },
  }
}

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true, force: true })
}

function startFetch(store: ObjectStore, folder: string, location: string, size: number): CachedFile {
  const name = createHash('sha256').update(location).digest('hex')
  const target = path.join(folder, `${name}.parquet`)
  return { path: target, size, fetched: store.download(store.keyOf(location), target), readers: 0 }
}

async function takeAll(
  files: ReadonlyMap<string, number>,
  take: (location: string, size: number) => CachedFile,
): Promise<Map<string, CachedFile>> {
  const taken = new Map<string, CachedFile>()
  const waiting = [...files]
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [location, size] = next
      const file = take(location, size)
      taken.set(location, file)
      await file.fetched
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return taken
  } catch (error) {
    for (const file of taken.values()) file.readers--
    throw error
  }
}

async function evict(cached: Map<string, CachedFile>, maxBytes: number): Promise<void> {
  let total = [...cached.values()].reduce((sum, file) => sum + file.size, 0)
  for (const [location, file] of [...cached]) {
    if (total <= maxBytes) return
    if (file.readers > 0) continue
    cached.delete(location)
    total -= file.size
    await rm(file.path, { force: true })
  }
}

function locationsOf(plan: ScanPlan): Map<string, number> {
  const files = plan.tasks.flatMap((task) => [task.file, ...task.deletes])
  return new Map(files.map((file) => [file.location, file.fileSizeBytes]))
}
