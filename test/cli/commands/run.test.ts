import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { HealthReport } from '../../../runtime/cli/health/health.ts'
import { idleChild, smelt } from '../support/buffer-host.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { sendEvents } from '../support/events.ts'
import { project } from '../support/project.ts'
import { freePort } from '../../support/versitygw.ts'

const INSTANCE = 'acme/inventory-compliance'

/** The lines of a JSON log. */
function lines(out: string): Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function deepAudit(folder: string): Promise<void> {
  const audit = await runSmelt(['audit', INSTANCE, '--deep', '--json'], { folder })
  expect(audit.err).toBe('')
  expect(audit.code).toBe(0)
}

describe('smelt run', () => {
  it('runs every instance to the end of its topics, and logs each checkpoint as one JSON line', async () => {
    const folder = project()
    await sendEvents(folder, ['acme', 'globex'], 2_000)
    const { code, out, err } = await runSmelt(['run', '--all', '--until-end'], { folder })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const log = lines(out)
    for (const instance of [INSTANCE, 'globex/inventory-compliance']) {
      const own = log.filter((line) => line['instance'] === instance)
      const checkpoints = own.filter((line) => line['event'] === 'checkpoint')
      expect(checkpoints.reduce((sum, line) => sum + Number(line['records_in']), 0)).toBe(2_000)
      expect(checkpoints[0]).toMatchObject({
        checkpoint: 1,
        time: expect.stringMatching(/^2\d{3}-.*Z$/) as string,
        rows_out: { 'bronze.inventory': checkpoints[0]?.['records_in'] },
        quarantined: { 'record/contract-violation': expect.any(Number) as number },
        durations_ms: { process: expect.any(Number) as number },
        rss_bytes: expect.any(Number) as number,
      })
      expect(checkpoints.at(-1)).toMatchObject({ lag: 0 })
      expect(own.at(-1)).toMatchObject({ event: 'ended', exit: 0, checkpoint: checkpoints.length })
    }
    expect(readdirSync(path.join(folder, '.smelt/scratch'))).toEqual([])
    // A second run has nothing to read, and changes nothing.
    const tables = await smelt(['tables', '--json'], { folder })
    expect((await runSmelt(['run', '--all', '--until-end', '--log', 'human'], { folder })).code).toBe(0)
    expect(await smelt(['tables', '--json'], { folder })).toEqual(tables)
  })

  it('runs until SIGTERM, alone, and ends with a checkpoint', async () => {
    const folder = project()
    await sendEvents(folder, ['acme'], 500)
    const first = startSmelt(['run', INSTANCE], { folder })
    await first.seen('"event":"checkpoint"')
    const { out } = await smelt(['status', '--json'], { folder, ...(await realMachine()) })
    expect(JSON.parse(out)).toMatchObject([
      { instance: INSTANCE, pid: expect.any(Number) as number, lag: 0 },
      { pid: null },
    ])
    const second = await runSmelt(['run', INSTANCE], { folder })
    expect(second.code).toBe(4)
    expect(second.err).toContain('checkpoint/already-running')
    first.signal('SIGTERM')
    const { code, err, out: log } = await first.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(lines(log).map((line) => line['event'])).toEqual(expect.arrayContaining(['stopping', 'ended']))
    await deepAudit(folder)
    const after = await smelt(['status', '--json'], { folder, ...(await realMachine()) })
    expect(JSON.parse(after.out)).toMatchObject([{ pid: null }, { pid: null }])
  })

  it('answers probes: ready from the first checkpoint on until it is told to stop', async () => {
    const folder = project()
    await sendEvents(folder, ['acme'], 500)
    const port = await freePort()
    const probe = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status
    const running = startSmelt(['run', INSTANCE, '--health', String(port)], { folder })
    const answers: number[] = []
    await vi.waitFor(
      async () => {
        answers.push(await probe('/readyz'))
        expect(answers.at(-1)).toBe(200)
      },
      { timeout: 60_000, interval: 20 },
    )
    expect(answers[0]).toBe(503)
    const { ready, instances } = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as HealthReport
    expect({ ready, instances }).toMatchObject({ ready: true, instances: [{ instance: INSTANCE, state: 'running' }] })
    expect(instances[0]?.checkpoint).toBeGreaterThan(0)
    expect(await probe('/healthz')).toBe(200)
    const second = await runSmelt(['run', 'globex/inventory-compliance', '--health', String(port)], { folder })
    expect(second.code).toBe(1)
    expect(second.err).toContain('error[cli/cannot-listen]')
    running.signal('SIGTERM')
    const { code, out } = await running.ended
    expect(code).toBe(0)
    expect(lines(out).at(-1)).toMatchObject({ event: 'ended' })
    await expect(probe('/readyz')).rejects.toThrow()
  })

  it.each(['checkpoint-created:1', 'table-committed:2'])(
    'goes on after it was killed at %s, without losing or repeating a row',
    async (step) => {
      const folder = project()
      await sendEvents(folder, ['acme'], 800)
      const crashed = await runSmelt(['run', INSTANCE, '--until-end'], { folder, variables: { SMELT_CRASH_AT: step } })
      expect(crashed.code).toBe(3)
      expect(crashed.err).toContain('error[cli/instance-ended]')
      expect(crashed.err).toContain('by SIGKILL')
      const again = await runSmelt(['run', INSTANCE, '--until-end'], { folder })
      expect({ code: again.code, err: again.err }).toEqual({ code: 0, err: '' })
      const count = await smelt(['query', 'select count(*) as n from acme.bronze.inventory', '--json'], {
        folder,
        temporaryFolder: folder,
      })
      expect(JSON.parse(count.out)).toEqual([{ n: 800 }])
      await deepAudit(folder)
    },
  )

  it('lets the others run when one cannot, and tells why, once', async () => {
    const folder = project()
    writeFileSync(path.join(folder, '.smelt/secrets/GLOBEX_PII_KEY'), '\n')
    await sendEvents(folder, ['acme', 'globex'], 200)
    const { code, out, err } = await runSmelt(['run', '--all', '--until-end'], { folder })
    expect(code).toBe(1)
    expect(err.match(/error\[/g)).toHaveLength(1)
    expect(err).toContain('globex/inventory-compliance:')
    expect(err).toContain('error[cli/missing-secret]: The secret `GLOBEX_PII_KEY` is empty')
    expect(err).toContain('tenants/globex.yaml:5:10')
    expect(err).toContain('.smelt/secrets/GLOBEX_PII_KEY')
    expect(lines(out).find((line) => line['instance'] === INSTANCE && line['event'] === 'ended')).toMatchObject({
      exit: 0,
    })
  })

  it.each([
    ['a broker that cannot be reached', 'kafka', { SMELT_KAFKA: '127.0.0.1:1' }, 3, 'stream/broker-unreachable'],
    ['a lake that is no folder', 'kafka', { SMELT_LAKE: 'smelt.yaml' }, 1, 'lake/not-a-folder'],
    ['a crash hook that is none', 'local', { SMELT_CRASH_AT: 'nowhere:1' }, 2, 'cli/bad-usage'],
    ['a topic that is missing', 'local', {}, 1, 'stream/unknown-topic'],
  ])('stops at %s, saying so', async (_what, environment, variables, exit, code) => {
    const result = await runSmelt(['run', INSTANCE, '--env', environment, '--until-end'], {
      folder: project(),
      variables,
    })
    expect(result.code, result.err).toBe(exit)
    expect(result.err).toContain(`error[${code}]`)
    expect(result.err).not.toContain('acme key')
  })

  it.each([
    [['run'], 2, 'cli/bad-usage'],
    [['run', INSTANCE, '--all'], 2, 'cli/bad-usage'],
    [['run', 'acme/inventory-complaince'], 1, 'Did you mean `acme/inventory-compliance`?'],
    [['run', 'acne/inventory-compliance'], 1, 'Did you mean `acme`?'],
    [['run', 'acne'], 1, 'Did you mean `acme`?'],
    [['run', 'acme/'], 1, 'tenant/bad-instance'],
    [['run', INSTANCE, '--env', 'lcoal'], 1, 'Did you mean `local`?'],
  ])('refuses %j', async (args, exit, text) => {
    const { code, err } = await smelt(args, { folder: project() })
    expect(err).toContain(text)
    expect(code).toBe(exit)
  })

  it('starts nothing when the pipeline has errors', async () => {
    const folder = project({ 'pipelines/inventory-compliance/reference/os-catalog.csv': 'nothing\n' })
    const kill = vi.fn()
    const { code, err } = await smelt(['run', INSTANCE], { folder, fork: () => ({ ...idleChild, kill }) })
    expect(code).toBe(1)
    expect(err).toContain('pipelines/inventory-compliance/pipeline.yaml')
    expect(kill).toHaveBeenCalledOnce()
  })
})

/** What `status` needs to see processes of this machine. */
async function realMachine() {
  const { processHost } = await import('../../../runtime/cli/process-host.ts')
  const { temporaryFolder, user, processStart } = processHost()
  return { temporaryFolder, user, processStart }
}
