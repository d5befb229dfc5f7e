import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  commitTable,
  openCatalog,
  openLocalizer,
  openStore,
  planScan,
  scanSql,
  stageData,
  type Catalog,
  type ChangeOptions,
  type CommitResult,
  type Identifier,
  type NewTable,
  type ObjectStore,
  type ScanOptions,
  type SnapshotId,
  type SqlSession,
  type Staged,
  type StagedCommit,
  type DataFile,
  type Table,
} from '#lake'
import { changeTable } from '../../runtime/lake/change-table.ts'

export const clock = (): number => Date.now()

/** A folder that is gone after the test. */
export async function scratchFolder(onEnd: (clean: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smelt-lake-'))
  onEnd(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A lake to write test tables in, and the handful of steps that most tests repeat. */
export interface TestLake {
  readonly store: ObjectStore
  readonly catalog: Catalog
  readonly session: SqlSession
  readonly scratch: string
  create(name: string, table: NewTable): Promise<Table>
  stage(name: string, query: string): Promise<Staged<DataFile>>
  append(name: string, query: string, extra?: Partial<StagedCommit>): Promise<CommitResult>
  /** Rows of `select` over the table, which it calls `t`. */
  query(name: string, select: string, options?: ScanOptions): Promise<Record<string, unknown>[]>
}

export function identify(name: string): Identifier {
  return { layer: 'silver', name }
}

/** Moves `main` back to a snapshot, as other writers roll a table back: later snapshots stay, beside its history. */
export async function moveMainBack(
  catalog: Catalog,
  identifier: Identifier,
  to: SnapshotId,
  options: ChangeOptions,
): Promise<void> {
  await changeTable(catalog, identifier, options, (metadata) => {
    const timestampMs = Math.max(options.clock(), metadata.lastUpdatedMs)
    return {
      ...metadata,
      currentSnapshotId: to,
      snapshotLog: [...metadata.snapshotLog, { timestampMs, snapshotId: to }],
      refs: { ...metadata.refs, main: { type: 'branch', rest: {}, ...metadata.refs['main'], snapshotId: to } },
    }
  })
}

export function openTestLake(store: ObjectStore, session: SqlSession, scratch: string): TestLake {
  const catalog = openCatalog(store)
  const localizer = openLocalizer({ store, folder: path.join(scratch, 'cache'), maxBytes: 1e9 })
  const load = async (name: string): Promise<Table> => {
    const table = await catalog.load(identify(name))
    if (table === undefined) throw new Error(`no table ${name}`)
    return table
  }
  const lake: TestLake = {
    store,
    catalog,
    session,
    scratch,
    create: (name, table) => catalog.create(identify(name), table, { clock }),
    stage: async (name, query) =>
      stageData({ session, relation: `(${query})`, table: await load(name), store, scratch }),
    append: async (name, query, extra) => {
      const staged = await lake.stage(name, query)
      await staged.release()
      return commitTable(catalog, { ...emptyCommit(name), addedDataFiles: staged.files, ...extra }, { clock })
    },
    query: async (name, select, options) => {
      const plan = await planScan(catalog, await load(name), options)
      const files = await localizer.fetch(plan)
      try {
        return await session.rows(`WITH t AS (${scanSql(plan, files.paths)}) ${select}`)
      } finally {
        files.release()
      }
    },
  }
  return lake
}

export async function openFolderLake(folder: string, session: SqlSession): Promise<TestLake> {
  const store = await openStore({ kind: 'folder', path: path.join(folder, 'lake') })
  return openTestLake(store, session, path.join(folder, 'scratch'))
}

export function emptyCommit(name: string): StagedCommit {
  return {
    table: identify(name),
    operation: 'append',
    addedDataFiles: [],
    addedDeleteFiles: [],
    removedDataFiles: [],
    summary: {},
  }
}
