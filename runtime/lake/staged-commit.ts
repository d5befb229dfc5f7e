import type { DataFile, DeleteFile } from './data-file.ts'
import type { Identifier } from './identifier.ts'
import type { Operation, SnapshotId } from './snapshot.ts'

/** A commit as plain JSON, so that it can be written in a checkpoint and applied by another process after a crash. */
export interface StagedCommit {
  readonly table: Identifier
  readonly operation: Operation
  readonly addedDataFiles: readonly DataFile[]
  readonly addedDeleteFiles: readonly DeleteFile[]
  /** Locations. Each must still be live: `lake/commit-conflict` otherwise. */
  readonly removedDataFiles: readonly string[]
  /** Locations of delete files whose data files are all gone with this commit. Each must still be live. */
  readonly removedDeleteFiles?: readonly string[]
  /**
   * The snapshot that the removed files were read at. Deletes of their rows that came after it would be undone:
   * `lake/commit-conflict`. Left out where nobody else writes deletes.
   */
  readonly readAt?: SnapshotId
  /** This must be the current snapshot still: `lake/commit-conflict` otherwise. */
  readonly onto?: SnapshotId
  /**
   * Manifests say nothing of files that are gone, neither of those that this commit removes nor of earlier ones: entries of
   * removed files hold bounds of their columns, which are values of rows.
   */
  readonly forgets?: true
  /** Every file that the table has by then goes too, whoever wrote it: the added ones are its rows. */
  readonly replacesAll?: true
  /** The files of this snapshot are those of the table again; nothing is added or removed. `lake/no-such-snapshot`. */
  readonly rollsBackTo?: SnapshotId
  /** Extra snapshot summary. */
  readonly summary: Readonly<Record<string, string>>
  /**
   * Entries of the summary of the snapshot before whose names start so stand in this one too, over those of `summary`. They
   * are read when the commit is made. None is taken over with `replacesAll`.
   */
  readonly carries?: string
  /** The commit is skipped when the history of `main` has a snapshot whose `summary[property]` is `value` or more. */
  readonly commitKey?: { readonly property: string; readonly value: number }
}
