import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { smeltError } from '#diagnostics'
import type { FromInstance } from '../../../runtime/cli/instance/messages.ts'
import { upkeepOf } from '../../../runtime/cli/instance/upkeep-log.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { sendEvents } from '../support/events.ts'
import { project } from '../support/project.ts'

const INSTANCE = 'acme/inventory-compliance'
const EAGER = 'maintenance: { every: 1ms, min_files: 2, keep_snapshots: 0ms, keep_last: 1 }\n    '

/** A project whose instances checkpoint all the time. */
function busyProject(maintenance: string): string {
  const folder = project()
  const file = path.join(folder, 'smelt.yaml')
  const engine = 'engine: { checkpoint_every: 1ms, batch_rows: 300 }\n    '
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('broker: { topic_log', `${engine}${maintenance}broker: { topic_log`),
  )
  return folder
}

function lines(out: string): Record<string, unknown>[] {
  return out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
}

describe('smelt maintain', () => {
  it('makes few files of many, says so before, and finds nothing to do afterwards', async () => {
    const folder = busyProject('maintenance: { enabled: false, min_files: 2, keep_snapshots: 0ms, keep_last: 1 }\n    ')
    await sendEvents(folder, ['acme'], 3_000)
    const run = await runSmelt(['run', INSTANCE, '--until-end'], { folder })
    expect(lines(run.out).filter(({ event }) => event === 'upkeep')).toEqual([])
    const before = await runSmelt(['query', 'select count(*) as n from acme.silver.devices', '--format', 'json'], {
      folder,
    })
    const dry = await runSmelt(['maintain', INSTANCE, '--dry-run', '--json'], { folder })
    expect(JSON.parse(dry.out)).toContainEqual(
      expect.objectContaining({
        table: 'bronze.inventory',
        files_written: 1,
        files_compacted: expect.any(Number) as number,
      }),
    )
    const done = await runSmelt(['maintain', INSTANCE], { folder })
    expect({ code: done.code, err: done.err }).toEqual({ code: 0, err: '' })
    expect(done.out).toMatch(/bronze\.inventory: \d+ files became 1, \d+ snapshots expired, \d+ files removed/)
    expect((await runSmelt(['maintain', INSTANCE], { folder })).out).toBe(`${INSTANCE}: nothing to do\n`)
    const after = await runSmelt(['query', 'select count(*) as n from acme.silver.devices', '--format', 'json'], {
      folder,
    })
    expect(after.out).toBe(before.out)
    expect((await runSmelt(['audit', INSTANCE, '--deep'], { folder })).code).toBe(0)
  })

  it('is done by a running instance, which tells it, and refused beside one', async () => {
    const folder = busyProject(EAGER)
    await sendEvents(folder, ['acme'], 3_000)
    const running = startSmelt(['run', INSTANCE], { folder })
    await running.seen('"event":"upkeep"')
    const refused = await runSmelt(['maintain', INSTANCE], { folder })
    expect({ code: refused.code, told: refused.err.includes('checkpoint/already-running') }).toEqual({
      code: 4,
      told: true,
    })
    expect((await runSmelt(['maintain', INSTANCE, '--dry-run'], { folder })).code).toBe(0)
    running.signal('SIGTERM')
    const { code, out } = await running.ended
    expect(code).toBe(0)
    expect(lines(out).find(({ event }) => event === 'upkeep')).toMatchObject({ instance: INSTANCE })
    expect((await runSmelt(['audit', INSTANCE, '--deep'], { folder })).code).toBe(0)
  })
})

describe('upkeepOf', () => {
  it('tells what was done, is silent about nothing, and warns of a fault', () => {
    const sent: FromInstance[] = []
    const settings = {
      budgetBytes: 1,
      targetFileBytes: 1,
      minFiles: 2,
      keepSnapshotsMs: 1,
      keepLast: 1,
      orphansAfterMs: 1,
    }
    const send = (message: FromInstance): Promise<void> => Promise.resolve(void sent.push(message))
    const upkeep = upkeepOf({ clock: () => 0 }, INSTANCE, { ...settings, enabled: true, everyMs: 5 }, send)
    const report = {
      table: 'silver.devices',
      compacted: { files: 0, into: 0, bytes: 0 },
      dropped: { partitions: 0, files: 0, rows: 0 },
      left: 0,
      expired: { snapshots: 0, files: 0 },
      swept: { files: 0, bytes: 0 },
    }
    upkeep.onReport?.(report)
    expect(sent).toEqual([])
    upkeep.onReport?.({ ...report, swept: { files: 3, bytes: 9 } })
    upkeep.onFault?.(smeltError('lake/disk-full', { path: '/lake/a' }))
    expect(sent).toMatchObject([
      { type: 'upkeep', line: { table: 'silver.devices', files_removed: 3, time: '1970-01-01T00:00:00.000Z' } },
      { type: 'notice', diagnostic: { code: 'lake/upkeep-failed', severity: 'warning' } },
    ])
  })
})
