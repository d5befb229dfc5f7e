import { describe, expect, it } from 'vitest'
import { runSmelt, startSmelt } from '../support/child.ts'
import { smallLake } from '../support/small-lake.ts'

const INSTANCE = 'acme/inventory-compliance'

describe('smelt savepoint', () => {
  it('keeps where an instance stands, by itself or by the one that runs', async () => {
    const folder = await smallLake(500)
    const alone = await runSmelt(['savepoint', INSTANCE, '--name', 'at-rest', '--json'], { folder })
    expect(alone.err).toBe('')
    expect(JSON.parse(alone.out)).toEqual({
      instance: INSTANCE,
      name: 'at-rest',
      checkpoint: expect.any(Number) as number,
    })
    const again = await runSmelt(['savepoint', INSTANCE, '--name', 'at-rest'], { folder })
    expect({ code: again.code, err: again.err }).toEqual({
      code: 4,
      err: expect.stringContaining('error[checkpoint/savepoint-exists]') as string,
    })

    const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder, variables: {} })
    // It has the run lock once it asks for nothing more than the lock itself.
    for (let told = ''; !told.includes('"pid": ') || told.includes('"pid": null');)
      told = (await runSmelt(['status', '--json'], { folder })).out.slice(0, 200)
    const asked = await runSmelt(['savepoint', INSTANCE], { folder })
    expect({ code: asked.code, out: asked.out }).toEqual({
      code: 0,
      out: expect.stringMatching(/savepoint checkpoint-(\d+) keeps checkpoint \1\n/) as string,
    })
    expect(asked.err).toMatch(/asked process \d+/)
    running.signal('SIGTERM')
    expect((await running.ended).code).toBe(0)
    expect((await runSmelt(['audit', INSTANCE, '--deep'], { folder })).code).toBe(0)
  })

  it('refuses a name that could be no tag, or means another place to start from', async () => {
    const folder = await smallLake(10)
    for (const name of ['../x', 'empty', 'latest']) {
      const { code, err } = await runSmelt(['savepoint', INSTANCE, '--name', name], { folder })
      expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringContaining(`\`${name}\` cannot name a savepoint`) as string,
      })
    }
  })
})
