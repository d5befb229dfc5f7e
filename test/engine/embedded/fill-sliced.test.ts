import { expect, it } from 'vitest'
import { closedRelation, closedVariable, COMPACTED, SLICES, windowChanges } from '#dialect/duckdb'
import { contentHashSql, type Session } from '#engine'
import { fillSliced } from '../../../runtime/engine/embedded/fill-sliced.ts'
import { EVENTS_FILES, EVENTS_START } from '../../support/events.ts'
import { compilePipeline, openBed } from '../../support/pipeline.ts'

const RECORDS = 600
const MEASURES = `group_by: [place, id]
    measures: { events: count(*), numbers: array_agg(n), spread: stddev_pop(n), different: count(distinct n) }`
const compiled = compilePipeline(
  `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1h }
silver:
  clean: { from: events }
gold:
  tumbling:
    from: clean
    window: { tumbling: 5m }
    emit: on_change
    ${MEASURES}
  sliding:
    from: clean
    window: { sliding: 6m, slide: 2m }
    emit: on_change
    ${MEASURES}
  sessions:
    from: clean
    window: { session: 1m }
    emit: on_change
    ${MEASURES}
  plain:
    from: clean
    window: { tumbling: 5m }
    group_by: [place]
    measures: { events: count(*), least: min(n), mean: avg(n) }
`,
  EVENTS_FILES,
)

it('merges slices of the groups to what all of them together give, for every kind of window', async () => {
  const bed = await openBed(compiled)
  const records = Array.from({ length: RECORDS }, (_, at) => {
    const ms = EVENTS_START + at * 2_000
    const value = { id: `id-${at % 37}`, at: new Date(ms).toISOString(), n: (at * 7919) % 23, place: `p${at % 3}` }
    return { key: null, value: Buffer.from(JSON.stringify(value)), timestampMs: ms, partition: at % 2 }
  })
  await bed.send('events', records)
  let compared = 0
  await bed.run({
    keepWindows: true,
    batchRows: 250,
    look: async ({ session, program }) => {
      const narrow: Session = { ...session, engine: { ...session.engine, memoryLimitBytes: 500_000 } }
      const windows = program.sources.flatMap(({ silver }) => silver.flatMap((table) => table.windows))
      for (const { plan, sql } of windows) {
        const { name } = plan.table
        if (name === 'plain') {
          expect(sql.slices).toBeUndefined()
          continue
        }
        const closed = (EVENTS_START + RECORDS * 1_000) * 1_000
        await session.run(`set variable ${closedVariable(name)} = make_timestamp(${closed})`)
        // Everything is state by now: as if all of it had come since the newest checkpoint.
        const { slices, current } = sql
        await session.run(`insert into "window_delta_${name}" select * from "window_state_${name}"`)
        for (const [relation, whole, sliced] of [
          [closedRelation(name), sql.close, slices?.close],
          [COMPACTED, sql.merge, slices?.merge],
          [windowChanges(name), current?.change ?? '', slices?.changes],
        ] as const) {
          expect(sliced).toBeDefined()
          await fillSliced(session, whole, undefined)
          const expected = await hashOf(session, relation)
          await session.run(`drop table ${relation}; set variable ${SLICES} = 0`)
          await fillSliced(narrow, whole, sliced)
          expect(await session.count(`select getvariable('${SLICES}')`), `${name} ${relation}`).toBeGreaterThan(2)
          expect(await hashOf(session, relation), `${name} ${relation}`).toEqual(expected)
          compared++
        }
      }
    },
  })
  expect(compared).toBe(9)
})

/** Rows and their content; lists that wait to be finished are in no order. */
async function hashOf(session: Session, relation: string): Promise<unknown> {
  const columns = await session.rows(`select column_name as name, column_type as type from (describe ${relation})`)
  const sorted = columns.map(({ name, type }) =>
    String(type).endsWith('[]') ? `list_sort("${String(name)}") as "${String(name)}"` : `"${String(name)}"`,
  )
  const names = columns.map(({ name }) => `"${String(name)}"`)
  const [row] = await session.rows(contentHashSql(`(select ${sorted.join(', ')} from ${relation})`, names))
  return row
}
