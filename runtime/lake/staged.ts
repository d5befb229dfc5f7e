import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { TEMPORARY, type ObjectStore } from './object-store.ts'
import type { Schema } from './schema.ts'
import type { SqlSession } from './sql-session.ts'
import type { Table } from './table.ts'

export interface StageOptions {
  readonly session: SqlSession
  /** A table, view or parenthesised query with at least the schema's columns, by name. */
  readonly relation: string
  readonly table: Table
  readonly store: ObjectStore
  /** A local folder for files on their way to S3. */
  readonly scratch: string
  /** SQL by which the rows of each file are sorted; left out or empty, they come in any order. */
  readonly orderBy?: string
  /** How many rows the relation has, where that is known: few are written before it is asked which partitions they are in. */
  readonly rows?: number
  /** zstd level, 1 by default. */
  readonly compressionLevel?: number
}

export interface Staged<F> {
  /** The schema that the files were written with. */
  readonly schema: Schema
  readonly files: readonly F[]
  /** Where each file can be read on this machine, by location, until `release`. */
  readonly localPaths: ReadonlyMap<string, string>
  /** Removes the scratch copies. */
  release(): Promise<void>
}

/** The local side of one staging: hands out scratch paths and uploads what was written there. */
export interface Workshop {
  /** A new path of this machine, on the store's own file system where it has one. */
  newPath(): string
  /** Starts to store a written file under `key`; `finish` waits for it. */
  upload(key: string, localPath: string): void
  finish<F>(schema: Schema, files: readonly F[]): Promise<Staged<F>>
  /** After a fault: waits for what was started and removes the scratch files. */
  abandon(): Promise<void>
}

export async function openWorkshop(store: ObjectStore, scratch: string): Promise<Workshop> {
  const temporary = store.localPath(TEMPORARY)
  const isFolder = temporary !== undefined
  const folder = temporary ?? scratch
  if (!isFolder) await mkdir(folder, { recursive: true })
  // What has to be removed: an upload to a folder moves the file away.
  const left = new Set<string>()
  const uploads: Promise<void>[] = []
  const localPaths = new Map<string, string>()
  const release = async (): Promise<void> => {
    await Promise.all([...left].map((each) => rm(each, { recursive: true, force: true })))
  }
  return {
    newPath() {
      const fresh = path.join(folder, `${randomUUID()}.parquet`)
      left.add(fresh)
      return fresh
    },
    upload(key, localPath) {
      localPaths.set(store.location(key), store.localPath(key) ?? localPath)
      const upload = store.upload(key, localPath)
      if (isFolder) void upload.then(() => left.delete(localPath)).catch(() => undefined)
      // A fault is reported by `finish`; until then it must not count as unhandled.
      upload.catch(() => undefined)
      uploads.push(upload)
    },
    async finish(schema, files) {
      await Promise.all(uploads)
      if (isFolder) await release()
      return { schema, files, localPaths, release }
    },
    async abandon() {
      await Promise.allSettled(uploads)
      await release()
    },
  }
}
