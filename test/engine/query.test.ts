import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { openQuery, type LakeQuery } from '#engine'
import { openStore } from '#lake'
import { openSession } from '../support/duckdb.ts'
import { openTestLake, scratchFolder } from '../support/lake.ts'

const session = await openSession()
afterAll(() => session.close())

/** Two lakes with a table each, and a query over both. */
async function openBoth(options: { mentionedIn?: string } = {}): Promise<{ query: LakeQuery; folder: string }> {
  const folder = await scratchFolder(onTestFinished)
  const lakes = []
  for (const [index, tenant] of ['acme', 'globex-2'].entries()) {
    const store = await openStore({ kind: 'folder', path: path.join(folder, tenant) })
    const lake = openTestLake(store, session, path.join(folder, 'scratch'))
    await lake.create('devices', {
      columns: [
        { name: 'id', type: 'long', required: true },
        { name: 'name', type: 'string' },
        { name: 'at', type: 'timestamptz' },
      ],
    })
    await lake.append(
      'devices',
      `select 9007199254740993 + i as id, 'd' || i as name, timestamptz '2026-01-01 00:00:00.5+00' as at
       from range(${3 + index}) r(i)`,
    )
    await lake.create('empty', { columns: [{ name: 'n', type: 'double' }] })
    lakes.push({ tenant, store })
  }
  const query = await openQuery({
    lakes,
    clock: Date.now,
    memoryLimitBytes: 256 << 20,
    threads: 1,
    scratch: path.join(folder, 'query'),
    ...options,
  })
  onTestFinished(() => query.close())
  return { query, folder }
}

async function rows(query: LakeQuery, sql: string): Promise<string[][]> {
  const all: string[][] = []
  for await (const chunk of (await query.run(sql)).chunks) all.push(...chunk.map((row) => [...row]))
  return all
}

