import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  commitTable,
  currentSnapshot,
  expireSnapshots,
  holdSnapshot,
  maintainTable,
  openCatalog,
  openLocalizer,
  planScan,
  planCompaction,
  rewriteFiles,
  scanSql,
  stageDeletes,
  sweepOrphans,
  tag,
  type Catalog,
  type MaintainOptions,
  type Table,
} from '#lake'
import { openSession } from '../../support/duckdb.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { describeWithParts } from '../../support/parts.ts'
import { readWithDuckdbIceberg, readWithPyIceberg } from '../../support/readers.ts'
import {
  emptyCommit,
  identify,
  moveMainBack,
  openFolderLake,
  openTestLake,
  scratchFolder,
  type TestLake,
} from '../../support/lake.ts'

const session = await openSession()
afterAll(() => session.close())

const HOUR = 3_600_000
/** Tests tell the time: every snapshot lies a minute after the one before. */
let now = Date.now()
const clock = (): number => (now += 60_000)

const ALL = 'SELECT count(*)::INT AS n, count(DISTINCT id)::INT AS ids, coalesce(sum(id), 0)::INT AS total FROM t'
const ids = (from: number, to: number): string => `SELECT i AS id, i % 2 AS part FROM range(${from}, ${to}) r(i)`
const EVERYTHING = { targetBytes: 1e9, minFiles: 2, deletedShare: 0.2 }

let lake: TestLake
beforeEach(async () => {
  lake = await openFolderLake(await scratchFolder(onTestFinished), session)
  await lake.create('t', {
    columns: [
      { name: 'id', type: 'long', required: true },
      { name: 'part', type: 'long' },
    ],
    partitionBy: [{ column: 'part', transform: 'identity' }],
  })
})

async function append(from: number, to: number): Promise<void> {
  const staged = await lake.stage('t', ids(from, to))
  await commitTable(lake.catalog, { ...emptyCommit('t'), addedDataFiles: staged.files }, { clock })
}

async function table(catalog: Catalog = lake.catalog): Promise<Table> {
  const found = await catalog.load(identify('t'))
  if (found === undefined) throw new Error('no table')
  return found
}

/** Deletes the rows for which `where` holds, as a writer of position deletes does. */
async function remove(where: string): Promise<void> {
  const plan = await planScan(lake.catalog, await table())
  const localizer = openLocalizer({ store: lake.store, folder: `${lake.scratch}/deletes`, maxBytes: 1e9 })
  const local = await localizer.fetch(plan)
  const placed = scanSql(plan, local.paths, { positions: true })
  const relation = `(SELECT _file_path AS file_path, _pos AS pos FROM (${placed}) WHERE ${where})`
  const dataFiles = new Map(plan.tasks.map(({ file }) => [file.location, file]))
  const options = { session, relation, table: await table(), store: lake.store, scratch: lake.scratch, dataFiles }
  const deletes = await stageDeletes(options)
  const commit = { ...emptyCommit('t'), operation: 'overwrite' as const, addedDeleteFiles: deletes.files }
  await commitTable(lake.catalog, commit, { clock })
}

async function maintain(options: Partial<MaintainOptions>, catalog = lake.catalog) {
  const localizer = openLocalizer({ store: lake.store, folder: `${lake.scratch}/compact`, maxBytes: 1e9 })
  const usual = {
    session,
    localizer,
    scratch: lake.scratch,
    clock,
    orderBy: 'id',
    carries: 'smelt.',
    budgetBytes: 1e12,
  }
  return maintainTable(catalog, identify('t'), { ...usual, ...options })
}

async function objects(): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of lake.store.list('silver/t/')) found.push(key)
  return found
}

