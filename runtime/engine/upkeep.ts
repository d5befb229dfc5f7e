import path from 'node:path'
import {
  dropPartitions,
  maintainTable,
  openLocalizer,
  tableName,
  type Catalog,
  type Clock,
  type Dropped,
  type Identifier,
  type Localizer,
  type Maintained,
} from '#lake'
import type { Plan } from '#plan'
import type { Checkpoint } from './checkpoint.ts'
import { openCheckpoints } from './checkpoint-store.ts'
import { afterExpiry, countParts, removedBy, removedSummary } from './removed.ts'
import { sweepAnswers } from './requests.ts'
import { sweepState } from './sweep-state.ts'
import { planTables, tableKey } from './tables.ts'
import type { Session } from './embedded/session.ts'

/** How tables are kept fit to be read. Sizes in bytes, times in milliseconds. */
export interface UpkeepSettings {
  readonly budgetBytes: number
  readonly targetFileBytes: number
  readonly minFiles: number
  readonly keepSnapshotsMs: number
  readonly keepLast: number
  readonly orphansAfterMs: number
}

export interface UpkeepOptions {
  readonly plan: Plan
  readonly catalog: Catalog
  /** Of this work alone: its statements must not stand between those of a batch. */
  readonly session: Session
  readonly clock: Clock
  /** A folder of this work alone. */
  readonly scratch: string
  readonly settings: UpkeepSettings
}

/** What was done to one table. */
export interface UpkeepReport extends Maintained {
  readonly table: string
  /** What its retention took away. */
  readonly dropped: Dropped
}

export interface Upkeep {
  /** Looks after one table of the pipeline; the next call takes the next one. Undefined when there is none yet. */
  next(options?: { readonly dryRun?: boolean }): Promise<UpkeepReport | undefined>
  /** Looks after each table, again as long as the budget leaves files of it. */
  all(options?: { readonly dryRun?: boolean }): Promise<readonly UpkeepReport[]>
}

/** A share of deleted rows from which a file is worth writing anew. */
const DELETED_SHARE = 0.3
const CACHE_BYTES = 1 << 30
/** What a snapshot says of its checkpoint stays true when the same rows stand in other files. */
const OURS = 'smelt.'

/**
 * Opens the upkeep of a pipeline's tables. No row changes, and none goes but by the retention of its table. It may be stopped
 * at any moment.
 */
export function openUpkeep(options: UpkeepOptions): Upkeep {
  const tables = planTables(options.plan).map(({ identifier }) => identifier)
  let turn = 0
  const one = async (identifier: Identifier, dryRun: boolean): Promise<UpkeepReport | undefined> => {
    const { catalog, plan, clock, settings } = options
    if ((await catalog.load(identifier)) === undefined) return undefined
    if (turn % tables.length === 0 && !dryRun) {
      await sweepState(catalog.store, plan.pipeline, clock() - settings.orphansAfterMs)
      await sweepAnswers(catalog.store, plan.pipeline, clock() - settings.orphansAfterMs)
    }
    return { table: tableName(identifier), ...(await maintain(options, identifier, dryRun)) }
  }
  return {
    async next({ dryRun = false } = {}) {
      const identifier = tables[turn % tables.length]
      const report = identifier === undefined ? undefined : await one(identifier, dryRun)
      turn++
      return report
    },
    async all({ dryRun = false } = {}) {
      const reports: UpkeepReport[] = []
      for (const identifier of tables) {
        let report = await one(identifier, dryRun)
        if (report !== undefined) reports.push(report)
        while (report !== undefined && report.left > 0 && report.compacted.files > 0 && !dryRun) {
          report = await one(identifier, dryRun)
          if (report !== undefined) reports.push(report)
        }
        turn++
      }
      return reports
    },
  }
}

async function maintain(
  options: UpkeepOptions,
  identifier: Identifier,
  dryRun: boolean,
): Promise<Omit<UpkeepReport, 'table'>> {
  const { plan, catalog, session, clock, scratch, settings } = options
  const { budgetBytes, targetFileBytes, minFiles, keepSnapshotsMs, keepLast, orphansAfterMs } = settings
  const folder = path.join(scratch, 'cache')
  const newest = await openCheckpoints(catalog.store, plan.pipeline).newest()
  const waits = await isUncommitted(catalog, identifier, newest)
  const order = waits ? undefined : orderOf(plan, identifier)
  const localizer = openLocalizer({ store: catalog.store, folder, maxBytes: CACHE_BYTES })
  const dropped = waits ? NOTHING : await dropExpired(options, identifier, { localizer, dryRun })
  const maintained = await maintainTable(catalog, identifier, {
    session,
    localizer,
    scratch,
    clock,
    dryRun,
    budgetBytes,
    orderBy: order ?? '',
    carries: OURS,
    ...(order === undefined
      ? {}
      : { compaction: { targetBytes: targetFileBytes, minFiles, deletedShare: DELETED_SHARE } }),
    snapshots: { maxAgeMs: keepSnapshotsMs, keepLast },
    orphans: { safetyAgeMs: orphansAfterMs, keep: stagedFiles(newest) },
  })
  return { ...maintained, dropped }
}

const NOTHING: Dropped = { partitions: 0, files: 0, rows: 0 }

/** Drops what is older than the retention of the table, by the clock. The books of the table count it from then on. */
async function dropExpired(
  { plan, catalog, session, clock }: UpkeepOptions,
  identifier: Identifier,
  { localizer, dryRun }: { readonly localizer: Localizer; readonly dryRun: boolean },
): Promise<Dropped> {
  const name = tableName(identifier)
  const retention = plan.retention?.find(({ table }) => tableName(table) === name)
  if (retention === undefined) return NOTHING
  return dropPartitions(catalog, identifier, {
    column: retention.column,
    beforeMs: clock() - retention.keepMs,
    clock,
    dryRun,
    account: async (gone, endMs, before) => {
      const counts = await countParts({ session, localizer }, identifier, gone)
      return removedSummary(before, afterExpiry(removedBy(before), counts, endMs))
    },
  })
}

/**
 * By what the rows of a table are sorted within a file. None for a table whose rows are replaced: the running engine knows
 * where each of them stands, and rewrites its files by itself.
 */
function orderOf(plan: Plan, { layer, name }: Identifier): string | undefined {
  if (layer !== 'gold') return 'kafka_partition, kafka_offset'
  const gold = plan.gold.find(({ table }) => table.name === name)
  return gold?.kind === 'window' && gold.emit === 'on_close' ? 'window_start' : undefined
}

/** Whether the newest checkpoint deletes rows of the table that a crash left in it: they are named by file and position. */
async function isUncommitted(
  catalog: Catalog,
  identifier: Identifier,
  newest: Checkpoint | undefined,
): Promise<boolean> {
  const commit = newest?.commits.find(({ table }) => tableKey(table) === tableKey(identifier))
  if (commit?.commitKey === undefined || commit.addedDeleteFiles.length === 0) return false
  const table = await catalog.load(identifier)
  const { property, value } = commit.commitKey
  return table?.metadata.snapshots.every(({ summary }) => Number(summary[property] ?? 0) < value) ?? false
}

/** Files that the newest checkpoint is still going to commit, or just has. */
function stagedFiles(newest: Checkpoint | undefined): Set<string> {
  const files = (newest?.commits ?? []).flatMap((each) => [...each.addedDataFiles, ...each.addedDeleteFiles])
  return new Set(files.map(({ location }) => location))
}
