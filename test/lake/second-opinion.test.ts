import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  openStore,
  planScan,
  positionsSql,
  commitTable,
  shapeFor,
  shapeTable,
  stageDeletes,
  tag,
  type NewTable,
  type PrimitiveType,
  type ScanOptions,
  type WantedShape,
} from '#lake'
import { openSession, type TestSession } from '../support/duckdb.ts'
import {
  clock,
  emptyCommit,
  identify,
  openFolderLake,
  openTestLake,
  scratchFolder,
  type TestLake,
} from '../support/lake.ts'
import { describeWithParts } from '../support/parts.ts'
import { readWithDuckdbIceberg, readWithPyIceberg, type ForeignS3 } from '../support/readers.ts'
import { startVersitygw, type S3Server } from '../support/versitygw.ts'

const EVENTS: NewTable = {
  columns: [
    { name: 'id', type: 'long', required: true },
    { name: 'device', type: 'string' },
    { name: 'org', type: 'string' },
    { name: 'moment', type: 'timestamptz' },
    { name: 'seen', type: 'timestamp' },
    { name: 'born', type: 'date' },
    { name: 'amount', type: 'decimal(9, 2)' },
    { name: 'wide', type: 'decimal(30, 4)' },
    { name: 'score', type: 'float' },
    { name: 'n', type: 'int' },
    { name: 'ok', type: 'boolean' },
    { name: 'raw', type: 'binary' },
    {
      name: 'place',
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
  partitionBy: [
    { column: 'moment', transform: 'day' },
    { column: 'org', transform: 'identity' },
    { column: 'device', transform: 'bucket[3]' },
  ],
}
const WIDER: Readonly<Record<string, PrimitiveType>> = { n: 'long', score: 'double', amount: 'decimal(18, 2)' }
/** A column renamed, three widened, one added, in another order. */
const EVOLVED: WantedShape = {
  columns: EVENTS.columns.flatMap(({ name, type, ...column }) => [
    { ...column, name: name === 'org' ? 'organisation' : name, type: WIDER[name] ?? type },
    ...(name === 'id' ? [{ name: 'added', type: 'string' } as const] : []),
  ]),
  partitionBy: (EVENTS.partitionBy ?? []).map((by) => (by.column === 'org' ? { ...by, column: 'organisation' } : by)),
  renamed: new Map([['organisation', 'org']]),
  rowsReplaced: false,
}
const rows = (from: number, to: number): string => `SELECT i AS id, 'device-' || i % 11 AS device,
  CASE WHEN i % 4 = 3 THEN NULL ELSE 'Ørg ' || i % 4 END AS org,
  TIMESTAMPTZ '1969-12-31 12:00:00+00' + INTERVAL (i) MINUTE AS moment, TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND AS seen,
  DATE '2026-01-01' + (i % 400)::INT AS born, (i * 1.25)::DECIMAL(9, 2) AS amount, (i * 1000000007.0001)::DECIMAL(30, 4) AS wide,
  CASE WHEN i % 5 = 0 THEN NULL ELSE (i / 4)::FLOAT END AS score, (i % 1000)::INT AS n, i % 2 = 0 AS ok,
  encode('raw ' || i) AS raw, {'city': 'city ' || i % 5, 'floor': (i % 9)::INT} AS place, ['t' || i % 3, NULL] AS tags, MAP {'k': i} AS extra
  FROM range(${from}, ${to}) r(i)`
const TOTALS = `SELECT count(*) AS n, sum(id) AS ids, count(*) - count(organisation) AS null_orgs, count(DISTINCT device) AS devices,
  sum(amount) AS amount, sum(wide) AS wide, sum(score) AS score, sum(n) AS numbers, count(*) FILTER (ok) AS oks,
  sum(epoch_us(moment)) AS ats, sum(epoch_us(seen)) AS seens, sum(epoch(born)) AS borns, sum(octet_length(raw)) AS raws,
  sum(place.floor) AS floors, sum(len(tags)) AS tags, sum(extra['k']) AS extras, count(*) - count(added) AS null_added FROM t`
const OLD_TOTALS = TOTALS.replace('organisation', 'org').replace(', count(*) - count(added) AS null_added', '')

describeWithParts(['pyiceberg'], 'foreign readers agree on a folder', (parts) => {
  agree(parts['pyiceberg'] ?? '', async (session) => ({
    lake: await openFolderLake(await scratchFolder(onTestFinished), session),
  }))
})

describeWithParts(['pyiceberg', 's3'], 'foreign readers agree on S3', (parts) => {
  let server: S3Server
  beforeAll(async () => (server = await startVersitygw(parts['s3'] ?? '')))
  afterAll(() => server.stop())
  agree(parts['pyiceberg'] ?? '', async (session) => {
    const config = await server.bucket()
    const { endpoint = '', region = '', accessKeyId = '', secretAccessKey = '' } = config
    const store = await openStore(config)
    onTestFinished(() => store.close())
    const lake = openTestLake(store, session, await scratchFolder(onTestFinished))
    return { lake, s3: { endpoint, region, accessKeyId, secretAccessKey } }
  })
})

function agree(python: string, open: (session: TestSession) => Promise<{ lake: TestLake; s3?: ForeignS3 }>): void {
  test('on counts, sums and nulls through partitions, deletes, a tag and a changed schema', async () => {
    const session = await openSession()
    onTestFinished(() => session.close())
    const { lake, s3 } = await open(session)
    const saved = await writeTable(lake)
    const table = await lake.catalog.load(identify('events'))
    if (table === undefined) throw new Error('no table')

    const ours = async (select: string, options?: ScanOptions): Promise<(string | null)[][]> =>
      (await lake.query('events', `SELECT COLUMNS(*)::VARCHAR FROM (${select})`, options)).map(
        (row) => Object.values(row) as (string | null)[],
      )
    const all = await ours(TOTALS)
    const tagged = await ours(OLD_TOTALS, { snapshot: { tag: 'savepoint' } })
    expect(all[0]?.[0]).toBe('7710')
    expect(tagged[0]?.[0]).toBe('6000')

    const filter = 'id >= 3000 and id < 3100'
    const some = await ours(`${TOTALS} WHERE ${filter}`)
    const day = "moment >= '1970-01-05T00:00:00+00:00'"
    const late = await ours(`${TOTALS} WHERE ${day}`)
    const reads = [
      { table: table.location, select: TOTALS },
      { table: table.metadataLocation, select: TOTALS },
      { table: table.location, select: OLD_TOTALS, snapshot: saved },
      { table: table.location, select: TOTALS, filter },
      { table: table.location, select: TOTALS, filter: day },
    ]
    const expected = [all, all, tagged, some, late]
    const python1 = await readWithPyIceberg(
      python,
      [...reads, { table: table.location, select: OLD_TOTALS, tag: 'savepoint' }],
      s3,
    )
    expect(python1.map((answer) => answer.rows.map(plain))).toEqual(
      [...expected, tagged].map((each) => each.map(plain)),
    )
    const duck = await readWithDuckdbIceberg(python, reads, s3)
    expect(duck.map((answer) => answer.rows.map(plain))).toEqual(expected.map((each) => each.map(plain)))

    const planned = python1.map((answer) => answer.files)
    const mine = await planScan(lake.catalog, table, {
      where: [{ op: '>=', column: 'moment', value: '1970-01-05T00:00:00Z' }],
    })
    expect(planned[4]).toBe(mine.tasks.length)
    expect(planned[4]).toBeLessThan((planned[0] ?? 0) / 2)
    expect(planned[3]).toBeLessThan(planned[0] ?? 0)
  })
}

/** Appends, position deletes, a tag, then rename + add + widen and one more append; gives the tagged snapshot. */
async function writeTable(lake: TestLake): Promise<string> {
  const { session, store, scratch, catalog } = lake
  await lake.create('events', EVENTS)
  const first = await lake.stage('events', rows(0, 4000))
  await commitTable(catalog, { ...emptyCommit('events'), addedDataFiles: first.files }, { clock })
  const tagged = await lake.append('events', rows(4000, 6000))
  await tag(catalog, identify('events'), 'savepoint', tagged.snapshot.snapshotId, { clock })
  await session.run(`CREATE OR REPLACE TEMP TABLE positions AS ${positionsSql(first, ['id'])}`)
  await first.release()
  const dataFiles = new Map(first.files.map((file) => [file.location, file]))
  const relation = '(SELECT file_path, pos FROM positions WHERE id < 2900 AND id % 10 = 7)'
  const deletes = await stageDeletes({ session, relation, table: tagged.table, store, scratch, dataFiles })
  await deletes.release()
  await commitTable(
    catalog,
    { ...emptyCommit('events'), operation: 'overwrite', addedDeleteFiles: deletes.files },
    { clock },
  )
  const deleted = await catalog.load(identify('events'))
  if (deleted === undefined) throw new Error('no table')
  await shapeTable(catalog, shapeFor(deleted, EVOLVED), { clock })
  await lake.append(
    'events',
    `SELECT * EXCLUDE (org), org AS organisation, 'new ' || id AS added FROM (${rows(6000, 8000)})`,
  )
  return tagged.snapshot.snapshotId
}

/** Sums of one value print differently: 12.0, 12, 12.00. */
function plain(row: (string | null)[]): (string | null)[] {
  return row.map((cell) => (cell !== null && /^-?\d+\.\d*$/.test(cell) ? cell.replace(/\.?0+$/, '') : cell))
}
