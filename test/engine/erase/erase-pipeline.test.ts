import { describe, expect, it } from 'vitest'
import { takeSavepointAlone, type PipelineErasure, type Step } from '#engine'
import { smeltError } from '#diagnostics'
import { leaseTable, openCatalog, tag } from '#lake'
import { erase, occurrences } from '../../support/erasing.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'
import {
  ANN,
  BOB,
  JOANN,
  PEOPLE_FILES,
  PEOPLE_PIPELINE,
  record,
  sendPeople,
  START,
  visits,
} from '../../support/people.ts'

const compiled = compilePipeline(PEOPLE_PIPELINE, PEOPLE_FILES)

/** Pairs of visits, and visits that wait for others. */
const paired = compilePipeline(
  `${PEOPLE_PIPELINE}  together:
    from: clear
    join: { beside: { table: hidden, within: 20d, on: beside.place = place } }
    columns: { visit_id: visit_id, person: beside.person, then: beside.at }
`,
  PEOPLE_FILES,
)

async function newBed(from = compiled): Promise<Bed> {
  const bed = await openBed(from, { partitions: 1 })
  await sendPeople(bed, 2)
  // However JSON writes it, and where nothing can be read out of it.
  const escaped = ANN.replace('@', '\\u0040')
  await bed.send('visits', [
    record(`{"visit_id":"e","at":"2026-01-11T12:00:00Z","user_email":"${escaped}","place":"hall"}`, START),
    record(`{"visit_id":"twice","user_email":"${ANN}","user_email":"${BOB}"}`, START),
    record(`{"visit_id":"torn","user_email":"${ANN}"`, START),
    record(`{"visit_id":"other","at":"2026-01-11T13:00:00Z","user_email":"${BOB}","place":"hall"}`, START),
  ])
  await bed.run({ batchRows: 7, checkpointEveryMs: 0 })
  return bed
}

const rowsOf = ({ tables }: PipelineErasure): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { table, rows } of tables) counts[table] = (counts[table] ?? 0) + rows
  return counts
}

