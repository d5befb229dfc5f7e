import { SLICE, SLICES, type Sliced } from '#dialect/duckdb'
import type { Session } from './session.ts'

/** The part of the engine's memory that one statement may merge lists in: state, batch and upkeep need theirs. */
const SHARE = 1 / 6

/**
 * Fills a table of merged partials: by `whole`, or slice by slice when that is more than the engine's memory should hold at
 * once. Whoever asks for its rows next has the whole of it.
 */
export async function fillSliced(session: Session, whole: string, sliced: Sliced | undefined): Promise<void> {
  const slices = sliced === undefined ? 1 : await countSlices(session, sliced)
  if (sliced === undefined || slices <= 1) {
    session.later([whole])
    return
  }
  await session.run(`set variable ${SLICES} = ${slices}`)
  for (let slice = 0; slice < slices; slice++) {
    await session.runAll([`set variable ${SLICE} = ${slice}`, slice === 0 ? sliced.first : sliced.next])
  }
}

async function countSlices(session: Session, { weigh }: Sliced): Promise<number> {
  return Math.ceil((await session.count(weigh)) / (session.engine.memoryLimitBytes * SHARE))
}
