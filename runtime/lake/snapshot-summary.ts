import { partitionKey } from './partition-spec.ts'
import type { DataFile, DeleteFile } from './data-file.ts'
import type { Snapshot } from './snapshot.ts'

/** What a snapshot adds to and takes from the one before. */
export interface SnapshotChange {
  readonly addedDataFiles: readonly DataFile[]
  readonly addedDeleteFiles: readonly DeleteFile[]
  readonly removedDataFiles: readonly DataFile[]
  readonly removedDeleteFiles: readonly DeleteFile[]
}

/** Iceberg's counts for a snapshot's summary, as text: what changed, and totals where those of the parent are known. */
export function summaryCounts(change: SnapshotChange, parent: Snapshot | undefined): Record<string, string> {
  const { addedDataFiles, addedDeleteFiles, removedDataFiles, removedDeleteFiles } = change
  const added = [...addedDataFiles, ...addedDeleteFiles]
  const removed = [...removedDataFiles, ...removedDeleteFiles]
  const counts = {
    'added-data-files': addedDataFiles.length,
    'added-records': rows(addedDataFiles),
    'added-delete-files': addedDeleteFiles.length,
    'added-position-delete-files': addedDeleteFiles.length,
    'added-position-deletes': rows(addedDeleteFiles),
    'added-files-size': bytes(added),
    'deleted-data-files': removedDataFiles.length,
    'deleted-records': rows(removedDataFiles),
    'removed-delete-files': removedDeleteFiles.length,
    'removed-position-delete-files': removedDeleteFiles.length,
    'removed-position-deletes': rows(removedDeleteFiles),
    'removed-files-size': bytes(removed),
    'changed-partition-count': partitions([...added, ...removed]),
  }
  const totals = {
    'total-data-files': addedDataFiles.length - removedDataFiles.length,
    'total-records': rows(addedDataFiles) - rows(removedDataFiles),
    'total-files-size': bytes(added) - bytes(removed),
    'total-delete-files': addedDeleteFiles.length - removedDeleteFiles.length,
    'total-position-deletes': rows(addedDeleteFiles) - rows(removedDeleteFiles),
    'total-equality-deletes': 0,
  }
  return { ...told(counts), ...summed(totals, parent) }
}

/** Counts of nothing are left out, as other writers do. */
function told(counts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([key, value]) => (value === 0 ? [] : [[key, String(value)]])),
  )
}

function summed(totals: Readonly<Record<string, number>>, parent: Snapshot | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(totals)) {
    const before = parent === undefined ? '0' : parent.summary[key]
    if (before !== undefined) found[key] = String(Number(before) + value)
  }
  return found
}

function rows(files: readonly (DataFile | DeleteFile)[]): number {
  return files.reduce((sum, file) => sum + file.recordCount, 0)
}

function bytes(files: readonly (DataFile | DeleteFile)[]): number {
  return files.reduce((sum, file) => sum + file.fileSizeBytes, 0)
}

function partitions(files: readonly (DataFile | DeleteFile)[]): number {
  return new Set(files.map((file) => partitionKey(file.specId, file.partition))).size
}
