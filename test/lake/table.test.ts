import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { commitTable, planScan, positionsSql, shapeFor, shapeTable, stageDeletes, tag } from '#lake'
import { openSession } from '../support/duckdb.ts'
import { clock, emptyCommit, identify, openFolderLake, scratchFolder, type TestLake } from '../support/lake.ts'
import type { NewTable, WantedShape } from '#lake'

const EVENTS: NewTable = {
  columns: [
    { name: 'id', type: 'long', required: true },
    { name: 'org', type: 'string' },
    { name: 'at', type: 'timestamptz' },
    { name: 'amount', type: 'decimal(12, 2)' },
    { name: 'score', type: 'double' },
    { name: 'raw', type: 'binary' },
    {
      name: 'where',
      type: {
        type: 'struct',
        fields: [
          { name: 'city', type: 'string' },
          { name: 'floor', type: 'int' },
        ],
      },
    },
    { name: 'tags', type: { type: 'list', element: 'string' } },
    { name: 'extra', type: { type: 'map', key: 'string', value: 'long' } },
  ],
  partitionBy: [{ column: 'at', transform: 'day' }],
}
const rows = (
  from: number,
  to: number,
): string => `SELECT i AS id, CASE WHEN i % 7 = 0 THEN NULL ELSE 'org ' || i % 3 END AS org,
  TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (i) MINUTE AS at, (i * 1.25)::DECIMAL(12, 2) AS amount,
  i / 3 AS score, encode('r' || i) AS raw, {'city': 'c' || i % 5, 'floor': i % 9} AS "where", ['a' || i, NULL] AS tags,
  MAP {'k': i} AS extra FROM range(${from}, ${to}) r(i)`

const session = await openSession()
let lake: TestLake
beforeEach(async () => {
  lake = await openFolderLake(await scratchFolder(onTestFinished), session)
})
afterAll(() => session.close())

test('rows come back as they were appended, over several partitions and commits', async () => {
  await lake.create('events', EVENTS)
  await lake.append('events', rows(0, 3000))
  const { snapshot, outcome } = await lake.append('events', rows(3000, 5000))
  expect(outcome).toBe('committed')
  expect(snapshot.summary).toMatchObject({ 'added-records': '2000', 'total-records': '5000', 'total-data-files': '5' })
  expect(
    await lake.query('events', `SELECT count(*)::INT AS n FROM (SELECT * FROM t EXCEPT ALL (${rows(0, 5000)}))`),
  ).toEqual([{ n: 0 }])
  expect(await lake.query('events', `SELECT count(*)::INT AS n FROM t`)).toEqual([{ n: 5000 }])
})

test('bounds and partitions leave files out', async () => {
  await lake.create('events', EVENTS)
  await lake.append('events', rows(0, 5000))
  const table = await lake.catalog.load(identify('events'))
  if (table === undefined) throw new Error('no table')
  const files = async (where: Parameters<typeof planScan>[2]): Promise<number> =>
    (await planScan(lake.catalog, table, where)).tasks.length
  expect(await files({})).toBe(4)
  expect(await files({ where: [{ op: '>=', column: 'at', value: '2026-01-03T00:00:00Z' }] })).toBe(2)
  expect(await files({ where: [{ op: '=', column: 'at', value: '2026-01-02T13:00:00Z' }] })).toBe(1)
  expect(await files({ where: [{ op: '<', column: 'id', value: 1440 }] })).toBe(1)
  expect(await files({ where: [{ op: '>', column: 'amount', value: '9999999.99' }] })).toBe(0)
  expect(await files({ where: [{ op: 'in', column: 'org', values: ['org 1', 'zzz'] }] })).toBe(4)
  expect(await files({ where: [{ op: 'is-null', column: 'id' }] })).toBe(0)
})

test('position deletes hide rows, and only in the snapshots that have them', async () => {
  await lake.create('events', EVENTS)
  const staged = await lake.stage('events', rows(0, 3000))
  const before = await commitTable(lake.catalog, { ...emptyCommit('events'), addedDataFiles: staged.files }, { clock })
  await session.run(`CREATE OR REPLACE TEMP TABLE index_rows AS ${positionsSql(staged, ['id'])}`)
  const gone = `(SELECT file_path, pos FROM index_rows WHERE id % 10 = 3)`
  const dataFiles = new Map(staged.files.map((file) => [file.location, file]))
  const deletes = await stageDeletes({
    session,
    relation: gone,
    table: before.table,
    store: lake.store,
    scratch: lake.scratch,
    dataFiles,
  })
  expect(deletes.files.map((file) => file.recordCount)).toEqual([144, 144, 12])
  await lake.append('events', rows(3000, 3010), { operation: 'overwrite', addedDeleteFiles: deletes.files })
  const counts = `SELECT count(*)::INT AS n, count(*) FILTER (id % 10 = 3)::INT AS threes FROM t`
  expect(await lake.query('events', counts)).toEqual([{ n: 2710, threes: 1 }])
  expect(await lake.query('events', counts, { snapshot: { id: before.snapshot.snapshotId } })).toEqual([
    { n: 3000, threes: 300 },
  ])
})

