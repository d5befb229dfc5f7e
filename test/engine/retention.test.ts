import { describe, expect, it } from 'vitest'
import { findChange, openCheckpoints, type Step } from '#engine'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'
import {
  ANN,
  BOB,
  DAY,
  JOANN,
  member,
  PEOPLE_FILES,
  PEOPLE_PIPELINE,
  record,
  sendPeople,
  START,
  visit,
  visits,
} from '../support/people.ts'
import { maintain } from '../support/upkeep.ts'

const compiled = (more: string) => compilePipeline(`${PEOPLE_PIPELINE}${more}`, PEOPLE_FILES)

async function newBed(retention: string): Promise<Bed> {
  const bed = await openBed(compiled(`retention: ${retention}\n`), { partitions: 1 })
  await sendPeople(bed, 4)
  await bed.run({ batchRows: 7, checkpointEveryMs: 0 })
  return bed
}

/** The rows that `smelt maintain` drops at a time, by table. */
async function dropped(bed: Bed, nowMs: number, dryRun = false): Promise<Record<string, number>> {
  const reports = await maintain(bed, { nowMs, dryRun })
  return Object.fromEntries(reports.flatMap(({ table, dropped: { rows } }) => (rows > 0 ? [[table, rows]] : [])))
}

/** The first day is over for three days. */
const LATER = Math.ceil(START / DAY) * DAY + 3 * DAY
const placesOf = async (bed: Bed, table: string): Promise<number> => (await bed.rows(table)).length

