import { expect, it } from 'vitest'
import { runSmelt, startSmelt } from '../support/child.ts'
import { project } from '../support/project.ts'
import { smallLake } from '../support/small-lake.ts'

const INSTANCE = 'acme/inventory-compliance'

it('smelt quarantine says of an instance that never ran that it did not', async () => {
  const { code, err } = await runSmelt(['quarantine', 'list', INSTANCE], { folder: project() })
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('checkpoint/none') as string })
})

it('smelt quarantine lists, shows, discards and replays, alone or by the instance that runs', async () => {
  const folder = await smallLake(1_000)
  const smelt = (action: string, ...more: string[]) => runSmelt(['quarantine', action, INSTANCE, ...more], { folder })
  const list = await smelt('list', '--json')
  const counts = JSON.parse(list.out) as { code: string; rows: number; judged_again_by: string }[]
  expect(counts.find(({ code }) => code === 'record/late')).toMatchObject({ judged_again_by: 'rebuild' })
  const refused = counts.filter(({ code }) => code === 'record/contract-violation')
  const rows = refused.reduce((sum, each) => sum + each.rows, 0)
  const shown = await smelt('show', '--code', 'contract-violation', '--show', '1')
  expect(shown.out).toMatch(
    /^inventory partition \d+ offset \d+, .*\n {2}record\/contract-violation .*\n(.*\n)? {2}value: \{/,
  )

  for (const [args, words] of [
    [['discard'], 'or say `--all`'],
    [['reply'], 'did you mean `replay`?'],
    [['list', '--code', 'lte'], 'did you mean `record/late`?'],
    [['list', '--since', 'yesterday'], 'a day such as 2026-11-20'],
  ] as const) {
    const [action, ...more] = args
    const { code, err } = await smelt(action, ...more)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) as string })
  }
  expect((await smelt('list', '--source', 'inventoy')).err).toContain('Did you mean `inventory`?')
  expect((await smelt('list', '--since', '2099-01-01', '--json')).out).toBe('[]\n')

  const tried = JSON.parse(
    (await smelt('discard', '--code', 'contract-violation', '--dry-run', '--json')).out,
  ) as unknown
  expect(tried).toMatchObject({ action: 'discard', moved: { 'record/contract-violation': rows } })
  const running = startSmelt(['run', INSTANCE, '--log', 'json'], { folder })
  // It has the run lock once it asks for nothing more than the lock itself.
  for (let told = ''; !told.includes('"pid": ') || told.includes('"pid": null');)
    told = (await runSmelt(['status', '--json'], { folder })).out.slice(0, 200)
  const asked = await smelt('discard', '--code', 'contract-violation')
  expect(asked.err).toMatch(/asked process \d+/)
  expect(asked.out).toContain(`${rows} of ${rows} rows discarded`)
  running.signal('SIGTERM')
  expect((await running.ended).code).toBe(0)

  const replayed = JSON.parse((await smelt('replay', '--json')).out) as unknown
  expect(replayed).toMatchObject({ moved: {}, final: { 'record/late': expect.any(Number) as number } })
  const audit = await runSmelt(['audit', INSTANCE, '--deep'], { folder })
  expect(audit.out).toContain(`+ ${rows} discarded`)
  expect(audit.code).toBe(0)
}, 300_000)
