import { describe, expect, it } from 'vitest'
import { smelt } from '../support/buffer-host.ts'
import { runSmelt } from '../support/child.ts'
import { sendEvents } from '../support/events.ts'
import { smallLake } from '../support/small-lake.ts'

const INSTANCE = 'acme/inventory-compliance'
const COUNT = ['query', 'select count(*) as n from acme.bronze.inventory', '--format', 'json']

describe('smelt savepoints, and smelt run --from one', () => {
  it('goes back to a savepoint, lists it, and gives it up', async () => {
    const folder = await smallLake(200)
    expect((await runSmelt(['savepoint', INSTANCE, '--name', 'first'], { folder })).code).toBe(0)
    await sendEvents(folder, ['acme'], 100, 8)
    const before = await runSmelt(COUNT, { folder })
    const run = await runSmelt(['run', INSTANCE, '--from', 'first', '--until-end', '--log', 'human'], { folder })
    expect({ code: run.code, err: run.err }).toEqual({
      code: 0,
      err: expect.stringContaining(
        'info[checkpoint/rewound]: `acme/inventory-compliance` went back to savepoint',
      ) as string,
    })
    expect(JSON.parse((await runSmelt(COUNT, { folder })).out)).not.toEqual(JSON.parse(before.out))
    expect((await runSmelt(['audit', INSTANCE, '--deep'], { folder })).code).toBe(0)

    const listed = await smelt(['savepoints', 'list', INSTANCE, '--json'], { folder })
    expect(JSON.parse(listed.out)).toMatchObject([{ name: 'first', checkpoint: expect.any(Number) as number }])
    expect((await smelt(['savepoints', 'list', INSTANCE], { folder })).out).toMatch(/^savepoint +checkpoint +taken at/)
    expect((await smelt(['savepoints', 'drop', INSTANCE, 'frist'], { folder })).err).toContain('Did you mean `first`?')
    expect((await smelt(['savepoints', 'drop', INSTANCE, 'first'], { folder })).out).toContain('is given up')
    expect((await smelt(['savepoints', 'list', INSTANCE], { folder })).out).toContain('no savepoints')
    expect((await runSmelt(['audit', INSTANCE, '--deep'], { folder })).code).toBe(0)
  }, 240_000)

  it.each([
    [['savepoints', 'show', INSTANCE], 'There is `list` and `drop`'],
    [['savepoints', 'drop', INSTANCE], 'Name the savepoint'],
    [['savepoints', 'list', INSTANCE, 'x'], 'takes an instance and nothing else'],
    [['run', 'acme', '--from', 'x'], 'goes back for one instance'],
    [['run', INSTANCE, '--accept-loss'], 'is for `--from`'],
  ])('%j is wrong usage', async (args, told) => {
    const { code, err } = await smelt(args)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(told) as string })
  })
})
