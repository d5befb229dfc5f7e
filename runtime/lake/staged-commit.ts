import type { DataFile, DeleteFile } from './data-file.ts'
import type { Identifier } from './identifier.ts'
import type { Operation } from './snapshot.ts'

/** A commit as plain JSON, so that it can be written in a checkpoint and applied by another process after a crash. */
export interface StagedCommit {
  readonly table: Identifier
  readonly operation: Operation
  readonly addedDataFiles: readonly DataFile[]
  readonly addedDeleteFiles: readonly DeleteFile[]
  /** Locations. Each must still be live: `lake/commit-conflict` otherwise. */
  readonly removedDataFiles: readonly string[]
  /** Extra snapshot summary. */
  readonly summary: Readonly<Record<string, string>>
  /** The commit is skipped when the history of `main` has a snapshot whose `summary[property]` is `value` or more. */
  readonly commitKey?: { readonly property: string; readonly value: number }
}
