import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { closeInstance, openEngine, openInstance, type Engine, type Instance } from '#engine'
import { openStore } from '#lake'
import { EVENTS_FILES, EVENTS_PIPELINE } from '../../support/events.ts'
import { compilePipeline } from '../../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const other = compilePipeline(EVENTS_PIPELINE.replace('within: 1h', 'within: 2h'), EVENTS_FILES)

async function newEngine(): Promise<{ engine: Engine; open: (which?: typeof compiled) => Promise<Instance> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'smelt-test-'))
  const engine = await openEngine({ memoryLimitBytes: 256 << 20, threads: 1, spill: folder })
  onTestFinished(async () => {
    engine.close()
    await rm(folder, { recursive: true, force: true })
  })
  const store = await openStore({ kind: 'folder', path: path.join(folder, 'lake') })
  const open = ({ plan, references } = compiled): Promise<Instance> =>
    openInstance({
      plan,
      references: new Map([...references].map(([name, table]) => [name, table.rows])),
      store,
      clock: () => 0,
      piiKey: 'key',
      engine,
      memoryLimitBytes: 256 << 20,
      threads: 1,
      scratch: folder,
    })
  return { engine, open }
}

it('gives the tables of a closed instance to the next of its plan, without a row, and to no other', async () => {
  const { open } = await newEngine()
  const first = await open()
  const { state } = first.program
  for (const table of state) {
    const [column] = await first.session.rows(`select column_name as name from (describe ${table}) limit 1`)
    await first.session.run(`insert into ${table}("${String(column?.name)}") values (null)`)
  }
  await closeInstance(first)
  const stranger = await open(other)
  expect(stranger.session).not.toBe(first.session)
  const next = await open()
  expect(next.session).toBe(first.session)
  const left = state.map((table) => `select count(*) as rows from ${table}`)
  expect(await next.session.count(`select sum(rows) from (${left.join(' union all ')})`)).toBe(0)
  const beside = await open()
  expect(beside.session).not.toBe(next.session)
  await Promise.all([stranger, next, beside].map(closeInstance))
})

it('gives no tables on in which a statement failed: a view may not be what it was to be', async () => {
  const { open } = await newEngine()
  const first = await open()
  await expect(first.session.runAll(['select 1', 'select nothing'])).rejects.toThrow()
  await closeInstance(first)
  const next = await open()
  expect(next.session).not.toBe(first.session)
  await closeInstance(next)
})

it('lets go of tables that wait for nobody', async () => {
  const { engine, open } = await newEngine()
  const opened = await Promise.all(Array.from({ length: 10 }, () => open()))
  await Promise.all(opened.map(closeInstance))
  expect(engine.idle.length).toBe(8)
  expect(engine.left.size).toBe(2)
})

it('runs what can wait before the next call, in order, whichever call that is, and fails it with what that fails with', async () => {
  const { open } = await newEngine()
  const { session } = await open()
  session.later(['create temp table told(step integer)', 'insert into told values (1)'])
  session.later(['insert into told values (2)'])
  expect(await session.count('select sum(step) from told')).toBe(3)
  session.later(['insert into told values (3)'])
  expect(await session.values('select max(step) as last from told')).toEqual([{ last: 3 }])
  session.later(['insert into told values (4)'])
  await session.run('insert into told select count(*) + 1 from told')
  expect(await session.rows('select list(step order by step) as steps from told')).toEqual([{ steps: [1, 2, 3, 4, 5] }])
  session.later(['select nothing'])
  await expect(session.count('select 1')).rejects.toMatchObject({ code: 'sql/statement-failed' })
  expect(session.hasFailed()).toBe(true)
  expect(await session.count('select 1')).toBe(1)
})
