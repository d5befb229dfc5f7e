import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { project } from '../support/project.ts'
import { runSmelt } from '../support/child.ts'
import { sendEvents } from '../support/events.ts'
import { smallLake } from '../support/small-lake.ts'

describe('reading a lake', () => {
  it('lists, queries, audits and tells the status of what was run', async () => {
    const folder = await smallLake(600)
    // A second run replaces rows of the first, so that there are position deletes.
    await sendEvents(folder, ['acme'], 400, 8)
    expect((await runSmelt(['run', 'acme', '--until-end'], { folder })).code).toBe(0)
    const host = { folder, temporaryFolder: path.join(folder, 'tmp') }

    const listed = await smelt(['tables', '--json'], host)
    const facts = JSON.parse(listed.out) as { table: string; rows: number; checkpoint: number; delete_files: number }[]
    expect(facts.map(({ table }) => table)).toEqual([
      'acme.bronze.inventory',
      'acme.bronze.policy_rules',
      'acme.silver.devices',
      'acme.gold.device_status',
      'acme.gold.fleet_health',
      'acme.gold.violations',
      'acme.quarantine.inventory-compliance',
    ])
    expect(facts[0]).toMatchObject({ rows: 1_000, delete_files: 0, bytes: expect.any(Number) as number })
    expect(facts.find(({ table }) => table === 'acme.gold.device_status')?.delete_files).toBeGreaterThan(0)
    const text = await smelt(['tables'], host)
    expect(text.out).toMatch(/^acme\.bronze\.inventory +1,000 +\d+ +0 /m)

    // The rows of the metadata are those that a query counts, position deletes and all.
    for (const { table, rows } of facts) {
      const [tenant = '', layer = '', name = ''] = table.split('.')
      const counted = await smelt(
        ['query', `select count(*) as n from "${tenant}"."${layer}"."${name}"`, '--json'],
        host,
      )
      expect(counted.out, table).toBe(`[\n{"n":${rows}}\n]\n`)
    }

    const status = await smelt(['status', '--json'], host)
    expect(JSON.parse(status.out)).toMatchObject([
      {
        instance: 'acme/inventory-compliance',
        pid: null,
        lag: 0,
        accounting: { sources: { inventory: { consumed: 1_000 } } },
      },
      { instance: 'globex/inventory-compliance', checkpoint: null, lag: null },
    ])
    const told = await smelt(['status'], host)
    expect(told.out).toContain('acme/inventory-compliance: not running on this machine, checkpoint ')
    expect(told.out).toMatch(
      /1,000 in bronze\.inventory = \d+ in silver\.devices \+ \d+ quarantined \+ \d+ deduplicated \+ 0 filtered\n/,
    )
    expect(told.out).toContain('globex/inventory-compliance: not running on this machine, never ran')

    const audit = await smelt(['audit', 'acme/inventory-compliance', '--deep'], host)
    expect(audit.out + audit.err).toContain('the books close')
    expect(audit.code).toBe(0)
    expect(readdirSync(path.join(folder, 'tmp', 'smelt-tester'))).toEqual([])
  })

  it('finds a data file that somebody deleted, and says which', async () => {
    const folder = await smallLake(300)
    const host = { folder, temporaryFolder: path.join(folder, 'tmp') }
    const data = path.join(folder, '.smelt/lake/acme/silver/devices')
    const files = readdirSync(data, { recursive: true }).map(String)
    const file = files.find((name) => name.endsWith('.parquet')) ?? ''
    rmSync(path.join(data, file))
    for (const args of [
      ['query', 'select count(distinct device_id) from acme.silver.devices'],
      ['audit', 'acme/inventory-compliance'],
    ]) {
      const { code, err } = await smelt(args, host)
      expect(code, err).not.toBe(0)
      expect(err).toContain(path.basename(file))
    }
  })

  it('prints tables, JSON and CSV', async () => {
    const host = { folder: project(), temporaryFolder: path.join(project(), 'tmp') }
    const sql = `select 'a,"b"' as t, 12345678901234567890::hugeint as n, null as z, '' as e, timestamptz '2026-01-01 00:00:00+00' as "at"`
    expect((await smelt(['query', sql], host)).out).toBe(
      [
        't                         n     z  e  at',
        '-----  --------------------  ----  -  --------------------',
        'a,"b"  12345678901234567890  NULL     2026-01-01T00:00:00Z',
        '(1 row)',
        '',
      ].join('\n'),
    )
    expect((await smelt(['query', sql, '--format', 'csv'], host)).out).toBe(
      't,n,z,e,at\r\n"a,""b""",12345678901234567890,,"",2026-01-01T00:00:00Z\r\n',
    )
    expect((await smelt(['query', sql, '--json'], host)).out).toBe(
      '[\n{"t":"a,\\"b\\"","n":12345678901234567890,"z":null,"e":"","at":"2026-01-01T00:00:00Z"}\n]\n',
    )
    expect((await smelt(['query', 'select 1 where false', '--json'], host)).out).toBe('[]\n')
    const refused = await smelt(['query', 'drop table x'], host)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('cli/query-refused')
  })

  it('says when there is nothing yet', async () => {
    const folder = project()
    expect((await smelt(['tables'], { folder })).out).toContain('no tables yet')
    expect((await smelt(['tables', '--json'], { folder })).out).toBe('[]\n')
    const audit = await smelt(['audit', 'acme/inventory-compliance'], { folder, temporaryFolder: folder })
    expect(audit.code).toBe(1)
    expect(audit.err).toContain('checkpoint/none')
    const query = await smelt(['query', 'select * from acme.silver.devices'], { folder, temporaryFolder: folder })
    expect(query.code).toBe(1)
    expect(query.err).toContain('cli/query-failed')
  })
})
