import path from 'node:path'
import { openSession, openUpkeep, type UpkeepReport, type UpkeepSettings } from '#engine'
import { openCatalog } from '#lake'
import { temporaryFolder, type Bed } from './pipeline.ts'

/** Everything that may be tidied is. */
export const TIDY: UpkeepSettings = {
  budgetBytes: 1e9,
  targetFileBytes: 1e9,
  minFiles: 2,
  keepSnapshotsMs: 0,
  keepLast: 1,
  orphansAfterMs: 3_600_000,
}

export interface Maintaining {
  readonly settings?: Partial<UpkeepSettings>
  /** Now, when it is not the time of the test. */
  readonly nowMs?: number
  readonly dryRun?: boolean
}

/** Looks after all tables of a bed, as `smelt maintain` does. */
export async function maintain(bed: Bed, options: Maintaining = {}): Promise<readonly UpkeepReport[]> {
  const { settings = {}, nowMs, dryRun = false } = options
  const scratch = await temporaryFolder()
  const session = await openSession({ memoryLimitBytes: 256 << 20, threads: 2, spill: path.join(scratch, 'spill') })
  const upkeep = openUpkeep({
    plan: bed.plan,
    catalog: openCatalog(bed.store),
    session,
    clock: nowMs === undefined ? Date.now : () => nowMs,
    scratch,
    settings: { ...TIDY, ...settings },
  })
  try {
    return await upkeep.all({ dryRun })
  } finally {
    session.close()
  }
}