describe('compaction', () => {
  test('makes one sorted file of the small ones of a partition, and changes no row', async () => {
    for (let i = 0; i < 6; i++) await append(i * 10, i * 10 + 10)
    const before = await lake.query('t', ALL)
    const report = await maintain({ compaction: EVERYTHING })
    expect(report).toMatchObject({ compacted: { files: 12, into: 2 }, left: 0 })
    const plan = await planScan(lake.catalog, await table())
    expect(plan.tasks.map(({ file }) => file.recordCount)).toEqual([30, 30])
    expect(await lake.query('t', ALL)).toEqual(before)
    expect(currentSnapshot(await table())).toMatchObject({ operation: 'replace', summary: { 'total-records': '60' } })
    const [file] = plan.tasks.map((task) => task.file.location)
    const rows = await session.rows(
      `SELECT id FROM read_parquet('${file ?? ''}', file_row_number = true) ORDER BY file_row_number`,
    )
    expect(rows.map(({ id }) => Number(id))).toEqual(rows.map(({ id }) => Number(id)).sort((a, b) => a - b))
    // Nothing is left to do.
    expect(await maintain({ compaction: EVERYTHING })).toMatchObject({ compacted: { files: 0 } })
  })

  test('drops deleted rows, and the delete files with them', async () => {
    await append(0, 100)
    await append(100, 200)
    await remove('id < 60')
    await remove('id = 150')
    await maintain({ compaction: { ...EVERYTHING, minFiles: 99 } })
    const plan = await planScan(lake.catalog, await table())
    expect(await lake.query('t', ALL)).toEqual([{ n: 139, ids: 139, total: 199 * 100 - 1770 - 150 }])
    // The files of the second append have one deleted row and stay as they are, with the delete file that says so.
    expect(plan.tasks.map(({ file, deletes }) => [file.recordCount, deletes.length]).sort()).toEqual([
      [20, 0],
      [20, 0],
      [50, 0],
      [50, 1],
    ])
    const { summary } = currentSnapshot(await table()) ?? { summary: {} }
    expect(summary).toMatchObject({ 'total-delete-files': '1', 'total-position-deletes': '1' })
  })

  test('loses against deletes that came after it read, and brings no row back', async () => {
    await append(0, 10)
    await append(10, 20)
    const stale = { ...lake.catalog }
    const [before, scan] = [await table(), await planScan(lake.catalog, await table())]
    await remove('id = 4')
    const [group] = planCompaction(scan, EVERYTHING)
    const localizer = openLocalizer({ store: lake.store, folder: `${lake.scratch}/late`, maxBytes: 1e9 })
    const options = { session, localizer, scratch: lake.scratch, clock, orderBy: '', carries: 'smelt.' }
    if (group === undefined) throw new Error('no group')
    await expect(rewriteFiles(stale, before, scan, group, options)).rejects.toMatchObject({
      code: 'lake/commit-conflict',
    })
    expect(await lake.query('t', ALL)).toEqual([{ n: 19, ids: 19, total: 186 }])
  })

  test('says of its rows what the commit before it says, also of one that came after it read', async () => {
    const commit = async (value: number): Promise<string> => {
      const staged = await lake.stage('t', ids(value * 10, value * 10 + 10))
      const key = { property: 'smelt.checkpoint-id', value }
      const summary = { [key.property]: String(value) }
      const next = { ...emptyCommit('t'), addedDataFiles: staged.files, commitKey: key, summary }
      return (await commitTable(lake.catalog, next, { clock })).outcome
    }
    await commit(1)
    await commit(2)
    const [before, scan] = [await table(), await planScan(lake.catalog, await table())]
    await commit(3)
    const [group] = planCompaction(scan, EVERYTHING)
    const localizer = openLocalizer({ store: lake.store, folder: `${lake.scratch}/raced`, maxBytes: 1e9 })
    if (group === undefined) throw new Error('no group')
    const options = { session, localizer, scratch: lake.scratch, clock, orderBy: '', carries: 'smelt.' }
    await rewriteFiles(lake.catalog, before, scan, group, options)
    expect(currentSnapshot(await table())?.summary['smelt.checkpoint-id']).toBe('3')
    // A restart that finishes what was committed before must find that it was.
    expect(await commit(3)).toBe('already-there')
  })

  test('carries what the summary says of the rows, so that a commit is still known', async () => {
    const key = { property: 'smelt.checkpoint-id', value: 7 }
    const staged = await lake.stage('t', ids(0, 10))
    const commit = {
      ...emptyCommit('t'),
      addedDataFiles: staged.files,
      commitKey: key,
      summary: { [key.property]: '7' },
    }
    await commitTable(lake.catalog, commit, { clock })
    const more = await lake.stage('t', ids(10, 20))
    const next = {
      ...commit,
      addedDataFiles: more.files,
      commitKey: { ...key, value: 8 },
      summary: { [key.property]: '8' },
    }
    await commitTable(lake.catalog, next, { clock })
    await maintain({ compaction: EVERYTHING, snapshots: { maxAgeMs: 0, keepLast: 1 } })
    expect((await table()).metadata.snapshots).toHaveLength(1)
    expect(await commitTable(lake.catalog, next, { clock })).toMatchObject({ outcome: 'already-there' })
  })

  test('keeps to its budget, and tells what is left', async () => {
    for (let i = 0; i < 4; i++) await append(i * 10, i * 10 + 10)
    expect(await maintain({ compaction: EVERYTHING, budgetBytes: 1 })).toMatchObject({
      compacted: { files: 4 },
      left: 1,
    })
    expect(await maintain({ compaction: EVERYTHING, dryRun: true })).toMatchObject({ compacted: { files: 4 }, left: 0 })
    expect(await maintain({ compaction: EVERYTHING })).toMatchObject({ compacted: { files: 4 }, left: 0 })
  })
})

