import { partitionKey } from '../partition-spec.ts'
import { grouped } from '../grouped.ts'
import type { DataFile, DeleteFile } from '../data-file.ts'
import type { ScanPlan, ScanTask } from '../scan.ts'

export interface CompactionOptions {
  /** Size of the files to make. */
  readonly targetBytes: number
  /** Fewer small files of a partition than this are left alone. At least 2. */
  readonly minFiles: number
  /** A data file of which at least this share of the rows is deleted is written anew, whatever its size: 0 to 1. */
  readonly deletedShare: number
}

/** Data files that are to be written anew, and the delete files that nothing needs then. */
export interface CompactionGroup {
  readonly tasks: readonly ScanTask[]
  readonly removedDeleteFiles: readonly string[]
  readonly bytes: number
}

/** A file that is this close to the target is big enough. */
const BIG_ENOUGH = 0.75

/**
 * Finds what is worth rewriting in a scan of a whole table: small files of a partition, packed together up to the target
 * size, and files with many deleted rows. The partitions with the most files come first.
 */
export function planCompaction(plan: ScanPlan, options: CompactionOptions): CompactionGroup[] {
  const shares = deletedShares(plan)
  const groups = grouped(plan.tasks, ({ file }) => partitionKey(file.specId, file.partition)).flatMap((tasks) => {
    const dirty = (task: ScanTask): boolean => (shares.get(task.file.location) ?? 0) >= options.deletedShare
    const small = tasks.filter((task) => task.file.fileSizeBytes < options.targetBytes * BIG_ENOUGH || dirty(task))
    const bins = packed(small, options.targetBytes)
    return bins.map((bin) => (bin.length >= options.minFiles ? bin : bin.filter(dirty))).filter((bin) => bin.length > 0)
  })
  const readers = readersOf(plan)
  return groups.sort((a, b) => b.length - a.length).map((tasks) => compactionGroup(tasks, readers))
}

/** Files in order of their size, small ones together, so that each of the few files made is as near the target as can be. */
function packed(tasks: readonly ScanTask[], targetBytes: number): ScanTask[][] {
  const bins: ScanTask[][] = []
  let bytes = Infinity
  for (const task of [...tasks].sort((a, b) => a.file.fileSizeBytes - b.file.fileSizeBytes)) {
    if (bytes + task.file.fileSizeBytes > targetBytes) {
      bins.push([])
      bytes = 0
    }
    bins.at(-1)?.push(task)
    bytes += task.file.fileSizeBytes
  }
  return bins
}

/** Files of a scan of a whole table as one group. */
export function groupOf(plan: ScanPlan, tasks: readonly ScanTask[]): CompactionGroup {
  return compactionGroup(tasks, readersOf(plan))
}

function compactionGroup(
  tasks: readonly ScanTask[],
  readers: ReadonlyMap<string, ReadonlySet<string>>,
): CompactionGroup {
  const removed = new Set(tasks.map(({ file }) => file.location))
  const deletes = new Set(tasks.flatMap((task) => task.deletes.map((file) => file.location)))
  const needed = (file: string): boolean => [...(readers.get(file) ?? [])].some((each) => !removed.has(each))
  return {
    tasks,
    removedDeleteFiles: [...deletes].filter((file) => !needed(file)),
    bytes: tasks.reduce((sum, { file }) => sum + file.fileSizeBytes, 0),
  }
}

/** By delete file, the data files that it may be about. */
function readersOf(plan: ScanPlan): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { file, deletes } of plan.tasks) {
    for (const { location } of deletes) {
      const readers = found.get(location) ?? new Set()
      found.set(location, readers.add(file.location))
    }
  }
  return found
}

/** By data file, about which share of its rows is deleted: the rows of a delete file are spread over its data files. */
function deletedShares(plan: ScanPlan): Map<string, number> {
  const readers = readersOf(plan)
  const share = (file: DataFile, deletes: readonly DeleteFile[]): number => {
    const deleted = deletes.map((each) => each.recordCount / (readers.get(each.location)?.size ?? 1))
    return deleted.reduce((sum, rows) => sum + rows, 0) / Math.max(1, file.recordCount)
  }
  return new Map(plan.tasks.map(({ file, deletes }) => [file.location, share(file, deletes)]))
}
