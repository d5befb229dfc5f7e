import { afterAll, beforeAll, expect, it } from 'vitest'
import { stageData, type DataFile, type SqlSession } from '#lake'
import { openSession } from '../support/duckdb.ts'
import { identify, openFolderLake, scratchFolder, type TestLake } from '../support/lake.ts'

const DAY = '2026-11-20'
let lake: TestLake
let statements: string[] = []
let session: SqlSession
const cleanUps: (() => void | Promise<void>)[] = []

beforeAll(async () => {
  const folder = await scratchFolder((clean) => void cleanUps.push(clean))
  const opened = await openSession()
  cleanUps.unshift(() => opened.close())
  session = {
    run: (sql) => opened.run(sql),
    rows: (sql) => {
      statements.push(sql)
      return opened.rows(sql)
    },
  }
  lake = await openFolderLake(folder, session)
  await lake.create('events', {
    columns: [
      { name: 'id', type: 'long' },
      { name: 'at', type: 'timestamptz' },
    ],
    partitionBy: [{ column: 'at', transform: 'day' }],
  })
})
afterAll(async () => {
  for (const clean of cleanUps) await clean()
})

/** Stages rows at these times; resolves to the files, and how often it was asked which partitions there are. */
async function stage(
  times: readonly (string | null)[],
  rows?: number,
): Promise<{ files: readonly DataFile[]; asked: number; copies: number }> {
  statements = []
  const values = times.map((time, id) => `(${id}, ${time === null ? 'null' : `timestamptz '${time}Z'`})`)
  const table = await lake.catalog.load(identify('events'))
  if (table === undefined) throw new Error('the table is there')
  const { store, scratch } = lake
  const relation = `(select * from (values ${values.join(', ')}) v(id, "at"))`
  const staged = await stageData({ session, relation, table, store, scratch, ...(rows === undefined ? {} : { rows }) })
  const asked = statements.filter((sql) => sql.includes('SELECT DISTINCT')).length
  return { files: staged.files, asked, copies: statements.filter((sql) => sql.startsWith('COPY')).length }
}

it('writes few rows of one partition at once, without asking which it is', async () => {
  const { files, asked, copies } = await stage([`${DAY} 00:00:00`, `${DAY} 23:59:59.999999`], 2)
  expect(files.map(({ partition, recordCount }) => [partition, recordCount])).toEqual([[[20_777], 2]])
  expect([asked, copies]).toEqual([0, 1])
})

it.each<[string, (string | null)[], unknown[]]>([
  ['two partitions', [`${DAY} 23:59:59.999999`, '2026-11-21 00:00:00'], [[20_777], [20_778]]],
  ['a null', [`${DAY} 12:00:00`, null], [[20_777], [null]]],
])('writes few rows with %s as it writes many', async (_, times, partitions) => {
  const few = await stage(times, times.length)
  const sorted = few.files.map(({ partition }) => partition).sort()
  expect(sorted).toEqual([...partitions].sort())
  expect(few.files.every(({ recordCount }) => recordCount === 1)).toBe(true)
  expect(few.asked).toBe(1)
  const unknown = await stage(times)
  expect(unknown.files.map(({ partition }) => partition).sort()).toEqual(sorted)
})

it('asks first when there are many rows', async () => {
  const { asked, copies } = await stage([`${DAY} 12:00:00`], 1_000_000)
  expect([asked, copies]).toEqual([1, 1])
})
