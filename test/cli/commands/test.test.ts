import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { project, temporaryFolder, write } from '../support/project.ts'
import { runSmelt } from '../support/child.ts'
import { smallLake } from '../support/small-lake.ts'

const FILE = 'pipelines/inventory-compliance/tests/small.yaml'
const HEAD = `smelt: 1
clock: 2026-03-02T12:00:00Z
# Comments stay.
cases:
`
const EVENT =
  '{ event_id: 00000000-0000-4000-8000-000000000001, device_id: LT-1, org: sales, os: windows-11, os_version: "11", ' +
  'reported_at: 2026-03-02T11:59:00Z, cpu_pct: 5, memory_pct: 5, disk: { free_gb: 1, total_gb: 2 }, encrypted: true, ' +
  'user_email: kim@example.com, agent_version: 1.2.3 }'
const given = (event = EVENT): string => `    given:\n      inventory:\n        - ${event}\n`

/** Runs the command in a project with one test file of its own. */
async function run(cases: string, args: readonly string[] = []) {
  const folder = project({ [FILE]: HEAD + cases })
  const result = await smelt(['test', FILE, ...args], { folder, temporaryFolder: temporaryFolder() })
  return { ...result, text: readFileSync(path.join(folder, FILE), 'utf8') }
}

describe('smelt test', () => {
  it('passes the tests of the shipped pipelines', async () => {
    const { code, out, err } = await runSmelt(['test'], { folder: process.cwd() })
    expect(err).toBe('')
    expect(out).toMatch(/^(ok {4}\S+ {2}\d+ cases?\n)+\n\d+ cases: \d+ passed\n$/)
    expect(code).toBe(0)
  }, 300_000)

  it('tells what differs, and nothing of what does not', async () => {
    const { code, out } = await run(
      `  one:\n${given()}    then:\n      tables:\n        devices:\n          contains:\n            - { device_id: lt-2, cpu_pct: 5 }\n  two:\n${given()}    then: { tables: { devices: { count: 1 } } }\n`,
      ['--sql'],
    )
    expect(code).toBe(1)
    expect(out).toContain(`${FILE}: one`)
    expect(out).toContain('device_id: expected lt-2, found lt-1')
    expect(out).toContain('the SQL of silver.devices:')
    expect(out).not.toContain(`${FILE}: two`)
    expect(out).toContain('2 cases: 1 passed, 1 failed')
  }, 120_000)

  it('writes what is found, to the byte nothing else, and then passes', async () => {
    const before = `  one: # why\n${given()}    then: # what\n      tables:\n        devices: { count: 7 } # how many\n        fleet_health: []\n        device_status: { none: true }\n      quarantine: [{ code: record/late }]\n`
    const { code, out, text } = await run(before, ['--update'])
    expect(code).toBe(0)
    expect(out).toContain('4 expectations of 1 case')
    const kept = text.replace(/fleet_health:\n( {10}.*\n)+/, 'fleet_health: []\n')
    expect(kept).toBe(
      (HEAD + before)
        .replace('count: 7', 'count: 1')
        .replace('none: true', 'count: 1')
        .replace('quarantine: [{ code: record/late }]', 'quarantine: []'),
    )
    const folder = project({ [FILE]: text })
    expect((await smelt(['test', FILE], { folder, temporaryFolder: temporaryFolder() })).code).toBe(0)
  }, 120_000)

  it('tells what is wrong with a pipeline once, however many cases it has', async () => {
    const cases = ['one', 'two'].map((name) => `  ${name}:\n${given()}    then: { quarantine: [] }\n`).join('')
    const folder = project({ [FILE]: HEAD + cases })
    const yaml = path.join('pipelines/inventory-compliance/pipeline.yaml')
    write(folder, {
      [yaml]: readFileSync(path.join(folder, yaml), 'utf8').replace('lower(device_id)', 'lower(devise)'),
    })
    const { code, out } = await smelt(['test', FILE], { folder, temporaryFolder: temporaryFolder() })
    expect(code).toBe(1)
    expect(out.match(/error\[/g)).toHaveLength(1)
    expect(out).toContain('`devise`')
    expect(out).toContain('2 could not be run')
  })

  it.each([
    ['json', '"outcome": "failed"'],
    ['junit', '<failure type="test/count-differs"'],
    ['github', '::error'],
  ])(
    'prints %s for programs',
    async (format, part) => {
      const { out } = await run(`  one:\n${given()}    then: { tables: { devices: { count: 3 } } }\n`, [
        '--format',
        format,
      ])
      expect(out).toContain(part)
      if (format === 'json')
        expect((JSON.parse(out) as { counts: object }).counts).toMatchObject({ cases: 1, failed: 1 })
    },
    120_000,
  )

  it('runs what is asked for, and refuses what is not there', async () => {
    const none = await smelt(['test', '--filter', 'no such case'], { temporaryFolder: temporaryFolder() })
    expect([none.code, none.out]).toEqual([2, ''])
    expect(none.err).toContain('No case has `no such case` in the name of its file or its own')
    const two = await smelt(['test', '--json', '--format', 'junit', '--filter', 'no such case'])
    expect([two.code, two.err]).toEqual([2, expect.stringContaining('`--json` and `--format junit` are two formats')])
    const wrong = await smelt(['test', 'inventory-complianc'])
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('Did you mean `inventory-compliance`?')
    expect((await smelt(['test', 'pipelines/nowhere'])).err).toContain('cli/unknown-path')
    expect((await smelt(['test', '--generate', 'acme/inventory-compliance', '--records', 'x'])).code).toBe(2)
  })

  it('proposes a test that passes, from bronze and without personal data', async () => {
    const folder = await smallLake(40)
    const file = 'pipelines/inventory-compliance/tests/sample.yaml'
    const args = ['test', '--generate', 'acme/inventory-compliance', '--records', '3']
    const made = await runSmelt(args, { folder })
    expect(made.code, made.err).toBe(0)
    const text = readFileSync(path.join(folder, file), 'utf8')
    expect(text.match(/event_id: /g)?.length).toBeGreaterThanOrEqual(6)
    const addresses = [...text.matchAll(/user_email: (\S+)/g)].map(([, address]) => address?.replace(/[,}]$/, ''))
    expect(addresses.length).toBe(3)
    for (const address of addresses) expect(address).toMatch(/^[a-z]+-\d+@example\.com$/)
    expect((await runSmelt(['test', file], { folder })).out).toContain('1 case: 1 passed')
    expect((await runSmelt(args, { folder })).err).toContain('test/file-exists')
    const globex = await runSmelt(['test', '--generate', 'globex/inventory-compliance', '--name', 'other'], { folder })
    expect(globex.code).not.toBe(0)
    expect(existsSync(path.join(folder, 'pipelines/inventory-compliance/tests/other.yaml'))).toBe(false)
  }, 300_000)

  it('proposes nothing where no record is good: test/nothing-to-sample', async () => {
    const folder = project({ 'events.ndjson': 'hello\n' })
    for (const args of [
      ['produce', 'acme.inventory', '--file', 'events.ndjson', '--partitions', '1'],
      ['produce', 'acme.policy-rules', '--file', '/dev/null', '--partitions', '1'],
      ['run', 'acme/inventory-compliance', '--until-end'],
    ])
      expect(await runSmelt(args, { folder })).toMatchObject({ code: 0 })
    const { code, err } = await runSmelt(['test', '--generate', 'acme/inventory-compliance'], { folder })
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('error[test/nothing-to-sample]') as string })
  }, 300_000)
})
