import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { runSmelt, startSmelt } from '../support/child.ts'
import { smallLake } from '../support/small-lake.ts'

const INSTANCE = 'acme/inventory-compliance'

interface Told {
  readonly versions: readonly { readonly version: number; readonly reason: string }[]
  readonly states: readonly { readonly state: string; readonly reason: string }[]
}

async function historyOf(folder: string): Promise<Told> {
  return JSON.parse((await smelt(['history', INSTANCE, '--json'], { folder })).out) as Told
}

describe('smelt history', () => {
  it('numbers the versions, and tells the states that an instance went through', async () => {
    const folder = await smallLake(100)
    const file = path.join(folder, 'pipelines/inventory-compliance/pipeline.yaml')
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace(/^description: .*$/m, '$&')
        .replace(/watermark: \w+/, 'watermark: 7m'),
    )
    const changed = await runSmelt(['apply', 'acme'], { folder })
    const approve = /--approve ([0-9a-f]{12})/.exec(changed.err)?.[1]
    const applied =
      approve === undefined ? changed : await runSmelt(['apply', INSTANCE, '--approve', approve], { folder })
    expect({ code: applied.code, err: applied.err }).toEqual({ code: 0, err: '' })
    const { versions, states } = await historyOf(folder)
    expect(versions.map(({ version, reason }) => `${version} ${reason}`)).toEqual(['1 first run', '2 change applied'])
    expect(states.map(({ state }) => state)).toEqual(['STARTING', 'RUNNING', 'READY'])

    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
    for (let told: Told | undefined; told?.states.at(-1)?.state !== 'RUNNING';) told = await historyOf(folder)
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
    expect((await historyOf(folder)).states.slice(-3).map(({ state }) => state)).toEqual([
      'RUNNING',
      'STOPPING',
      'READY',
    ])
    expect((await runSmelt(['status'], { folder })).out).toMatch(/ {2}version 2, READY since .*: ended\n/)
    expect((await smelt(['history', INSTANCE], { folder })).out).toMatch(/^version +applied at/)
  }, 240_000)

  it('says that an instance never ran', async () => {
    const folder = await smallLake(10)
    expect((await smelt(['history', 'globex/inventory-compliance'], { folder })).out).toContain('never ran')
  }, 60_000)
})
