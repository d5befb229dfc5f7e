import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lakeHashes } from '../../support/lake-hashes.ts'
import { reworded, type Edit } from '../../support/reworded.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { sendEvents } from '../support/events.ts'
import { project } from '../support/project.ts'
import { smallLake } from '../support/small-lake.ts'

const INSTANCE = 'acme/inventory-compliance'
const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'

/** Replaces words of the pipeline of a project. */
function change(folder: string, ...edits: readonly Edit[]): void {
  const file = path.join(folder, PIPELINE)
  writeFileSync(file, reworded(readFileSync(file, 'utf8'), edits))
}

const RECORDS = 3_000
const ran = (): Promise<string> => smallLake(RECORDS)

const hashes = (folder: string): Promise<Record<string, string>> =>
  lakeHashes({ kind: 'folder', path: path.join(folder, '.smelt/lake/acme') })

/** The tables of a run over the same records by the changed pipeline, which has no past. */
async function fresh(...edits: readonly Edit[]): Promise<Record<string, string>> {
  const folder = project()
  await sendEvents(folder, ['acme'], RECORDS)
  change(folder, ...edits)
  expect(await runSmelt(['run', INSTANCE, '--until-end'], { folder })).toMatchObject({ code: 0, err: '' })
  return await hashes(folder)
}

async function deepAudit(folder: string): Promise<void> {
  expect(await runSmelt(['audit', INSTANCE, '--deep'], { folder })).toMatchObject({ code: 0, err: '' })
}

/** Waits until the instance is RUNNING. */
async function runsNow(folder: string): Promise<{ readonly pid: number; readonly version: number }> {
  for (;;) {
    const [found] = JSON.parse((await runSmelt(['status', '--json'], { folder })).out) as {
      readonly pid: number | null
      readonly version: number
      readonly state: { readonly name: string; readonly gone: boolean } | null
    }[]
    const { pid = null, version = 0, state = null } = found ?? {}
    if (pid !== null && state?.name === 'RUNNING' && !state.gone) return { pid, version }
  }
}

/** The hash that a refusal says to approve. */
function hashIn(text: string): string {
  return /--approve ([0-9a-f]{12})/.exec(text)?.[1] ?? ''
}

const RECOMPUTED = ['      cpu_pct: cpu_pct\n', '      cpu_pct: round(cpu_pct)\n'] as const
const NEW_COLUMN = [
  '      os_vendor:',
  '      busy_os: case when cpu_pct > 50 then os_version end\n      os_vendor:',
] as const
const RENAMED = [
  '      agent_version: agent_version\n',
  '      agent: { expr: agent_version, was: agent_version }\n',
] as const

