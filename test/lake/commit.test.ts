import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  commitTable,
  currentSnapshot,
  openCatalog,
  openStore,
  planScan,
  positionsSql,
  stageDeletes,
  type DataFile,
  type ObjectStore,
  type StagedCommit,
} from '#lake'
import { readManifest, readManifestList } from '../../runtime/lake/manifest-io.ts'
import { openSession } from '../support/duckdb.ts'
import { faultyStore } from '../support/faulty-store.ts'
import {
  clock,
  emptyCommit,
  identify,
  openFolderLake,
  openTestLake,
  scratchFolder,
  type TestLake,
} from '../support/lake.ts'

const session = await openSession()
afterAll(() => session.close())

const COLUMNS = { columns: [{ name: 'id', type: 'long', required: true }] } as const
const ids = (from: number, to: number): string => `SELECT i AS id FROM range(${from}, ${to}) r(i)`
const COUNT = 'SELECT count(*)::INT AS n, count(DISTINCT id)::INT AS ids, coalesce(sum(id), 0)::INT AS total FROM t'

let lake: TestLake
beforeEach(async () => {
  lake = await openFolderLake(await scratchFolder(onTestFinished), session)
  await lake.create('t', COLUMNS)
})

/** A file as a table would know it; nothing reads its bytes. */
function pretendFile(name: string, recordCount = 1): DataFile {
  return {
    content: 'data',
    location: lake.store.location(`silver/t/data/${name}.parquet`),
    specId: 0,
    partition: [],
    recordCount,
    fileSizeBytes: 100,
    columnSizes: {},
    valueCounts: {},
    nullValueCounts: {},
    nanValueCounts: {},
    lowerBounds: {},
    upperBounds: {},
  }
}

async function liveFiles(store: ObjectStore): Promise<string[]> {
  const catalog = openCatalog(store)
  const table = await catalog.load(identify('t'))
  if (table === undefined) throw new Error('no table')
  return (await planScan(catalog, table)).tasks.map(({ file }) => file.location).sort()
}

describe('twenty writers at once', () => {
  test.each(['one catalog', 'a catalog each'])('in %s: every row is there once', async (kind) => {
    const staged = await Promise.all(
      Array.from({ length: 20 }, (_, index) => lake.stage('t', ids(index * 10, index * 10 + 10))),
    )
    const results = await Promise.all(
      staged.map(({ files }) => {
        const catalog = kind === 'one catalog' ? lake.catalog : openCatalog(lake.store)
        return commitTable(catalog, { ...emptyCommit('t'), addedDataFiles: files }, { clock })
      }),
    )
    expect(new Set(results.map(({ snapshot }) => snapshot.sequenceNumber)).size).toBe(20)
    expect(await lake.query('t', COUNT)).toEqual([{ n: 200, ids: 200, total: 19900 }])
    const table = await lake.catalog.load(identify('t'))
    expect(table?.metadata.snapshots.at(-1)?.summary).toMatchObject({
      'total-records': '200',
      'total-data-files': '20',
    })
  })

  test('with the same commit key: one commits, the others see that it is there', async () => {
    const staged = {
      ...emptyCommit('t'),
      addedDataFiles: [pretendFile('a')],
      summary: { 'smelt.checkpoint-id': '7' },
      commitKey: { property: 'smelt.checkpoint-id', value: 7 },
    }
    const results = await Promise.all(
      Array.from({ length: 20 }, () => commitTable(openCatalog(lake.store), staged, { clock })),
    )
    expect(results.filter(({ outcome }) => outcome === 'committed')).toHaveLength(1)
    expect(new Set(results.map(({ snapshot }) => snapshot.snapshotId)).size).toBe(1)
    expect(await liveFiles(lake.store)).toHaveLength(1)
  })
})