describe('retention', () => {
  it('drops the partitions that are too old, as a dry run says, and no others; the books close', async () => {
    const bed = await newBed('{ bronze: 3d, silver: 3d, gold: 3d, quarantine: 3d }')
    const before = { clear: await placesOf(bed, 'silver.clear'), bronze: await placesOf(bed, 'bronze.visits') }
    expect(await dropped(bed, LATER - 1)).toEqual({})
    const would = await dropped(bed, LATER, true)
    expect(await placesOf(bed, 'bronze.visits')).toBe(before.bronze)
    expect(await dropped(bed, LATER)).toEqual(would)
    expect(would).toMatchObject({
      'bronze.visits': 5,
      'bronze.members': 3,
      'silver.clear': 3,
      'silver.hidden': 5,
      'gold.per_place': 4,
      'gold.as_member': 3,
      'quarantine.people': 1,
    })
    expect(await placesOf(bed, 'silver.clear')).toBe(before.clear - 3)
    // The newest row of each person stays, however old.
    expect(await placesOf(bed, 'gold.last_seen')).toBe(3)
    expect(await dropped(bed, LATER)).toEqual({})
    const report = await bed.audit()
    expect(report.lines.filter(({ expected, found }) => expected !== found)).toEqual([])
    await expect(bed.audit(true)).rejects.toMatchObject({ code: 'checkpoint/bronze-incomplete' })
    // It goes on from there, and what is dropped later is counted with it.
    await bed.send('visits', visits(5).slice(20))
    await bed.run()
    expect(Object.keys(await dropped(bed, LATER + DAY))).toContain('bronze.visits')
    expect((await bed.audit()).closes).toBe(true)
  }, 120_000)

  it('leaves the same rows however a run is cut, wherever it is killed, and however often upkeep comes between', async () => {
    const retention = 'retention: { bronze: 3d, silver: 3d, gold: 4d, quarantine: 3d }\n'
    const sent = visits(6)
    const openFilled = async (): Promise<Bed> => {
      const bed = await openBed(compiled(retention), { partitions: 1 })
      await bed.send('members', [ANN, BOB, JOANN].map(member))
      return bed
    }
    const straight = await openFilled()
    await straight.send('visits', sent)
    await straight.run({ batchRows: 1_000, keepWindows: true })
    await dropped(straight, LATER + DAY)
    const expected = await straight.hashes()
    expect(await placesOf(straight, 'silver.clear')).toBeLessThan(18)

    const cut = await openFilled()
    let passed = 0
    for (const [index, step] of (['bronze-written', 'checkpoint-created', 'tables-committed'] as const).entries()) {
      await cut.send('visits', sent.slice(index * 10, (index + 1) * 10))
      const dieAt = passed + 2
      const die = (at: Step): void => {
        if (passed >= dieAt || (at === step && ++passed === dieAt)) throw new Error('dead')
      }
      const run = cut.run({ batchRows: 3, checkpointEveryMs: 0, keepWindows: true, step: die })
      await expect(run, step).rejects.toThrow('dead')
      // What a crash left to be committed is not upkeep's to take.
      await dropped(cut, LATER + index * (DAY / 2))
    }
    await cut.run({ batchRows: 3, checkpointEveryMs: 0, keepWindows: true })
    await dropped(cut, LATER + DAY)
    expect(await cut.hashes()).toEqual(expected)
    for (const bed of [straight, cut]) {
      const report = await bed.audit()
      expect(report.lines.filter((line) => line.expected !== line.found)).toEqual([])
    }
  }, 180_000)

  it('compares what is left of a table with a rebuild, where bronze has all', async () => {
    const bed = await newBed('{ silver: 3d, gold: 3d }')
    expect(Object.keys(await dropped(bed, LATER))).not.toContain('bronze.visits')
    const report = await bed.audit(true)
    expect(report.lines.filter(({ expected, found }) => expected !== found)).toEqual([])
  }, 120_000)

  it('compares the tables of sources whose bronze has all, and names the others', async () => {
    const source = 'topic: exits, contract: visit.json, event_time: at, watermark: 1m, horizon: 30d, max_ahead: 1d'
    const yaml = PEOPLE_PIPELINE.replace('sources:\n', `sources:\n  exits: { ${source} }\n`)
      .replace('silver:\n', 'silver:\n  gone_home: { from: exits, checks: { named: place is not null } }\n')
      .replace('gold:\n', 'gold:\n  last_exit: { from: gone_home, latest_by: [place] }\n')
    const bed = await openBed(compilePipeline(`${yaml}retention: { bronze: 3d }\n`, PEOPLE_FILES), { partitions: 1 })
    await sendPeople(bed, 2)
    const unnamed = visit('e2', BOB, LATER - 1_000, { place: undefined })
    await bed.send('exits', [visit('e1', ANN, LATER - 2_000), unnamed, record('no json', LATER - 500)])
    await bed.run()
    expect(await dropped(bed, LATER)).toMatchObject({ 'bronze.visits': 5 })
    const report = await bed.audit(true)
    expect(report.closes).toBe(true)
    const compared = report.lines.filter(({ what }) => what === 'rows that only a rebuild gives')
    expect(compared.map(({ table }) => table).sort()).toEqual([
      'gold.last_exit',
      'quarantine.people',
      'silver.gone_home',
    ])
    const visited = { source: 'visits', gone: 5, expired_before: new Date(LATER - 3 * DAY).toISOString() }
    expect(report.uncompared).toContainEqual({ table: 'silver.clear', ...visited })
    const left = new Set(report.uncompared.map(({ table }) => table))
    expect(left.size).toBe(6)
  }, 120_000)

  it('says before a rebuild that bronze does not have all any more, and rebuilds from what it has', async () => {
    const bed = await newBed('{ bronze: 3d }')
    await dropped(bed, LATER)
    const other = PEOPLE_PIPELINE.replace("allowed: place <> 'cellar'", "allowed: place <> 'attic'")
    const changed = await openBed(compilePipeline(`${other}retention: { bronze: 3d }\n`, PEOPLE_FILES), {
      store: bed.store,
      broker: bed.broker,
    })
    const change = await findChange(bed.store, changed.plan)
    expect(change?.diff.verdict).toBe('needs-approval')
    expect(change?.diff.approvals.join()).toContain('5 records have left `bronze.visits`')
    await changed.apply()
    expect(await placesOf(changed, 'silver.clear')).toBe(12)
    const report = await changed.audit()
    expect(report.lines.filter(({ expected, found }) => expected !== found)).toEqual([])
    const books = (await openCheckpoints(bed.store, 'people').newest())?.accounting.sources.visits?.silver.clear
    expect(books?.missing).toBe(5)
  }, 120_000)
})