test('old files read through rename, widening, addition, reorder and drop', async () => {
  await lake.create('events', {
    columns: [
      { name: 'a', type: 'int', required: true },
      { name: 'b', type: 'float' },
      { name: 'c', type: 'decimal(5, 2)' },
      { name: 'd', type: 'string' },
      { name: 'e', type: 'string' },
    ],
  })
  await lake.append('events', `SELECT 1::INT AS a, 1.5::FLOAT AS b, 1.25::DECIMAL(5, 2) AS c, 'old' AS d, 'gone' AS e`)
  const reshape = async (wanted: Omit<WantedShape, 'rowsReplaced'>): Promise<void> => {
    const table = await lake.catalog.load(identify('events'))
    if (table === undefined) throw new Error('no table')
    await shapeTable(lake.catalog, shapeFor(table, { ...wanted, rowsReplaced: false }), { clock })
  }
  const columns = [
    { name: 'text', type: 'string' },
    { name: 'a', type: 'long' },
    { name: 'b', type: 'double' },
    { name: 'c', type: 'decimal(20, 2)' },
  ] as const
  await reshape({ columns, renamed: new Map([['text', 'd']]) })
  await reshape({ columns: [...columns, { name: 'e', type: 'long' }] })
  await lake.append(
    'events',
    `SELECT 'new' AS text, NULL::BIGINT AS a, 2.5::DOUBLE AS b, 123456789012345678.25::DECIMAL(20, 2) AS c, 7::BIGINT AS e`,
  )
  expect(
    await lake.query(
      'events',
      `SELECT text, a::VARCHAR AS a, b, c::VARCHAR AS c, e::VARCHAR AS e FROM t ORDER BY text`,
    ),
  ).toEqual([
    { text: 'new', a: null, b: 2.5, c: '123456789012345678.25', e: '7' },
    { text: 'old', a: '1', b: 1.5, c: '1.25', e: null },
  ])
})

test('a tag keeps a snapshot readable', async () => {
  await lake.create('events', EVENTS)
  const first = await lake.append('events', rows(0, 10))
  await tag(lake.catalog, identify('events'), 'savepoint', first.snapshot.snapshotId, { clock })
  await lake.append('events', rows(10, 20))
  const count = 'SELECT count(*)::INT AS n FROM t'
  expect(await lake.query('events', count, { snapshot: { tag: 'savepoint' } })).toEqual([{ n: 10 }])
  expect(await lake.query('events', count)).toEqual([{ n: 20 }])
})

describe('a required column', () => {
  test('refuses null and leaves no file behind', async () => {
    await lake.create('events', { columns: [{ name: 'a', type: 'int', required: true }] })
    await expect(lake.append('events', 'SELECT NULL::INT AS a')).rejects.toMatchObject({
      code: 'lake/null-in-required',
    })
  })
})

test('many partitions are written in one go, one partition per file', async () => {
  await lake.create('events', EVENTS)
  await lake.append('events', rows(0, 1440 * 30))
  const table = await lake.catalog.load(identify('events'))
  if (table === undefined) throw new Error('no table')
  const plan = await planScan(lake.catalog, table)
  const days = plan.tasks.map(({ file }) => file.partition[0])
  expect(new Set(days).size).toBe(30)
  expect(
    await lake.query('events', `SELECT count(*)::INT AS n FROM (SELECT * FROM t EXCEPT ALL (${rows(0, 1440 * 30)}))`),
  ).toEqual([{ n: 0 }])
  expect(
    await lake.query('events', `SELECT count(*)::INT AS n FROM t`, {
      where: [{ op: '=', column: 'at', value: '2026-01-05T05:00:00Z' }],
    }),
  ).toEqual([{ n: 1440 }])
})

describe('what a caller got wrong is refused by its name', () => {
  test('a snapshot that is not there: lake/no-such-snapshot', async () => {
    await lake.create('events', EVENTS)
    await lake.append('events', rows(0, 10))
    const wrong = { code: 'lake/no-such-snapshot' }
    await expect(lake.query('events', 'FROM t', { snapshot: { tag: 'none' } })).rejects.toMatchObject(wrong)
    await expect(lake.query('events', 'FROM t', { snapshot: { id: '7' } })).rejects.toMatchObject(wrong)
    await expect(tag(lake.catalog, identify('events'), 'kept', '7', { clock })).rejects.toMatchObject(wrong)
  })

  test('a column that is not there: lake/unknown-column', async () => {
    await lake.create('events', EVENTS)
    await lake.append('events', rows(0, 10))
    const where = [{ column: 'nope', op: '=', value: 7 } as const]
    await expect(lake.query('events', 'FROM t', { where })).rejects.toMatchObject({ code: 'lake/unknown-column' })
  })

  test('a value that is none of the column: lake/bad-literal', async () => {
    await lake.create('events', EVENTS)
    const where = [{ column: 'id', op: '=', value: 'seven' } as const]
    await expect(lake.query('events', 'FROM t', { where })).rejects.toMatchObject({ code: 'lake/bad-literal' })
  })

  test('rows of a file that is not known: lake/unknown-data-file', async () => {
    const table = await lake.create('events', EVENTS)
    const { session, store, scratch } = lake
    const relation = `(SELECT 'elsewhere.parquet' AS file_path, 0 AS pos)`
    await expect(
      stageDeletes({ session, relation, table, store, scratch, dataFiles: new Map() }),
    ).rejects.toMatchObject({ code: 'lake/unknown-data-file' })
  })

  test('a file of another lake: lake/foreign-location', () => {
    expect(() => lake.store.keyOf('s3://another-lake/silver/events/data/a.parquet')).toThrow(
      expect.objectContaining({ code: 'lake/foreign-location' }) as Error,
    )
  })
})
