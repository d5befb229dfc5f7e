import { describe, expect, it } from 'vitest'
import { approve, checkChange, findChange, findRebuild, shortHash } from '#engine'
import { planHash } from '#plan'
import { DAY, PEOPLE_FILES, PEOPLE_PIPELINE, sendPeople, START, visit } from '../../support/people.ts'
import { compilePipeline, prepareOnce } from '../../support/pipeline.ts'
import { maintain } from '../../support/upkeep.ts'

const exits =
  'exits: { topic: exits, contract: visit.json, event_time: at, watermark: 1m, horizon: 30d, max_ahead: 1d }'
const RETENTION = 'retention: { bronze: 3d }\n'
const YAML = PEOPLE_PIPELINE.replace('sources:\n', `sources:\n  ${exits}\n`)
  .replace('silver:\n', 'silver:\n  gone_home: { from: exits }\n')
  .concat('  last_exit: { from: gone_home, latest_by: [place] }\n')
/** The first day is over for three days, and goes from bronze alone. */
const LATER = Math.ceil(START / DAY) * DAY + 3 * DAY
const VISITS_GONE = '5 records have left `bronze.visits`, whose rows a replay does not give'

const lossy = prepareOnce(compilePipeline(`${YAML}${RETENTION}`, PEOPLE_FILES), async (bed) => {
  await sendPeople(bed, 4)
  await bed.send('exits', [visit('e1', 'ann@example.com', LATER - 2_000)])
  await bed.run()
  await maintain(bed, { nowMs: LATER })
})
const changed = (yaml: string) => compilePipeline(`${yaml}${RETENTION}`, PEOPLE_FILES)
/** What pairs up two sources, of which only the joined one has lost records. */
const PAIRED = changed(
  `${YAML}  met: { from: gone_home, join: { seen: { table: clear, within: 1h, on: seen.place = place } }, columns: { place: place, who: seen.user_email } }\n`,
)

describe('a rebuild by the plan that ran', () => {
  it('needs an approval where it would lose rows, and says how many records have left', async () => {
    const { bed } = await lossy()
    for (const tables of [[], ['clear'], ['per_place'], ['as_member']]) {
      const { diff, approved } = await findRebuild(bed.store, bed.plan, tables)
      expect([diff.verdict, diff.approvals, approved], tables.join()).toEqual(['needs-approval', [VISITS_GONE], false])
    }
    const change = await findRebuild(bed.store, bed.plan, ['clear'])
    expect(() => checkChange(change, 'smelt rebuild acme/people clear')).toThrow(
      expect.objectContaining({
        code: 'checkpoint/needs-approval',
        message: expect.stringContaining('A rebuild of `acme/people` needs an approval: 5 records') as string,
        diagnostic: expect.objectContaining({
          help: expect.stringContaining(
            `\`smelt rebuild acme/people clear --approve ${shortHash(planHash(bed.plan))}\``,
          ) as string,
        }) as object,
      }),
    )
  }, 60_000)

  it('needs none where bronze has all', async () => {
    const { bed } = await lossy()
    for (const table of ['gone_home', 'last_exit']) {
      const change = await findRebuild(bed.store, bed.plan, [table])
      expect(change.diff).toMatchObject({ verdict: 'unchanged', approvals: [] })
      expect(() => checkChange(change)).not.toThrow()
    }
  }, 60_000)
})

describe('a change of plan', () => {
  it('needs an approval for every source that it replays, a joined one as well', async () => {
    const { bed } = await lossy()
    const change = await findChange(bed.store, PAIRED.plan)
    expect(change?.diff).toMatchObject({ verdict: 'needs-approval', approvals: [VISITS_GONE] })
  }, 60_000)

  it('is not approved for what a rebuild would lose on top', async () => {
    const { bed } = await lossy()
    const { plan } = changed(
      YAML.replace('gone_home: { from: exits }', "gone_home: { from: exits, where: place > 'a' }"),
    )
    const found = await findChange(bed.store, plan)
    const approval = { planHash: planHash(plan), from: found?.checkpoint.planHash ?? '', approvedMs: 1, by: 'ada' }
    await approve(bed.store, 'people', approval)
    expect(await findRebuild(bed.store, plan, ['gone_home'])).toMatchObject({ approved: true })
    const wider = await findRebuild(bed.store, plan, ['clear'])
    expect(wider.approved).toBe(false)
    expect(wider.diff.approvals).toEqual([...(found?.diff.approvals ?? []), VISITS_GONE])
  }, 60_000)

  it('says a loss once, however many tables are rebuilt with it', async () => {
    const { bed } = await lossy()
    const { plan } = changed(YAML.replace("'cellar'", "'attic'"))
    const { diff } = await findRebuild(bed.store, plan, [])
    expect(diff.approvals.filter((each) => each === VISITS_GONE)).toHaveLength(1)
  }, 60_000)
})
