import { expect, it } from 'vitest'
import { openCheckpoints } from '#engine'
import { BUSY, recorder } from '../../support/alerts.ts'
import { erase, occurrences } from '../../support/erasing.ts'
import { BOB, DAY, PEOPLE_FILES, PEOPLE_PIPELINE, sendPeople, START, visit } from '../../support/people.ts'
import { compilePipeline, openBed } from '../../support/pipeline.ts'

/** Alerts of rows that say who it is, and of rows that do not. */
const alerting = compilePipeline(
  `${PEOPLE_PIPELINE}    alert: { id: [visit_id, kafka_offset], to: [hook] }
  named:
    from: clear
    join: { member: { table: members, as_of: at, on: member.user_email = user_email } }
    columns: { visit_id: visit_id, who: member.user_email }
    alert: { id: [visit_id, kafka_offset], to: [hook] }
sinks:
  hook: { webhook: \${secrets.HOOK} }
`,
  PEOPLE_FILES,
)

it('takes alerts that wait out of the outbox, those that do not name the subject too, and sends all others', async () => {
  const bed = await openBed(alerting, { partitions: 1 })
  await sendPeople(bed, 4)
  const failing = recorder(() => BUSY)
  const settings = { batchRows: 7, checkpointEveryMs: 0 }
  const alerts = { onNotice: () => undefined, sleep: () => new Promise<void>((resolve) => void setImmediate(resolve)) }
  await bed.run({ ...settings, alerts: { ...alerts, sinks: new Map([['hook', failing.sink]]) } })
  const would = await erase(bed, { dryRun: true })
  const did = await erase(bed)
  // Four visits, each once after the duplicates went, in two tables.
  expect(did.state['alerts']).toBe(8)
  expect(would.state['alerts']).toBe(8)
  expect(await occurrences(bed)).toEqual([])
  const books = (await openCheckpoints(bed.store, 'people').newest())?.outbox?.sinks['hook']
  expect(books).toMatchObject({ delivered: 0, waiting: 16, dropped: 8 })
  const later = recorder()
  await bed.send('visits', [visit('b9', BOB, START + 9 * DAY)])
  await bed.run({ ...settings, alerts: { ...alerts, sinks: new Map([['hook', later.sink]]) } })
  const visitsTold = later.received.map(({ row, table }) => `${table} ${String(row['visit_id'])}`).sort()
  const others = ['b0', 'b1', 'b2', 'b3', 'b9', 'j0', 'j1', 'j2', 'j3']
  expect(visitsTold).toEqual(['as_member', 'named'].flatMap((table) => others.map((id) => `${table} ${id}`)))
  const after = (await openCheckpoints(bed.store, 'people').newest())?.outbox?.sinks['hook']
  expect(after).toMatchObject({ dropped: 8 })
  expect((await bed.audit()).closes).toBe(true)
})