describe('erasure', () => {
  it('leaves nothing of the subject, and everybody else; the books close, and it goes on', async () => {
    const bed = await newBed()
    const places = await occurrences(bed)
    expect(places.some(({ place, within }) => place.startsWith('bronze/') && within === 'kafka_value')).toBe(true)
    expect(places.some(({ place }) => place.startsWith('silver/hidden/'))).toBe(true)
    const would = await erase(bed, { dryRun: true })
    const did = await erase(bed)
    expect(rowsOf(did)).toEqual(rowsOf(would))
    expect(rowsOf(did)).toEqual({
      'bronze.visits': 7,
      'bronze.members': 1,
      'silver.clear': 2,
      'silver.hidden': 4,
      'quarantine.people': 3,
      'gold.per_person': 2,
      'gold.last_seen': 1,
      'gold.as_member': 2,
    })
    expect(Object.keys(did.state)).toEqual(expect.arrayContaining(['dedupe.clear', 'versions.members']))
    expect(did.topics.map(({ outcome, records }) => [outcome, records.length])).toEqual([
      ['blanked', 7],
      ['blanked', 1],
    ])
    expect(await occurrences(bed)).toEqual([])
    expect((await bed.rows('gold.last_seen', ['user_email'])).map((row) => row['user_email'])).toEqual([BOB, JOANN])
    const report = await bed.audit()
    expect(report.lines.filter(({ expected, found }) => expected !== found)).toEqual([])
    const again = await erase(bed)
    expect({ tables: again.tables, state: again.state, topics: again.topics }).toEqual({
      tables: [],
      state: {},
      topics: [],
    })
    await bed.send('visits', visits(3).slice(10))
    await bed.run()
    expect((await bed.audit()).closes).toBe(true)
  }, 180_000)

  it('takes a pair when either of its rows is of the subject, and rows that wait for others', async () => {
    const bed = await newBed(paired)
    const places = ['visit_id', 'kafka_offset', 'beside_kafka_offset']
    const before = await bed.rows('gold.together', places)
    const hers = new Set(
      (await bed.rows('silver.clear', ['user_email', 'kafka_offset'])).flatMap((row) =>
        row.user_email === ANN ? [row.kafka_offset] : [],
      ),
    )
    const kept = before.filter((row) => !hers.has(row.kafka_offset) && !hers.has(row.beside_kafka_offset))
    const did = await erase(bed)
    const after = await bed.rows('gold.together', places)
    expect(after.length).toBeGreaterThan(0)
    expect(rowsOf(did)['gold.together']).toBe(before.length - after.length)
    expect(kept.length).toBeGreaterThanOrEqual(after.length)
    expect(before.length).toBeGreaterThan(kept.length)
    expect(Object.keys(did.state)).toEqual(
      expect.arrayContaining(['interval.left.together', 'interval.right.together']),
    )
    expect(await occurrences(bed)).toEqual([])
    expect((await bed.audit()).lines.filter(({ expected, found }) => expected !== found)).toEqual([])
  }, 180_000)

  it('goes on after a kill at any step, and leaves nothing then', async () => {
    const steps: Step[] = ['erase-noted', 'erase-claimed', 'erase-rewritten', 'erase-forgotten', 'erase-blanked']
    const bed = await newBed()
    for (const killed of steps) {
      let passed = 0
      const step = (each: Step): void => {
        if (each !== killed || (killed === 'erase-rewritten' && ++passed < 4)) return
        throw smeltError('internal/bug', { detail: `killed at ${killed}` })
      }
      await expect(erase(bed, { step })).rejects.toMatchObject({ code: 'internal/bug' })
      expect((await bed.audit()).closes).toBe(true)
    }
    const did = await erase(bed)
    expect(rowsOf(did)).toMatchObject({ 'bronze.visits': 7, 'silver.clear': 2, 'gold.per_person': 2 })
    expect(await occurrences(bed)).toEqual([])
    expect((await bed.audit()).closes).toBe(true)
  }, 180_000)

  it('names the savepoints that hold the subject, and takes them along when it may', async () => {
    const bed = await newBed()
    const { store, plan } = bed
    await takeSavepointAlone(
      { store, clock: Date.now, tenant: plan.tenant, pipeline: plan.pipeline, runId: 'test' },
      { name: 'before', by: 'test' },
    )
    const before = await bed.hashes()
    await expect(erase(bed)).rejects.toMatchObject({
      code: 'checkpoint/subject-kept',
      message: expect.stringContaining('savepoint before') as string,
    })
    expect(await bed.hashes()).toEqual(before)
    const did = await erase(bed, { dropSavepoints: true })
    expect(did.savepointsDropped).toEqual(['savepoint before'])
    expect(await occurrences(bed)).toEqual([])
  }, 180_000)

  it('names a tag that somebody set, and takes it along when it may; one without the subject stays', async () => {
    const bed = await newBed()
    const catalog = openCatalog(bed.store)
    for (const [layer, name] of [
      ['silver', 'hidden'],
      ['gold', 'per_place'],
    ] as const) {
      const current = (await catalog.load({ layer, name }))?.metadata.currentSnapshotId ?? ''
      await tag(catalog, { layer, name }, 'year-end', current, { clock: Date.now })
    }
    const before = await bed.hashes()
    await expect(erase(bed)).rejects.toMatchObject({
      code: 'checkpoint/subject-kept',
      message: expect.stringContaining('`tag year-end of silver.hidden`') as string,
    })
    expect(await bed.hashes()).toEqual(before)
    expect((await erase(bed, { dryRun: true })).savepointsDropped).toEqual(['tag year-end of silver.hidden'])
    const did = await erase(bed, { dropSavepoints: true })
    expect(did.savepointsDropped).toEqual(['tag year-end of silver.hidden'])
    expect(await occurrences(bed)).toEqual([])
    const refs = async (layer: 'silver' | 'gold', name: string) =>
      Object.keys((await catalog.load({ layer, name }))?.metadata.refs ?? {})
    expect(await refs('silver', 'hidden')).not.toContain('year-end')
    expect(await refs('gold', 'per_place')).toContain('year-end')
  }, 180_000)

  it('waits for a query that reads what held the subject: checkpoint/subject-held', async () => {
    const bed = await newBed()
    const hidden = { layer: 'silver', name: 'hidden' } as const
    const held = await leaseTable(openCatalog(bed.store), hidden, { clock: Date.now, ttlMs: 3_600_000 })
    await expect(erase(bed)).rejects.toMatchObject({ code: 'checkpoint/subject-held' })
    expect((await bed.rows('silver.hidden', ['kafka_offset'])).length).toBeGreaterThan(0)
    await held?.lease?.release()
    await erase(bed)
    expect(await occurrences(bed)).toEqual([])
  }, 180_000)
})
