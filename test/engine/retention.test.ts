import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSession, openUpkeep, type UpkeepReport } from '#engine'
import { openCatalog } from '#lake'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../support/events.ts'
import { compilePipeline, openBed, temporaryFolder, type Bed } from '../support/pipeline.ts'

const DAY = 86_400_000
const retained = (retention: string) => compilePipeline(`${EVENTS_PIPELINE}\nretention: ${retention}\n`, EVENTS_FILES)
const busy = { batchRows: 20, checkpointEveryMs: 0 }

async function newBed(retention: string): Promise<Bed> {
  const bed = await openBed(retained(retention))
  await bed.send('events', randomEvents(31, 160))
  return bed
}

/** As `smelt maintain` at a time. */
async function maintain(bed: Bed, nowMs: number, dryRun = false): Promise<readonly UpkeepReport[]> {
  const scratch = await temporaryFolder()
  const session = await openSession({ memoryLimitBytes: 256 << 20, threads: 2, spill: path.join(scratch, 'spill') })
  const settings = {
    budgetBytes: 1e9,
    targetFileBytes: 1e9,
    minFiles: 2,
    keepSnapshotsMs: 0,
    keepLast: 1,
    orphansAfterMs: 3_600_000,
  }
  const upkeep = openUpkeep({
    plan: bed.plan,
    catalog: openCatalog(bed.store),
    session,
    clock: () => nowMs,
    scratch,
    settings,
  })
  try {
    return await upkeep.all({ dryRun })
  } finally {
    session.close()
  }
}

/** The day after the least and the greatest value of a column. */
async function days(bed: Bed, table: string, column: string): Promise<{ first: number; last: number }> {
  const times = (await bed.rows(table, [column])).map((row) =>
    Date.parse(`${String(row[column]).slice(0, 10)}T00:00:00Z`),
  )
  return { first: Math.min(...times) + DAY, last: Math.max(...times) + DAY }
}

const dropped = (reports: readonly UpkeepReport[]): Record<string, number> =>
  Object.fromEntries(reports.filter(({ dropped: { rows } }) => rows > 0).map((each) => [each.table, each.dropped.rows]))

describe('retention', () => {
  it('prints its facts', async () => {
    const bed = await newBed('{ bronze: 1d }')
    await bed.run(busy)
    console.log(bed.plan.retention, await days(bed, 'bronze.events', 'kafka_timestamp'))
    for (const each of bed.plan.silver)
      console.log(each.table.name, each.partitionBy, await bed.rows(`silver.${each.table.name}`).then((r) => r.length))
    for (const each of bed.plan.gold)
      console.log(
        each.table.name,
        each.kind,
        each.partitionBy,
        await bed.rows(`gold.${each.table.name}`).then((r) => r.length),
      )
    const rows = await bed.rows('bronze.events', ['kafka_timestamp'])
    const counts = new Map<string, number>()
    for (const r of rows) {
      const d = String(r.kafka_timestamp).slice(0, 10)
      counts.set(d, (counts.get(d) ?? 0) + 1)
    }
    console.log(counts, dropped(await maintain(bed, Date.parse('2030-01-01'), true)))
  })
})
