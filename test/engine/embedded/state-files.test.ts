import { expect, it } from 'vitest'
import { compilePipeline, openBed } from '../../support/pipeline.ts'
import { ANN, BOB, JOANN, member, PEOPLE_FILES, PEOPLE_PIPELINE, START, visit } from '../../support/people.ts'

const CHECKPOINTS = 40
/** What a restore reads of a state table besides its base. */
const MOST_DELTAS = 32

it('keeps the files that a restore reads few, however many checkpoints add to the state', async () => {
  const bed = await openBed(compilePipeline(PEOPLE_PIPELINE, PEOPLE_FILES), { partitions: 1 })
  await bed.send('members', [ANN, BOB, JOANN].map(member))
  const sent = Array.from({ length: CHECKPOINTS }, (_, index) => visit(`v${index}`, ANN, START + index * 1_000))
  await bed.send('visits', sent)
  const deltas: number[] = []
  await bed.run({
    batchRows: 1,
    checkpointEveryMs: 0,
    keepWindows: true,
    onCheckpoint: ({ checkpoint }) => void deltas.push(checkpoint.state['dedupe.clear']?.deltas.length ?? 0),
  })
  const most = Math.max(...deltas)
  expect(most).toBeGreaterThan(MOST_DELTAS / 2)
  expect(most).toBeLessThanOrEqual(MOST_DELTAS)
  // Merged once, and nothing is lost by it: the same rows are duplicates still.
  expect(deltas.some((count, index) => count < (deltas[index - 1] ?? 0))).toBe(true)
  await bed.send('visits', sent)
  await bed.run()
  expect(await bed.rows('silver.clear')).toHaveLength(CHECKPOINTS)
}, 120_000)
