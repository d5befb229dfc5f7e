import { SLICE, SLICES, type Sliced } from '#dialect/duckdb'
import type { Session } from './session.ts'

/** Memory that is reckoned for each partial and value that one statement merges. */
const BYTES_EACH = 512

/**
 * Fills a table of merged partials: by `whole`, or slice by slice when that is more than the engine's memory should hold at
 * once.
 */
export async function fillSliced(session: Session, whole: string, sliced: Sliced | undefined): Promise<void> {
  const slices = sliced === undefined ? 1 : await countSlices(session, sliced)
  if (sliced === undefined || slices <= 1) return session.run(whole)
  await session.run(`set variable ${SLICES} = ${slices}`)
  for (let slice = 0; slice < slices; slice++) {
    await session.runAll([`set variable ${SLICE} = ${slice}`, slice === 0 ? sliced.first : sliced.next])
  }
}

async function countSlices(session: Session, { weigh }: Sliced): Promise<number> {
  return Math.ceil(((await session.count(weigh)) * BYTES_EACH) / session.engine.memoryLimitBytes)
}
