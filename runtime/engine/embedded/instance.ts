import type { Program } from '#dialect/duckdb'
import type { Catalog, Clock, DataFile, DeleteFile, ObjectStore, Table } from '#lake'
import type { Plan } from '#plan'
import { EMPTY_ACCOUNTING, type Accounting } from '../accounting.ts'
import type { AlertDelivery, AlertRow } from './alerts.ts'
import type { MovedRows, StateFiles } from '../checkpoint.ts'
import type { Session } from './session.ts'
import type { Staging } from './staging.ts'

/** The steps at which a process may die; the crash tests kill it at each. */
export const STEPS = [
  'batch-staged',
  'bronze-written',
  'silver-written',
  'batch-processed',
  'gold-written',
  'state-written',
  'alerts-written',
  'checkpoint-created',
  'table-committed',
  'tables-committed',
] as const
/** The further steps of a change of plan. */
export const CHANGE_STEPS = [
  'change-replayed',
  'change-staged',
  'change-created',
  'table-shaped',
  'change-applied',
] as const
/** The further steps of a savepoint. */
export const SAVEPOINT_STEPS = ['savepoint-tagged', 'savepoint-created', 'request-answered'] as const
/** The further steps of going back to a savepoint. */
export const REWIND_STEPS = ['rewind-created', 'rewind-applied'] as const
/** The further steps of moving rows out of quarantine. */
export const MOVE_STEPS = ['refused-judged', 'refused-staged'] as const
/** The further steps of an erasure. */
export const ERASE_STEPS = [
  'erase-noted',
  'erase-claimed',
  'erase-rewritten',
  'erase-forgotten',
  'erase-blanked',
] as const
/** The further steps of an update that can be taken back, and of a rollback. */
export const UPDATE_STEPS = ['file-restored', 'update-saved', 'update-noted'] as const
export type Step =
  | (typeof UPDATE_STEPS)[number]
  | (typeof ERASE_STEPS)[number]
  | (typeof STEPS)[number]
  | (typeof CHANGE_STEPS)[number]
  | (typeof MOVE_STEPS)[number]
  | (typeof SAVEPOINT_STEPS)[number]
  | (typeof REWIND_STEPS)[number]

/** What a run that is asked to make room for another plan does about it. */
export interface RestartOptions {
  /**
   * Looks whether the plan with that hash would start, `approved` by whoever asks or as it stands. A SmeltError of it refuses
   * the request, and the run goes on.
   */
  readonly check: (planHash: string, approved?: boolean) => Promise<void>
  /** Ends the run with a checkpoint, to be started again. May be called twice. */
  readonly begin: () => void
}

/** What one run of one pipeline works with. */
export interface Instance {
  readonly plan: Plan
  readonly planHash: string
  /** The project files the plan was compiled from, by path from its root. */
  readonly files: ReadonlyMap<string, string>
  /** Rows of each reference, as texts in field order. */
  readonly references: ReadonlyMap<string, readonly (readonly (string | null)[])[]>
  readonly program: Program
  readonly session: Session
  readonly staging: Staging
  readonly store: ObjectStore
  readonly catalog: Catalog
  readonly clock: Clock
  /** Local folder of this run, emptied at its end. */
  readonly scratch: string
  readonly runId: string
  /** Called at every named step. */
  readonly step: (step: Step) => void
  /** Tables by `layer.name`, as last committed. */
  readonly tables: Map<string, Table>
  /** Records refused row by row, per source. */
  readonly explainers: ReadonlyMap<string, Explain>
  /** The upkeep beside a run: what it is at, and whether it must wait because files of tables are named by their rows. */
  readonly upkeep: { working: Promise<void> | undefined; held: boolean }
  /** Replaced at every checkpoint. */
  epoch: Epoch
  /** The only tables that are written, as `layer.name`; all of the plan when left out. Rows of others are worked out and let go. */
  readonly writes?: ReadonlySet<string>
  /** An audit's rebuild: late records of closed windows are declared instead of found. */
  readonly rebuild: boolean
  /** For a rebuild: how far joins let rows go in the live tables, microseconds. */
  readonly closedLive: ReadonlyMap<string, bigint>
  /** Per window table or interval join: closed through, microseconds of the watermark. */
  readonly closed: Map<string, bigint>
  readonly state: Map<string, StateFiles>
  /** State files that savepoints need: they stay when no checkpoint names them any more. */
  readonly kept: Set<string>
  /** Sends alerts, where a run does: an audit, a rebuild or a change of plan does not. */
  delivery?: AlertDelivery
  /** How a run ends so that another plan takes over. An engine that nobody starts again has none. */
  restart?: RestartOptions
  /** Per source, the newest event time (microseconds) that was read, and from which on its state is rid of what is old. */
  readonly ages: Map<string, { newest: bigint; expireAt: bigint }>
  /** Partitions of the live files of tables whose rows are replaced, by table and location: position deletes need them. */
  readonly liveFiles: Map<string, Map<string, DataFile>>
}

export type Explain = (
  value: Uint8Array | null,
) =>
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: string; readonly path: string; readonly message: string }

/** What was written since the newest checkpoint, to be committed with the next. */
export interface Epoch {
  /** By `layer.name`. */
  files: Map<string, { data: DataFile[]; deletes: DeleteFile[]; removed: string[] }>
  change: Accounting
  /** Rows that are alerts, in the order they were appended. */
  alerts: AlertRow[]
  /** By gold table, rows that are no alert because more came at once than may wait. */
  skipped: Map<string, number>
  /** Rows that were taken out of quarantine. */
  readonly moved: MovedRows[]
  /** Scratch copies to let go once the epoch is committed. */
  releases: (() => Promise<void>)[]
}

export function emptyEpoch(): Epoch {
  return { files: new Map(), change: EMPTY_ACCOUNTING, moved: [], alerts: [], skipped: new Map(), releases: [] }
}

/**
 * The statement that defines a view, unless it is defined so already: the relations that it reads keep their columns from
 * batch to batch.
 */
export function viewSql({ session: { views } }: Instance, view: string, sql: string): readonly string[] {
  if (views.get(view) === sql) return []
  views.set(view, sql)
  return [sql]
}

/** Adds written files to what the next checkpoint commits. */
export function addFiles(
  epoch: Epoch,
  table: string,
  files: { data?: readonly DataFile[]; deletes?: readonly DeleteFile[]; removed?: readonly string[] },
): void {
  const known = epoch.files.get(table) ?? { data: [], deletes: [], removed: [] }
  known.data.push(...(files.data ?? []))
  known.deletes.push(...(files.deletes ?? []))
  known.removed.push(...(files.removed ?? []))
  epoch.files.set(table, known)
}