async function refusal(query: LakeQuery, sql: string): Promise<string> {
  try {
    const read = await rows(query, sql)
    return `accepted: ${JSON.stringify(read)}`
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

describe('openQuery', () => {
  it('reads every tenant under its name, with every digit', async () => {
    const { query } = await openBoth()
    expect(await rows(query, 'select id, name, "at" from acme.silver.devices order by id')).toEqual([
      ['9007199254740993', '"d0"', '"2026-01-01T00:00:00.500Z"'],
      ['9007199254740994', '"d1"', '"2026-01-01T00:00:00.500Z"'],
      ['9007199254740995', '"d2"', '"2026-01-01T00:00:00.500Z"'],
    ])
    expect(await rows(query, 'select count(*) from "globex-2".silver.devices')).toEqual([['4']])
    expect(await rows(query, 'select * from acme.silver.empty')).toEqual([])
    expect(query.tables).toEqual(expect.arrayContaining(['acme.silver.devices', 'globex-2.silver.empty']))
  })

  it.each([
    ['describe acme.silver.devices', 3],
    ['summarize acme.silver.devices', 3],
    ['show all tables', 4],
    ['explain analyze select * from acme.silver.devices', 1],
    ['/* a */ (select 1) -- b\n;', 1],
    ['with x as (values (1), (2)) from x', 2],
  ])('takes %j', async (sql, count) => {
    const { query } = await openBoth()
    expect(await rows(query, sql)).toHaveLength(count)
  })

  it.each([
    'delete from acme.silver.devices',
    'create table memory.main.t as select 1',
    'drop view acme.silver.devices',
    "copy (select 1) to '/tmp/smelt-query-test.csv'",
    "explain analyze copy (select 1) to '/tmp/smelt-query-test.csv'",
    'explain explain analyze drop view acme.silver.devices',
    "attach '/tmp/smelt-query-test.db'",
    'set threads = 1',
    'pragma version',
    'call pragma_version()',
    'load httpfs',
    'install httpfs',
    "export database '/tmp/smelt-query-test'",
    'checkpoint',
    'select 1; select 2',
    'select 1; drop view acme.silver.devices',
    '',
    '-- nothing',
    ';',
  ])('refuses %j', async (sql) => {
    const { query } = await openBoth()
    expect(await refusal(query, sql)).toBe('cli/query-refused')
    expect(await rows(query, 'select count(*) from acme.silver.devices')).toEqual([['3']])
    expect(existsSync('/tmp/smelt-query-test.csv')).toBe(false)
  })

  it('reads no other file, folder or address', async () => {
    const { query, folder } = await openBoth()
    const [version] = readdirSync(path.join(folder, 'acme/silver/devices/metadata')).filter((name) =>
      name.endsWith('.json'),
    )
    const metadata = path.join(folder, 'acme/silver/devices/metadata', version ?? '')
    expect(readFileSync(metadata, 'utf8')).toContain('devices')
    for (const sql of [
      "select * from read_text('/etc/hostname')",
      "select * from read_csv('/etc/passwd')",
      "select * from glob('/etc/*')",
      "from '/etc/passwd'",
      `select * from read_text('${metadata}')`,
      `select * from read_json('${metadata}')`,
      "select * from 'http://127.0.0.1:9/x.parquet'",
      "select * from read_parquet('s3://bucket/x.parquet')",
      "select getenv('HOME')",
    ]) {
      expect(await refusal(query, sql), sql).toBe('cli/query-failed')
    }
  })

  it('writes no file under any table, though it may read there', async () => {
    const { query, folder } = await openBoth()
    const data = path.join(folder, 'acme/silver/devices/data')
    const before = readdirSync(data, { recursive: true }).sort()
    const [file] = before.map(String).filter((name) => name.endsWith('.parquet'))
    for (const sql of [
      `copy (select 1) to '${path.join(data, file ?? '')}'`,
      `with x as (select 1) insert into acme.silver.devices select 1`,
    ]) {
      expect(await refusal(query, sql), sql).toMatch(/cli\/query-(refused|failed)/)
    }
    expect(readdirSync(data, { recursive: true }).sort()).toEqual(before)
    expect(await rows(query, 'select count(*) from acme.silver.devices')).toEqual([['3']])
  })

  it('names the tables that may be meant', async () => {
    const { query } = await openBoth()
    await expect(query.run('select * from acme.silver.devcies')).rejects.toMatchObject({
      diagnostic: { help: 'Did you mean `acme.silver.devices`, `globex-2.silver.devices`?' },
    })
    await expect(query.run('select * from devices')).rejects.toMatchObject({
      diagnostic: { code: 'cli/query-failed', help: expect.stringContaining('`acme.silver.devices`') as string },
    })
    await expect(query.run('select nme from acme.silver.devices')).rejects.toMatchObject({
      diagnostic: { message: expect.stringContaining('"nme" not found') as string },
    })
  })

  it('opens only the tables whose name stands in the statement', async () => {
    const { query } = await openBoth({ mentionedIn: 'select * from ACME.silver.EMPTY' })
    expect(await rows(query, 'select * from ACME.silver.EMPTY')).toEqual([])
    expect(await refusal(query, 'select * from acme.silver.devices')).toBe('cli/query-failed')
  })

  it('keeps the value of every type', async () => {
    const { query } = await openBoth()
    const sql = `select 170141183460469231731687303715884105727::hugeint, 1.10::decimal(10, 2), 'nan'::double,
      timestamp '1969-12-31 23:59:59.999999', date '2026-02-03', [1, null], {'a': 'x', 'b': [true]}, map {'k': 1},
      '\\xFF'::blob, null, '"', timestamptz 'infinity', 0.1, interval 1 day, -0.5`
    expect((await rows(query, sql))[0]).toEqual([
      '170141183460469231731687303715884105727',
      '1.10',
      'null',
      '"1969-12-31T23:59:59.999999"',
      '"2026-02-03"',
      '[1,null]',
      '{"a":"x","b":[true]}',
      '[{"key":"k","value":1}]',
      '"\\\\xFF"',
      'null',
      '"\\""',
      '"infinity"',
      '0.1',
      '"1 day"',
      '-0.5',
    ])
  })

  it('removes what it kept aside', async () => {
    const { query, folder } = await openBoth()
    await rows(query, 'select 1')
    await query.close()
    expect(readdirSync(path.join(folder, 'query'))).toEqual([])
  })
})
