import { commitTable, type CommitResult } from '../commit.ts'
import type { Table } from '../table.ts'
import { scanSql } from '../scan-sql.ts'
import { stageData } from '../stage-data.ts'
import { present } from '../json-value.ts'
import type { Catalog } from '../catalog.ts'
import type { Clock } from '../clock.ts'
import type { CompactionGroup } from './plan-compaction.ts'
import type { Localizer } from '../localizer.ts'
import type { ScanPlan } from '../scan.ts'
import type { SqlSession } from '../sql-session.ts'

export interface RewriteOptions {
  readonly session: SqlSession
  readonly localizer: Localizer
  /** A local folder for files on their way to S3. */
  readonly scratch: string
  readonly clock: Clock
  /** SQL by which the rows of each file are sorted; empty leaves them as they come. */
  readonly orderBy: string
  /** Entries of the summary that start so are carried on: rows do not change, so they stay true. */
  readonly carries: string
}

/**
 * Writes the rows of a group's files into new ones, without those that are deleted, and swaps them in one commit. Rows
 * do not change. `lake/commit-conflict`, with nothing applied, when another writer removed one of the files or deleted
 * rows of one since the scan; what was written is then left to the orphan sweep.
 */
export async function rewriteFiles(
  catalog: Catalog,
  table: Table,
  scan: ScanPlan,
  group: CompactionGroup,
  options: RewriteOptions,
): Promise<CommitResult> {
  const plan: ScanPlan = { ...scan, tasks: group.tasks }
  const local = await options.localizer.fetch(plan)
  try {
    const { session, scratch, orderBy } = options
    const relation = `(${scanSql(plan, local.paths)})`
    const staged = await stageData({ session, relation, table, store: catalog.store, scratch, orderBy })
    await staged.release()
    return await commitTable(
      catalog,
      {
        table: table.identifier,
        operation: 'replace',
        addedDataFiles: staged.files,
        addedDeleteFiles: [],
        removedDataFiles: group.tasks.map(({ file }) => file.location),
        removedDeleteFiles: group.removedDeleteFiles,
        ...present('readAt', scan.snapshotId),
        summary: {},
        carries: options.carries,
      },
      options,
    )
  } finally {
    local.release()
  }
}