describe('a fault at every call of a commit', () => {
  const key = { property: 'smelt.checkpoint-id', value: 3 }
  test.each([
    ['before', 'cold'],
    ['after', 'cold'],
    ['before', 'warm'],
    ['after', 'warm'],
  ] as const)('%s the call is done, %s: the repeated commit is there once', async (when, start) => {
    for (let failAt = 0; ; failAt++) {
      const folder = await scratchFolder(onTestFinished)
      const store = faultyStore(await openStore({ kind: 'folder', path: folder }))
      const own = openTestLake(store, session, `${folder}/scratch`)
      await own.create('t', COLUMNS)
      await commitTable(
        own.catalog,
        { ...emptyCommit('t'), addedDataFiles: [pretendFileIn(store, 'a'), pretendFileIn(store, 'b')] },
        { clock },
      )
      const catalog = start === 'warm' ? own.catalog : openCatalog(store)
      const staged: StagedCommit = {
        ...emptyCommit('t'),
        operation: 'overwrite',
        addedDataFiles: [pretendFileIn(store, 'c')],
        removedDataFiles: [store.location('silver/t/data/a.parquet')],
        summary: { [key.property]: String(key.value) },
        commitKey: key,
      }
      store.calls.length = 0
      Object.assign(store, { failAt, when })
      const first = await commitTable(catalog, staged, { clock }).catch((error: unknown) => error)
      const met = store.calls.length > failAt
      store.failAt = -1
      if (first instanceof Error) expect(first).toMatchObject({ code: 'lake/store-unavailable' })
      await commitTable(openCatalog(store), staged, { clock })
      const names = (await liveFiles(store)).map((location) => location.slice(-9))
      expect(names, `fault at call ${failAt}, ${store.calls[failAt] ?? ''}`).toEqual(['b.parquet', 'c.parquet'])
      if (!met) {
        expect(failAt).toBeGreaterThan(4)
        return
      }
    }
  })
})

test.each(['create', 'read'])(
  'a lost answer to the `%s` of a commit is found out, without a commit key',
  async (call) => {
    const store = faultyStore(lake.store)
    const catalog = openCatalog(store)
    await catalog.load(identify('t'))
    const create = ['write', 'write', 'create', 'read'].indexOf(call)
    Object.assign(store, { failAt: store.calls.length + create, when: 'after' })
    const result = await commitTable(catalog, { ...emptyCommit('t'), addedDataFiles: [pretendFile('a')] }, { clock })
    expect(store.calls[store.failAt]).toMatch(call)
    expect(result.outcome).toBe('committed')
    await commitTable(catalog, { ...emptyCommit('t'), addedDataFiles: [pretendFile('b')] }, { clock })
    expect(await liveFiles(lake.store)).toHaveLength(2)
  },
)

test('an append to a table that this process knows reads nothing but the hint', async () => {
  const store = faultyStore(lake.store)
  const catalog = openCatalog(store)
  await commitTable(catalog, { ...emptyCommit('t'), addedDataFiles: [pretendFile('a')] }, { clock })
  store.calls.length = 0
  await commitTable(catalog, { ...emptyCommit('t'), addedDataFiles: [pretendFile('b')] }, { clock })
  const calls = store.calls.map((call) =>
    call.replace(/\w{8}-\w{4}-\w{4}-\w{4}-\w{12}/, 'uuid').replace(/snap-\d+/, 'snap-id'),
  )
  expect(calls).toEqual([
    'write silver/t/metadata/uuid-m0.avro',
    'write silver/t/metadata/snap-id-uuid.avro',
    'create silver/t/metadata/v3.metadata.json',
    'read silver/t/metadata/version-hint.text',
    'write silver/t/metadata/version-hint.text',
    'delete silver/t/metadata/.version-hint.text.crc',
  ])
})

test('manifests and old metadata files stay bounded over 500 commits, and every file stays live', async () => {
  let now = Date.now()
  const added: string[] = []
  for (let index = 0; index < 500; index++) {
    const file = pretendFile(`f${index}`)
    added.push(file.location)
    await commitTable(lake.catalog, { ...emptyCommit('t'), addedDataFiles: [file] }, { clock: () => (now += 10_000) })
  }
  const names: string[] = []
  for await (const { key } of lake.store.list('silver/t/metadata/')) names.push(key)
  expect(names.filter((name) => name.endsWith('.metadata.json'))).toHaveLength(101)
  const table = await openCatalog(lake.store).load(identify('t'))
  if (table === undefined) throw new Error('no table')
  expect(currentSnapshot(table)?.summary).toMatchObject({ 'total-data-files': '500', 'total-records': '500' })
  expect(await liveFiles(lake.store)).toEqual(added.sort())
  const live = new Set(table.metadata.snapshots.map((each) => each.manifestList))
  expect(live.size).toBe(500)
  expect(lake.catalog.cache.lists.get(currentSnapshot(table)?.manifestList ?? '')?.length).toBeLessThanOrEqual(101)
}, 120_000)

