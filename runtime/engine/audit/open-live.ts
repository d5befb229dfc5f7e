import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { openCatalog, openLocalizer, type Catalog, type Snapshot, type Table } from '#lake'
import type { Plan } from '#plan'
import { smeltError } from '#diagnostics'
import type { Checkpoint } from '../checkpoint.ts'
import { openSession, type Session } from '../embedded/session.ts'
import { CHECKPOINT_PROPERTY } from '../embedded/write-checkpoint.ts'
import { readTable, type TableRows } from '../read-table.ts'
import { removedBy, type Removed } from '../removed.ts'
import { planTables, tableKey } from '../tables.ts'
import type { AuditOptions } from './audit-report.ts'

/** Local copies of an S3 lake's files while they are read. */
const CACHE_BYTES = 8 * (1 << 30)

/** The tables of a pipeline as its checkpoint has them. */
export interface Live {
  readonly session: Session
  readonly checkpoint: Checkpoint
  /** Views of the session by `layer.name`. */
  readonly views: ReadonlyMap<string, string>
  /** What has left the tables, by `layer.name`. */
  readonly removed: ReadonlyMap<string, Removed>
  /** Sources of which bronze has lost records: none is read. */
  readonly partial?: ReadonlySet<string>
  /** An SQL condition on the rows of quarantine whose decisions hold; all do when it is left out. */
  readonly decided?: string
}

/** Opens the tables of `plan` at a checkpoint, in an engine of its own. checkpoint/uncommitted when a crash left table commits to be finished. */
export async function openLive(
  options: Pick<AuditOptions, 'store' | 'memoryLimitBytes' | 'threads' | 'scratch'>,
  plan: Plan,
  checkpoint: Checkpoint,
): Promise<Live & { readonly close: () => void }> {
  const { store, scratch } = options
  const spill = path.join(scratch, 'spill')
  await mkdir(spill, { recursive: true })
  const session = await openSession({ ...options, spill })
  const opened: TableRows[] = []
  const close = (): void => {
    opened.forEach((rows) => rows.release())
    session.close()
  }
  try {
    const catalog = openCatalog(store)
    const localizer = openLocalizer({ store, folder: path.join(scratch, 'cache'), maxBytes: CACHE_BYTES })
    const views = new Map<string, string>()
    const removed = new Map<string, Removed>()
    for (const { identifier } of planTables(plan)) {
      const snapshot = await snapshotAt(catalog, identifier, checkpoint)
      const rows = await readTable(catalog, localizer, identifier, snapshot)
      opened.push(rows)
      const view = `"live ${tableKey(identifier)}"`
      // A table whose first commit came after the checkpoint has no rows at it.
      const none = snapshot === undefined && rows.table.metadata.currentSnapshotId !== undefined ? ' where false' : ''
      await session.run(`create view ${view} as select * from (${rows.sql})${none}`)
      views.set(tableKey(identifier), view)
      removed.set(tableKey(identifier), removedBy(snapshot))
    }
    return { session, checkpoint, views, removed, close }
  } catch (error) {
    close()
    throw error
  }
}

/** The newest snapshot of the table that is not newer than the checkpoint. */
async function snapshotAt(
  catalog: Catalog,
  identifier: Table['identifier'],
  checkpoint: Checkpoint,
): Promise<Snapshot | undefined> {
  const table = await catalog.load(identifier)
  const idOf = (snapshot: Snapshot): number => Number(snapshot.summary[CHECKPOINT_PROPERTY] ?? 0)
  const found = [...(table?.metadata.snapshots ?? [])]
    .filter((snapshot) => idOf(snapshot) <= checkpoint.id)
    .sort((a, b) => idOf(b) - idOf(a) || b.sequenceNumber - a.sequenceNumber)[0]
  const expected = checkpoint.commits.some((commit) => tableKey(commit.table) === tableKey(identifier))
  if (expected && (found === undefined || idOf(found) < checkpoint.id)) {
    throw smeltError('checkpoint/uncommitted', {
      pipeline: `${checkpoint.tenant}/${checkpoint.pipeline}`,
      id: checkpoint.id,
    })
  }
  return found
}
