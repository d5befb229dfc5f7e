import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PACKAGE_FOLDER, smelt } from '../support/buffer-host.ts'
import { runSmelt } from '../support/child.ts'
import { somebody } from '../support/somebody.ts'
import { project, write } from '../support/project.ts'
import { smallLake } from '../support/small-lake.ts'

const CONTRACT = 'pipelines/inventory-compliance/contracts/inventory.schema.json'
const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'

function edited(folder: string, file: string, from: string, to: string): void {
  const text = smeltFile(file)
  expect(text).toContain(from)
  writeFileSync(path.join(folder, file), text.replace(from, to))
}

function smeltFile(file: string): string {
  return readFileSync(path.join(PACKAGE_FOLDER, file), 'utf8')
}

describe('smelt plan', () => {
  it('of instances that never ran creates everything, for all tenants', async () => {
    const folder = project()
    const { code, out, err } = await smelt(['plan', '--detailed-exitcode'], { folder })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('acme/inventory-compliance: never ran, everything is created\n')
    expect(out).toContain('globex/inventory-compliance: never ran, everything is created\n')
    expect(out).toContain('    + gold.fleet_health  created\n')
    expect(out).toContain('`smelt run acme/inventory-compliance` creates it.')
    expect(out).not.toContain('\u001B')
  })

  it('is there for programs, with cost, offending records and the hash to approve', async () => {
    const folder = await smallLake(600)
    edited(
      folder,
      CONTRACT,
      '"cpu_pct": { "type": "number", "minimum": 0, "maximum": 100 }',
      '"cpu_pct": { "type": "number", "minimum": 50, "maximum": 100 }',
    )
    const host = { folder, temporaryFolder: path.join(folder, 'tmp') }
    const found = await smelt(['plan', '--json', '--sample', '1000000'], host)
    expect({ code: found.code, err: found.err }).toEqual({ code: 0, err: '' })
    const [acme, globex] = JSON.parse(found.out) as {
      instance: string
      plan_hash: string
      ran: { checkpoint: number } | null
      diff: { verdict: string; contracts: { verdict: string }[] }
      replays: { source: string; rows: number; tables: string[] }[]
      samples: { sampled: number; refused: number; accepted: number; offenders: { code: string; path: string }[] }[]
    }[]
    const tables = ['silver.devices', 'gold.fleet_health', 'gold.device_status', 'gold.violations']
    expect(acme).toMatchObject({
      instance: 'acme/inventory-compliance',
      diff: { verdict: 'needs-approval', contracts: [{ verdict: 'tightening' }, { verdict: 'unchanged' }] },
      replays: [{ source: 'inventory', rows: 600, tables }],
    })
    expect(globex).toMatchObject({ ran: null, diff: { verdict: 'safe' }, replays: [], samples: [] })
    // All of bronze was judged: every row of silver that is too low stands for a record that would be refused.
    const [sample] = acme?.samples ?? []
    const counted = await smelt(
      ['query', 'select count(*) as n from acme.silver.devices where cpu_pct < 50', '--json'],
      host,
    )
    const [{ n: low = 0 } = {}] = JSON.parse(counted.out) as { n?: number }[]
    expect(low).toBeGreaterThan(10)
    expect(sample).toMatchObject({ sampled: 600, accepted: 0 })
    expect(sample?.refused).toBeGreaterThanOrEqual(low)
    expect(sample?.offenders).toHaveLength(10)
    expect(new Set(sample?.offenders.map((each) => `${each.code} ${each.path}`))).toEqual(
      new Set(['record/contract-violation /cpu_pct']),
    )

    const text = await smelt(['plan', 'acme', '--env', 'local', '--detailed-exitcode'], host)
    expect(text.code).toBe(4)
    const approve = `smelt apply acme/inventory-compliance --approve ${acme?.plan_hash ?? ''} --env local\n`
    expect(text.out).toContain(approve)
    const again = await smelt(['plan', 'acme', '--json', '--sample', '100'], host)
    expect(await smelt(['plan', 'acme', '--json', '--sample', '100'], host)).toEqual(again)
  }, 60_000)

  it('asks for an approval where records have left bronze that a new table is filled from, as a run does', async () => {
    const folder = await smallLake(600)
    const host = { folder, temporaryFolder: path.join(folder, 'tmp') }
    expect((await smelt(['erase', 'acme', '--subject', `user_email=${await somebody(folder)}`], host)).code).toBe(0)
    edited(folder, PIPELINE, '\ngold:\n', '\ngold:\n  newest: { from: devices, latest_by: [org] }\n')
    const found = await smelt(['plan', 'acme', '--detailed-exitcode'], host)
    expect(found).toMatchObject({ code: 4, err: '' })
    expect(found.out).toMatch(/: changed since checkpoint \d+, and needs an approval\n/)
    const [reason = ''] = /\d+ records? ha(s|ve) left `bronze\.inventory`.*/.exec(found.out) ?? []
    expect(reason).not.toBe('')
    const [apply = ''] = /smelt (apply \S+ --approve \S+)/.exec(found.out)?.slice(1) ?? []
    const refused = await runSmelt(['run', 'acme/inventory-compliance', '--until-end'], { folder })
    expect(refused.code).toBe(4)
    expect(`${refused.out}${refused.err}`).toContain(reason)
    expect((await runSmelt(apply.split(' '), { folder })).code).toBe(0)
    expect((await smelt(['plan', 'acme', '--detailed-exitcode'], host)).out).toContain(': nothing changed since')
  }, 60_000)

  it('tells what is wrong with one pipeline once, and still compares the others', async () => {
    const folder = project()
    const files = ['contracts/inventory.schema.json', 'contracts/policy-rule.schema.json', 'reference/os-catalog.csv']
    const other = files.map((file): [string, string] => [
      `pipelines/other/${file}`,
      smeltFile(`pipelines/inventory-compliance/${file}`),
    ])
    write(folder, {
      ...Object.fromEntries(other),
      'pipelines/other/pipeline.yaml': smeltFile(PIPELINE).replace('name: inventory-compliance', 'name: other'),
      'tenants/third.yaml': 'smelt: 1\nname: Third\npii_key: ${secrets.THIRD_PII_KEY}\npipelines:\n  other:\n',
    })
    edited(folder, PIPELINE, 'avg(cpu_pct)', 'avg(cpu_pctt)')
    const broken = await smelt(['plan'], { folder })
    expect(broken.code).toBe(1)
    expect(broken.out).toMatch(/^third\/other: never ran/)
    expect(broken.out).not.toContain('acme')
    expect(broken.err.match(/plan\/unknown-column/g)).toHaveLength(1)
  })

  it.each([
    [['plan', 'acme', '--sample', '0'], 2, 'cli/bad-usage'],
    [['plan', 'acme', '--sample', 'many'], 2, 'cli/bad-usage'],
    [['plan', 'acmee'], 1, 'cli/unknown-tenant'],
    [['plan', 'acme/inventory'], 1, 'tenant/unknown-instance'],
  ] as const)('refuses %j', async (args, code, problem) => {
    const found = await smelt(args, { folder: project() })
    expect(found.code).toBe(code)
    expect(found.err).toContain(problem)
  })

  it('has colours on a terminal only, and none when they are not wanted', async () => {
    const folder = project()
    const terminal = (out: string[]) => ({ write: (text: string) => void out.push(text), isTerminal: true, width: 100 })
    const coloured: string[] = []
    const plain: string[] = []
    await smelt(['plan', 'acme'], { folder, stdout: terminal(coloured), stderr: terminal([]) })
    await smelt(['plan', 'acme', '--no-color'], { folder, stdout: terminal(plain), stderr: terminal([]) })
    expect(coloured.join('')).toContain('\u001B[32m  +\u001B[39m bronze.inventory')
    expect(plain.join('')).not.toContain('\u001B')
  })
})
