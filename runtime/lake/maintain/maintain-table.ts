import { newestTable, type Catalog } from '../catalog.ts'
import { unlessConflict } from '../commit-conflict.ts'
import { planScan } from '../scan.ts'
import { expireSnapshots, expirableSnapshots, type Expired } from './expire-snapshots.ts'
import { planCompaction, type CompactionOptions } from './plan-compaction.ts'
import { rewriteFiles, type RewriteOptions } from './rewrite-files.ts'
import { sweepOrphans, type Swept } from './sweep-orphans.ts'
import type { Identifier } from '../identifier.ts'

export interface MaintainOptions extends RewriteOptions {
  /** Left out: files are not rewritten. */
  readonly compaction?: CompactionOptions
  /** The most bytes of data files that one call rewrites; at least one group is. */
  readonly budgetBytes: number
  /** Snapshots older than this may go, but for so many of the newest. Left out: none does. */
  readonly snapshots?: { readonly maxAgeMs: number; readonly keepLast: number; readonly atMost?: number }
  /** Files that nothing names and that are older than this are removed. Left out: none is. */
  readonly orphans?: { readonly safetyAgeMs: number; readonly keep?: ReadonlySet<string> }
  /** Tells what would be done, and does nothing. */
  readonly dryRun?: boolean
}

/** What was done to a table, or would be. */
export interface Maintained {
  readonly compacted: { readonly files: number; readonly into: number; readonly bytes: number }
  /** Groups of files that are left for another time, because the budget was used up. */
  readonly left: number
  readonly expired: Expired
  readonly swept: Swept
}

/**
 * Keeps a table fit to be read: rewrites small files and files with many deleted rows within the budget, forgets old
 * snapshots, and removes files that nothing names. Safe to stop at any moment and to repeat; a rewrite that loses against
 * another writer is left for another time. Errors: those of the store, and of reading the table.
 */
export async function maintainTable(
  catalog: Catalog,
  identifier: Identifier,
  options: MaintainOptions,
): Promise<Maintained> {
  const { dryRun = false, clock } = options
  const compaction = await compact(catalog, identifier, options)
  const expire = options.snapshots && { ...options.snapshots, olderThanMs: clock() - options.snapshots.maxAgeMs, clock }
  const nothing = { snapshots: 0, files: 0 }
  const expired =
    expire === undefined
      ? nothing
      : dryRun
        ? { ...nothing, snapshots: await expirableSnapshots(catalog, identifier, expire) }
        : await expireSnapshots(catalog, identifier, expire)
  const sweep = options.orphans && { ...options.orphans, olderThanMs: clock() - options.orphans.safetyAgeMs, dryRun }
  const swept = sweep === undefined ? { files: 0, bytes: 0 } : await sweepOrphans(catalog, identifier, sweep)
  return { ...compaction, expired, swept }
}

async function compact(
  catalog: Catalog,
  identifier: Identifier,
  options: MaintainOptions,
): Promise<Pick<Maintained, 'compacted' | 'left'>> {
  const done = { files: 0, into: 0, bytes: 0 }
  if (options.compaction === undefined) return { compacted: done, left: 0 }
  const table = await newestTable(catalog, identifier)
  const scan = await planScan(catalog, table)
  const groups = planCompaction(scan, options.compaction)
  let left = groups.length
  for (const group of groups) {
    if (done.bytes > 0 && done.bytes + group.bytes > options.budgetBytes) break
    left--
    const into = options.dryRun === true ? 1 : await rewrite(catalog, table, scan, group, options)
    if (into === undefined) continue
    done.files += group.tasks.length
    done.into += into
    done.bytes += group.bytes
  }
  return { compacted: done, left }
}

/** How many files the group became; undefined when another writer was faster. */
async function rewrite(
  catalog: Catalog,
  table: Parameters<typeof rewriteFiles>[1],
  scan: Parameters<typeof rewriteFiles>[2],
  group: Parameters<typeof rewriteFiles>[3],
  options: MaintainOptions,
): Promise<number | undefined> {
  const done = await unlessConflict(rewriteFiles(catalog, table, scan, group, options))
  return done && Number(done.snapshot.summary['added-data-files'] ?? 0)
}
