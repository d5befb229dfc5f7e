import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { lakeHashes } from '../../support/lake-hashes.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { sendEvents } from '../support/events.ts'
import { project } from '../support/project.ts'
import { runsNow } from '../support/runs-now.ts'
import { smallLake } from '../support/small-lake.ts'
import { somebody } from '../support/somebody.ts'

const INSTANCE = 'acme/inventory-compliance'
const PIPELINE = 'pipelines/inventory-compliance/pipeline.yaml'

it('smelt rebuild shows what differs, and swaps the tables, of an instance that runs as well', async () => {
  const folder = project()
  const lake = { kind: 'folder', path: path.join(folder, '.smelt/lake/acme') } as const
  expect((await runSmelt(['rebuild', INSTANCE], { folder })).err).toContain('error[checkpoint/none]')
  await sendEvents(folder, ['acme'], 1_000)
  expect(await runSmelt(['run', INSTANCE, '--until-end'], { folder })).toMatchObject({ code: 0, err: '' })
  const file = path.join(folder, PIPELINE)
  const column = '      busy_os: case when cpu_pct > 50 then os_version end\n      os_vendor:'
  writeFileSync(file, readFileSync(file, 'utf8').replace('      os_vendor:', column))
  const before = await lakeHashes(lake)
  const dry = await runSmelt(['rebuild', INSTANCE, 'devices', '--dry-run', '--show', '1'], { folder })
  expect(dry).toMatchObject({ code: 0, err: '' })
  expect(dry.out).toMatch(/^acme\/inventory-compliance: to be rebuilt\n\ntable +rows before +rows after +added/)
  expect(dry.out).toMatch(/\n~ silver\.devices {2}busy_os: null -> /)
  expect(await lakeHashes(lake)).toEqual(before)

  const done = await runSmelt(['rebuild', INSTANCE, 'devices', '--json'], { folder })
  expect(done).toMatchObject({ code: 0, err: '' })
  const report = JSON.parse(done.out) as { outcome: string; tables: { table: string; changed: number }[] }
  expect(report.outcome).toBe('rebuilt')
  expect(report.tables.find(({ table }) => table === 'silver.devices')?.changed).toBeGreaterThan(0)
  const again = await runSmelt(['rebuild', INSTANCE, 'silver.devcies'], { folder })
  expect(again.code).toBe(1)
  expect(again.err).toContain('error[checkpoint/unknown-table]')
  expect(again.err).toContain('Did you mean `silver.devices`?')
  expect(await runSmelt(['audit', INSTANCE, '--deep'], { folder })).toMatchObject({ code: 0, err: '' })

  const swapped = await lakeHashes(lake)
  const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
  const first = await runsNow(folder)
  const misnamed = await runSmelt(['rebuild', INSTANCE, 'devcies'], { folder })
  expect(misnamed.err).toContain('error[checkpoint/unknown-table]')
  expect(await runsNow(folder)).toBe(first)

  const paused = await runSmelt(['rebuild', INSTANCE, 'devices'], { folder })
  expect({ code: paused.code, err: paused.err }).toEqual({
    code: 0,
    err: `${INSTANCE}: asked to pause at its next checkpoint for a rebuild\n`,
  })
  expect(paused.out).toMatch(/: rebuilt, as checkpoint \d+; it paused for \d+\.\d s, and runs on\n/)
  const second = await runsNow(folder)
  expect(second).not.toBe(first)
  expect(await lakeHashes(lake)).toEqual(swapped)

  writeFileSync(file, readFileSync(file, 'utf8').replace('      cpu_pct: cpu_pct\n', '      cpu_pct: round(cpu_pct)\n'))
  const since = ['rebuild', INSTANCE, 'devices', '--since', '7d']
  const unwanted = await runSmelt(since, { folder })
  expect(unwanted.code).toBe(4)
  const [, hash = ''] = /`smelt rebuild \S+ devices --since 7d --approve ([0-9a-f]{12})`/.exec(unwanted.err) ?? []
  const look = await runSmelt([...since, '--approve', hash, '--dry-run'], { folder })
  expect(look.err).toContain('error[checkpoint/already-running]')
  expect(await runsNow(folder)).toBe(second)
  const wanted = JSON.parse((await runSmelt([...since, '--approve', hash, '--json'], { folder })).out) as object
  expect(wanted).toMatchObject({ outcome: 'rebuilt', paused_ms: expect.any(Number) as number })
  await runsNow(folder)
  running.signal('SIGTERM')
  expect((await running.ended).code).toBe(0)
  expect((await lakeHashes(lake))['silver.devices']).not.toBe(swapped['silver.devices'])
}, 400_000)

it('smelt rebuild asks for an approval before it loses rows, of an instance that runs as well', async () => {
  const folder = await smallLake(300)
  const lake = { kind: 'folder', path: path.join(folder, '.smelt/lake/acme') } as const
  const subject = `user_email=${await somebody(folder)}`
  expect((await runSmelt(['erase', 'acme', '--subject', subject], { folder })).code).toBe(0)
  const before = await lakeHashes(lake)
  const refused = await runSmelt(['rebuild', INSTANCE, 'devices'], { folder })
  expect(refused).toMatchObject({ code: 4, out: '' })
  expect(refused.err).toMatch(
    /A rebuild of `acme\/inventory-compliance` needs an approval: \d+ records? ha(s|ve) left `bronze/,
  )
  const [, command = ''] = /`smelt (rebuild \S+ devices --approve [0-9a-f]{12})`/.exec(refused.err) ?? []
  const look = await runSmelt(['rebuild', INSTANCE, 'devices', '--dry-run'], { folder })
  expect(look).toMatchObject({ code: 0, out: expect.stringContaining(': to be rebuilt\n') as string })
  expect(await lakeHashes(lake)).toEqual(before)

  const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
  const first = await runsNow(folder)
  expect(await runSmelt(['rebuild', INSTANCE, 'devices'], { folder })).toEqual(refused)
  expect(await runsNow(folder)).toBe(first)
  expect(await lakeHashes(lake)).toEqual(before)
  const paused = await runSmelt(command.split(' '), { folder })
  expect(paused.out).toMatch(/: rebuilt, as checkpoint \d+; it paused for /)
  await runsNow(folder)
  running.signal('SIGTERM')
  expect((await running.ended).code).toBe(0)
  expect((await runSmelt(['audit', INSTANCE], { folder })).code).toBe(0)
}, 120_000)
