import path from 'node:path'
import {
  erasePipeline,
  findOccurrences,
  openSession,
  type EraseOptions,
  type Occurrence,
  type PipelineErasure,
  type Subject,
} from '#engine'
import { ANN } from './people.ts'
import { temporaryFolder, type Bed } from './pipeline.ts'

/** Who is erased. */
export const SUBJECT: Subject = { field: 'user_email', value: ANN, key: 'key of the tests' }

/** Takes the subject out of the pipeline of a bed. */
export const erase = (bed: Bed, more: Partial<EraseOptions> = {}): Promise<PipelineErasure> =>
  working(bed, (place) => erasePipeline({ ...place, dropSavepoints: false, dryRun: false, ...more }))

/** Where the subject still is. */
export const occurrences = (bed: Bed, subject = SUBJECT): Promise<Occurrence[]> =>
  working(bed, (place) => findOccurrences({ ...place, plans: [place.plan], subject }))

async function working<T>(
  { plan, store, broker }: Bed,
  work: (place: Omit<EraseOptions, 'dropSavepoints' | 'dryRun'>) => Promise<T>,
): Promise<T> {
  const scratch = await temporaryFolder()
  const session = await openSession({ memoryLimitBytes: 256 << 20, threads: 2, spill: path.join(scratch, 'spill') })
  try {
    return await work({ plan, store, broker, clock: Date.now, session, scratch, runId: 'test', subject: SUBJECT })
  } finally {
    session.close()
  }
}