describe('expiry', () => {
  test('forgets old snapshots and removes exactly the files that only they needed', async () => {
    for (let i = 0; i < 4; i++) await append(i * 10, i * 10 + 10)
    await maintain({ compaction: EVERYTHING })
    const before = await objects()
    expect(before.filter((key) => key.includes('/data/'))).toHaveLength(10)
    const done = await expireSnapshots(lake.catalog, identify('t'), { olderThanMs: now + HOUR, keepLast: 1, clock })
    // Four appends, and the commit that compacted the first of the two partitions.
    expect(done.snapshots).toBe(5)
    const after = await objects()
    expect(after.filter((key) => key.includes('/data/'))).toHaveLength(2)
    expect(done.files).toBe(before.length + 1 - after.length)
    expect(await lake.query('t', ALL)).toEqual([{ n: 40, ids: 40, total: 780 }])
    // A process that knows nothing reads it too, and every file that is left is named.
    const fresh = openCatalog(lake.store)
    expect((await planScan(fresh, await table(fresh))).tasks).toHaveLength(2)
    expect(await sweepOrphans(fresh, identify('t'), { olderThanMs: Date.now() + HOUR })).toEqual({ files: 0, bytes: 0 })
    const { snapshotLog, snapshots } = (await table(fresh)).metadata
    expect(snapshotLog.map((each) => each.snapshotId)).toEqual(snapshots.map((each) => each.snapshotId))
  })

  test('keeps the young, the last few, what is tagged, and what a reader holds', async () => {
    for (let i = 0; i < 8; i++) await append(i, i + 1)
    const { snapshots } = (await table()).metadata
    const [first, second, third] = snapshots.map(({ snapshotId }) => snapshotId)
    await tag(lake.catalog, identify('t'), 'savepoint-a', first ?? '', { clock })
    const lease = await holdSnapshot(lake.store, identify('t'), third ?? '', { clock, ttlMs: HOUR })
    const sixth = snapshots[5]?.timestampMs ?? 0
    const expire = () => expireSnapshots(lake.catalog, identify('t'), { olderThanMs: sixth, keepLast: 2, clock })
    expect((await expire()).snapshots).toBe(3)
    const left = (await table()).metadata.snapshots.map(({ snapshotId }) => snapshotId)
    expect(left).toEqual([first, third, ...snapshots.slice(5).map(({ snapshotId }) => snapshotId)])
    expect(left).not.toContain(second)
    expect(await lake.query('t', ALL, { snapshot: { tag: 'savepoint-a' } })).toEqual([{ n: 1, ids: 1, total: 0 }])
    expect(await lake.query('t', ALL, { snapshot: { id: third ?? '' } })).toEqual([{ n: 3, ids: 3, total: 3 }])
    await lease.release()
    expect((await expire()).snapshots).toBe(1)
    now += 2 * HOUR
    expect(await lake.query('t', ALL, { snapshot: { tag: 'savepoint-a' } })).toEqual([{ n: 1, ids: 1, total: 0 }])
  })

  test('a lease that was not renewed runs out', async () => {
    await append(0, 1)
    await append(1, 2)
    const [first] = (await table()).metadata.snapshots
    const lease = await holdSnapshot(lake.store, identify('t'), first?.snapshotId ?? '', { clock, ttlMs: HOUR })
    const expire = () => expireSnapshots(lake.catalog, identify('t'), { olderThanMs: now + HOUR, keepLast: 1, clock })
    now += HOUR / 2
    await lease.renew()
    now += (HOUR * 3) / 4
    expect((await expire()).snapshots).toBe(0)
    now += HOUR
    expect((await expire()).snapshots).toBe(1)
  })

  test('forgets what a rollback left beside the history', async () => {
    await append(0, 10)
    const [first] = (await table()).metadata.snapshots
    await append(10, 20)
    await moveMainBack(lake.catalog, identify('t'), first?.snapshotId ?? '', { clock })
    await append(20, 30)
    await expireSnapshots(lake.catalog, identify('t'), { olderThanMs: now + HOUR, keepLast: 5, clock })
    expect((await table()).metadata.snapshots).toHaveLength(2)
    expect(await lake.query('t', ALL)).toEqual([{ n: 20, ids: 20, total: 45 + 245 }])
    expect((await objects()).filter((key) => key.includes('/data/'))).toHaveLength(4)
  })
})

