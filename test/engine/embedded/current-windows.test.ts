import { expect, it } from 'vitest'
import { openCatalog, planScan } from '#lake'
import { EVENTS_FILES, EVENTS_START } from '../../support/events.ts'
import { compilePipeline, openBed } from '../../support/pipeline.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m }
silver:
  clean: { from: events }
gold:
  final: { from: clean, window: { session: 10s }, group_by: [place], measures: { events: count(*), total: sum(n) } }
  current:
    from: clean
    window: { session: 10s }
    emit: on_change
    group_by: [place]
    measures: { events: count(*), total: sum(n) }
`

function record(index: number): { key: null; value: Buffer; timestampMs: number; partition: number } {
  const at = EVENTS_START + index * 4_000
  const value = { id: `id-${index}`, at: new Date(at).toISOString(), n: index, place: index % 7 < 2 ? 'x' : 'y' }
  return { key: null, value: Buffer.from(JSON.stringify(value)), timestampMs: at, partition: 0 }
}

it('keeps one row per window and group, and gathers no more delete files than it writes anew', async () => {
  const bed = await openBed(compilePipeline(PIPELINE, EVENTS_FILES), { partitions: 1 })
  const seen: number[] = []
  for (let run = 0; run < 2; run++) {
    await bed.send(
      'events',
      Array.from({ length: 30 }, (_, index) => record(run * 30 + index)),
    )
    await bed.run({
      batchRows: 1,
      checkpointEveryMs: 0,
      keepWindows: true,
      onCheckpoint: ({ checkpoint }) => seen.push(checkpoint.accounting.gold.current?.rows ?? 0),
    })
  }
  // A row is there from the first record on, long before its window closes, and none is there twice.
  expect(seen.find((rows) => rows > 0)).toBe(1)
  const open = await bed.rows('gold.current')
  expect(open.reduce((sum, row) => sum + Number(row.events), 0)).toBe(60)
  expect(open.length).toBe(seen.at(-1))
  expect((await bed.rows('gold.final')).length).toBeLessThan(open.length)

  const catalog = openCatalog(bed.store)
  const table = await catalog.load({ layer: 'gold', name: 'current' })
  if (table === undefined) throw new Error('the table is there')
  const { tasks } = await planScan(catalog, table)
  const deletes = new Set(tasks.flatMap((task) => task.deletes.map((each) => each.location)))
  expect(deletes.size).toBeLessThan(25)

  await bed.run()
  expect(await bed.rows('gold.current')).toEqual(await bed.rows('gold.final'))
  expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
}, 240_000)
