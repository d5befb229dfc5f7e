import { expect, it } from 'vitest'
import { EMPTY_ACCOUNTING, type Checkpoint, type SinkBooks } from '#engine'
import { checkpointLine } from '../../../runtime/cli/instance/checkpoint-log.ts'

const checkpoint = (id: number, hook?: SinkBooks): Checkpoint => ({
  format: 1,
  id,
  tenant: 'acme',
  pipeline: 'p',
  planHash: '',
  runId: '',
  createdMs: 0,
  sources: {},
  closed: {},
  state: {},
  commits: [],
  accounting: EMPTY_ACCOUNTING,
  ...(hook === undefined ? {} : { outbox: { next: 9, files: [], sinks: { hook } } }),
})

const line = (before: Checkpoint | undefined, after: Checkpoint) =>
  checkpointLine(
    'acme/p',
    { checkpoint: after, records: 0, lag: 0, durations: { read: 0, process: 0, flush: 0, commit: 0 } },
    { before, rssBytes: 0 },
  )

it('alerts are those since the checkpoint before, and how many wait now', () => {
  const before = checkpoint(1, { from: 0, waiting: 5, delivered: 2, refused: 1, dropped: 0 })
  const after = checkpoint(2, { from: 6, waiting: 3, delivered: 7, refused: 1, dropped: 4 })
  expect(line(before, after).alerts).toEqual({ hook: { waiting: 3, delivered: 5, refused: 0, dropped: 4 } })
  expect(line(undefined, after).alerts).toEqual({ hook: { waiting: 3, delivered: 7, refused: 1, dropped: 4 } })
})

it('a pipeline without alerts does not mention them', () => {
  expect(line(checkpoint(1), checkpoint(2))).not.toHaveProperty('alerts')
})