describe('sweeping', () => {
  test('takes old files that nothing names, and nothing else', async () => {
    await append(0, 10)
    await lake.stage('t', ids(10, 20))
    const needed = await lake.stage('t', ids(20, 30))
    await lake.store.write('silver/t/metadata/left-by-a-crash.avro', Buffer.from('x'))
    await lake.store.write('silver/t/notes.txt', Buffer.from('not ours'))
    const keep = new Set(needed.files.map((file) => file.location))
    const young = { olderThanMs: Date.now() - HOUR, keep }
    expect(await sweepOrphans(lake.catalog, identify('t'), young)).toMatchObject({ files: 0 })
    const old = { olderThanMs: Date.now() + HOUR, keep }
    expect(await sweepOrphans(lake.catalog, identify('t'), { ...old, dryRun: true })).toMatchObject({ files: 3 })
    expect(await sweepOrphans(lake.catalog, identify('t'), old)).toMatchObject({ files: 3 })
    expect(await objects()).toContain('silver/t/notes.txt')
    const commit = { ...emptyCommit('t'), addedDataFiles: needed.files }
    await commitTable(lake.catalog, commit, { clock })
    expect(await lake.query('t', ALL)).toEqual([{ n: 20, ids: 20, total: 45 + 245 }])
  })
})

describe('a fault at any call', () => {
  test('leaves the rows as they are, and a repetition ends clean', async () => {
    for (let failAt = 0; failAt < 400; failAt++) {
      for (const when of ['before', 'after'] as const) {
        lake = await openFolderLake(await scratchFolder(onTestFinished), session)
        await lake.create('t', {
          columns: [
            { name: 'id', type: 'long' },
            { name: 'part', type: 'long' },
          ],
        })
        for (let i = 0; i < 3; i++) await append(i * 10, i * 10 + 10)
        await remove('id < 8')
        const store = faultyStore(lake.store)
        Object.assign(store, { failAt, when })
        const work = { compaction: EVERYTHING, snapshots: { maxAgeMs: 0, keepLast: 1 } }
        const faulty = openTestLake(store, session, lake.scratch)
        const failed = await maintain(work, faulty.catalog).then(
          () => false,
          () => true,
        )
        const rows = [{ n: 22, ids: 22, total: 435 - 28 }]
        expect(await lake.query('t', ALL), `call ${failAt} ${when}`).toEqual(rows)
        const fresh = openTestLake(lake.store, session, `${lake.scratch}/fresh`)
        await maintain({ ...work, orphans: { safetyAgeMs: -HOUR } }, fresh.catalog)
        expect(await fresh.query('t', ALL)).toEqual(rows)
        expect((await objects()).filter((key) => key.includes('/data/'))).toHaveLength(1)
        if (!failed && failAt >= store.calls.length) return
      }
    }
    throw new Error('there was always one more call')
  }, 240_000)
})

describeWithParts(['pyiceberg'], 'other readers', ({ pyiceberg = '' }) => {
  test('read a table that was maintained', async () => {
    for (let i = 0; i < 5; i++) await append(i * 10, i * 10 + 10)
    await remove('id < 12')
    const [, second] = (await table()).metadata.snapshots
    await tag(lake.catalog, identify('t'), 'kept', second?.snapshotId ?? '', { clock })
    await maintain({ compaction: EVERYTHING, snapshots: { maxAgeMs: 0, keepLast: 1 }, orphans: { safetyAgeMs: -HOUR } })
    await remove('id = 30')
    const select = 'select cast(count(*) as varchar), cast(sum(id) as varchar) from t'
    const location = (await table()).location
    const reads = [{ table: location, select }]
    const expected = [['37', String(1225 - 66 - 30)]]
    const python = await readWithPyIceberg(pyiceberg, [...reads, { table: location, select, tag: 'kept' }])
    expect(python.map(({ rows }) => rows)).toEqual([expected, [['20', '190']]])
    expect((await readWithDuckdbIceberg(pyiceberg, reads)).map(({ rows }) => rows)).toEqual([expected])
  })
})