describe('smelt apply', () => {
  it('is what a refused run asks for, and gives the tables of a run without a past', async () => {
    const folder = await ran()
    const before = await hashes(folder)
    change(folder, RECOMPUTED)

    const refused = await runSmelt(['run', INSTANCE, '--until-end'], { folder })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('error[checkpoint/needs-approval]')
    expect(refused.err).toContain(`smelt apply ${INSTANCE} --approve ${hashIn(refused.err)}`)
    expect((await runSmelt(['apply'], { folder })).code).toBe(4)
    expect(await hashes(folder)).toEqual(before)

    const other = await runSmelt(['apply', INSTANCE, '--approve', '0123456789ab'], { folder })
    expect(other.code).toBe(4)
    expect(other.err).toContain('error[checkpoint/other-plan]')
    expect(other.err).toContain(`is \`${hashIn(refused.err)}\` today, not \`0123456789ab\``)
    const command = ['apply', INSTANCE, '--approve', hashIn(refused.err)]
    const dry = await runSmelt([...command, '--dry-run'], { folder })
    expect(dry).toMatchObject({ code: 0, err: '' })
    expect(dry.out).toBe(
      [
        `${INSTANCE}: to be applied`,
        '  `silver.devices` rewritten',
        '  `quarantine.inventory-compliance` rewritten',
        '  `gold.fleet_health` rewritten',
        '  `gold.device_status` rewritten',
        '  3,000 records of `bronze.inventory` replayed',
        '',
      ].join('\n'),
    )
    expect(await hashes(folder)).toEqual(before)

    const applied = await runSmelt([...command, '--json'], { folder })
    expect(applied).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(applied.out)).toMatchObject([{ outcome: 'applied', replayed: { inventory: 3_000 } }])
    expect(await hashes(folder)).toEqual(await fresh(RECOMPUTED))
    await deepAudit(folder)

    const again = await runSmelt(command, { folder })
    expect(again).toMatchObject({ code: 0, out: `${INSTANCE}: unchanged since it last ran\n` })
    expect(await runSmelt(['run', INSTANCE, '--until-end'], { folder })).toMatchObject({ code: 0, err: '' })
  }, 300_000)

  it('is not needed for what is safe: a run takes it over, and says so', async () => {
    const folder = await ran()
    change(folder, NEW_COLUMN, RENAMED)
    await sendEvents(folder, ['acme'], 500, 8)
    const { code, err } = await runSmelt(['run', INSTANCE, '--until-end'], { folder })
    expect(code).toBe(0)
    expect(err).toContain('info[checkpoint/plan-applied]')
    expect(err).toContain('`silver.devices` evolved')
    const { out } = await runSmelt(
      [
        'query',
        'select count(*) as n, count(busy_os) as busy, count(agent) as agents from acme.silver.devices',
        '--json',
      ],
      { folder },
    )
    const [row] = JSON.parse(out) as { n: number; busy: number; agents: number }[]
    expect(row?.busy).toBeGreaterThan(0)
    expect(row?.busy).toBeLessThan(500)
    expect(row?.agents).toBe(row?.n)
  }, 300_000)

  it('has an instance that runs go on by the new plan, and stops nothing that it refuses', async () => {
    const folder = await ran()
    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
    const first = await runsNow(folder)
    change(folder, RECOMPUTED)
    const refused = await runSmelt(['apply', INSTANCE], { folder })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('error[checkpoint/needs-approval]')
    expect(await runsNow(folder)).toMatchObject({ pid: first.pid, version: 1 })

    const applied = await runSmelt(['apply', INSTANCE, '--approve', hashIn(refused.err), '--json'], { folder })
    expect({ code: applied.code, err: applied.err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(applied.out)).toMatchObject([{ outcome: 'applied', runs_on_as: 2 }])
    const second = await runsNow(folder)
    expect(second).toMatchObject({ version: 2 })
    expect(second.pid).not.toBe(first.pid)
    await sendEvents(folder, ['acme'], 200, 8)
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
    const { states } = JSON.parse((await runSmelt(['history', INSTANCE, '--json'], { folder })).out) as {
      states: { state: string; reason: string }[]
    }
    expect(states.map(({ state, reason }) => `${state} ${reason}`)).toContain('UPDATING makes room for another plan')
    await deepAudit(folder)
  }, 300_000)

  it('says when there is nothing to do, and wants to know which plan an approval is for', async () => {
    const folder = project()
    await sendEvents(folder, ['acme', 'globex'], 100)
    expect(await runSmelt(['apply'], { folder })).toMatchObject({
      code: 0,
      out: [
        'acme/inventory-compliance: never ran, so there is nothing to take over from',
        'globex/inventory-compliance: never ran, so there is nothing to take over from',
        '',
      ].join('\n'),
    })
    expect(await runSmelt(['apply', 'acme', '--approve', '0123456789ab'], { folder })).toMatchObject({ code: 2 })
  }, 120_000)
})

describe('an apply that is killed', () => {
  let expected: Promise<Record<string, string>> | undefined
  it.each(['change-staged', 'table-shaped'] as const)(
    'at %s leaves the old plan or the new, and goes on',
    async (step) => {
      const folder = await ran()
      const before = await hashes(folder)
      change(folder, RECOMPUTED, NEW_COLUMN)
      const { err } = await runSmelt(['apply', INSTANCE], { folder })
      const command = ['apply', INSTANCE, '--approve', hashIn(err)]
      const killed = await runSmelt(command, { folder, variables: { SMELT_CRASH_AT: `${step}:1` } })
      expect(killed.code).toBeNull()
      if (step === 'change-staged') expect(await hashes(folder)).toEqual(before)
      expect((await runSmelt(['run', INSTANCE, '--until-end'], { folder })).code).toBe(0)
      expect(await hashes(folder)).toEqual(await (expected ??= fresh(RECOMPUTED, NEW_COLUMN)))
      await deepAudit(folder)
    },
    300_000,
  )
})