test('removing a file twice, or deleting rows of a removed one, is a conflict that changes nothing', async () => {
  const staged = await lake.stage('t', ids(0, 100))
  await commitTable(lake.catalog, { ...emptyCommit('t'), addedDataFiles: staged.files }, { clock })
  const table = await lake.catalog.load(identify('t'))
  if (table === undefined) throw new Error('no table')
  const [file] = staged.files
  if (file === undefined) throw new Error('no file')
  const deletes = await stageDeletes({
    session,
    table,
    store: lake.store,
    scratch: lake.scratch,
    dataFiles: new Map([[file.location, file]]),
    relation: `(SELECT file_path, pos FROM (${positionsSql(staged, ['id'])}) WHERE id = 5)`,
  })
  const removal: StagedCommit = { ...emptyCommit('t'), operation: 'delete', removedDataFiles: [file.location] }
  await commitTable(openCatalog(lake.store), removal, { clock })
  for (const late of [removal, { ...emptyCommit('t'), addedDeleteFiles: deletes.files }]) {
    await expect(commitTable(lake.catalog, late, { clock })).rejects.toMatchObject({ code: 'lake/commit-conflict' })
  }
  expect(await lake.query('t', COUNT)).toEqual([{ n: 0, ids: 0, total: 0 }])
  expect((await lake.catalog.load(identify('t')))?.metadata.snapshots).toHaveLength(2)
})

test.each(['warm', 'cold'])('a carried file keeps the sequence number it was added with, %s', async (start) => {
  const commit = (change: Partial<StagedCommit>): Promise<unknown> =>
    commitTable(
      start === 'warm' ? lake.catalog : openCatalog(lake.store),
      { ...emptyCommit('t'), ...change },
      { clock },
    )
  await commit({})
  await commit({ addedDataFiles: [pretendFile('a'), pretendFile('b')] })
  await commit({ addedDataFiles: [pretendFile('c')] })
  await commit({ operation: 'delete', removedDataFiles: [pretendFile('a').location] })
  const catalog = openCatalog(lake.store)
  const table = await catalog.load(identify('t'))
  if (table === undefined) throw new Error('no table')
  const entries: string[] = []
  for (const manifest of await readManifestList(catalog, currentSnapshot(table))) {
    for (const { status, file, sequenceNumber, fileSequenceNumber } of await readManifest(catalog, table, manifest)) {
      entries.push([status, file.location.slice(-9, -8), sequenceNumber, fileSequenceNumber].join(' '))
    }
  }
  expect(entries.sort()).toEqual(['added c 3 3', 'deleted a 2 2', 'existing b 2 2'])
})

test('a commit key at or below what the history has is there already; a higher one is not', async () => {
  const commit = (value: number): Promise<{ outcome: string }> =>
    commitTable(
      openCatalog(lake.store),
      { ...emptyCommit('t'), summary: { key: String(value) }, commitKey: { property: 'key', value } },
      { clock },
    )
  expect((await commit(5)).outcome).toBe('committed')
  expect((await commit(5)).outcome).toBe('already-there')
  expect((await commit(4)).outcome).toBe('already-there')
  expect((await commit(6)).outcome).toBe('committed')
})

test('a staged commit survives JSON', async () => {
  const { files } = await lake.stage('t', ids(0, 10))
  const staged = { ...emptyCommit('t'), addedDataFiles: files }
  await commitTable(lake.catalog, JSON.parse(JSON.stringify(staged)) as StagedCommit, { clock })
  expect(await lake.query('t', COUNT)).toEqual([{ n: 10, ids: 10, total: 45 }])
})

test('a writer that slept through a hundred commits does not take its ghost for a commit', async () => {
  await lake.append('t', ids(0, 1), { addedDataFiles: [pretendFile('first')] })
  const sleeper = openCatalog(lake.store)
  await sleeper.load(identify('t'))
  let now = Date.now()
  for (let index = 0; index < 105; index++) {
    await commitTable(
      lake.catalog,
      { ...emptyCommit('t'), addedDataFiles: [pretendFile(`f${index}`)] },
      { clock: () => (now += 1000) },
    )
  }
  expect(await lake.store.read('silver/t/metadata/v3.metadata.json')).toBeUndefined()
  await commitTable(sleeper, { ...emptyCommit('t'), addedDataFiles: [pretendFile('late')] }, { clock })
  expect(await liveFiles(lake.store)).toHaveLength(107)
  expect(await lake.store.read('silver/t/metadata/v3.metadata.json')).toBeUndefined()
})

test('a writer whose memory is behind sees what another one added, before it calls that a conflict', async () => {
  const other = openCatalog(lake.store)
  await commitTable(other, { ...emptyCommit('t'), addedDataFiles: [pretendFile('a')] }, { clock })
  const removal: StagedCommit = {
    ...emptyCommit('t'),
    operation: 'delete',
    removedDataFiles: [pretendFile('a').location],
  }
  expect((await commitTable(lake.catalog, removal, { clock })).outcome).toBe('committed')
  expect(await liveFiles(lake.store)).toEqual([])
})

function pretendFileIn(store: ObjectStore, name: string): DataFile {
  return { ...pretendFile(name), location: store.location(`silver/t/data/${name}.parquet`) }
}
