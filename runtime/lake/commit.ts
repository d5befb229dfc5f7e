import { setTimeout as delay } from 'node:timers/promises'
import { conflict } from './commit-conflict.ts'
import { knownTable, newestTable, type Catalog } from './catalog.ts'
import { manifestWriter } from './manifest-io.ts'
import { newSnapshotId, type Snapshot } from './snapshot.ts'
import { stageSnapshot, type SnapshotOptions, type StagedSnapshot } from './stage-snapshot.ts'
import { stageRollback } from './stage-rollback.ts'
import { history, snapshotOf } from './table-metadata.ts'
import type { Clock } from './clock.ts'
import type { StagedCommit } from './staged-commit.ts'
import type { Table } from './table.ts'

/** Losing so many races in a row means that something else is wrong. */
const MAX_ATTEMPTS = 200
const MAX_DELAY_MS = 500

export interface CommitResult {
  readonly outcome: 'committed' | 'already-there'
  readonly snapshot: Snapshot
  readonly table: Table
}

/**
 * Makes the staged files a snapshot of the table. Lost races are repeated on the newest snapshot; an unknown outcome
 * is found out by looking for our snapshot. After a fault nothing was applied, or the same call with the same commit
 * key says `already-there`. Errors: `lake/commit-conflict`, `catalog/no-such-table`, and the store's.
 */
export async function commitTable(
  catalog: Catalog,
  staged: StagedCommit,
  options: { readonly clock: Clock },
): Promise<CommitResult> {
  const writer = manifestWriter(catalog)
  const snapshotId = newSnapshotId()
  let base = await knownTable(catalog, staged.table)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const there = alreadyThere(base, staged)
    if (there !== undefined) {
      await writer.removeUnused(new Set())
      return { outcome: 'already-there', snapshot: there, table: base }
    }
    const next = await stageOrRefresh(catalog, base, staged, { snapshotId, writer, clock: options.clock })
    if (!('newer' in next)) {
      const table = await commitOrLook(catalog, base, next.metadata, snapshotId)
      if (table !== undefined) {
        next.remember()
        await writer.removeUnused(next.used)
        return { outcome: 'committed', snapshot: next.snapshot, table }
      }
    }
    if (attempt > 1) await delay(Math.random() * Math.min(MAX_DELAY_MS, 2 ** attempt))
    base = await newestTable(catalog, staged.table)
  }
  throw conflict(staged.table, `${MAX_ATTEMPTS} attempts lost against other writers`)
}

/**
 * Stages the snapshot on `base`. When that fails and the table has moved on meanwhile, what memory knew may be the
 * reason (files that maintenance removed, a file that another writer added), so the newest version shall be tried.
 */
async function stageOrRefresh(
  catalog: Catalog,
  base: Table,
  staged: StagedCommit,
  options: SnapshotOptions,
): Promise<StagedSnapshot | { readonly newer: true }> {
  try {
    const { rollsBackTo } = staged
    if (rollsBackTo !== undefined) return await stageRollback(catalog, base, { ...staged, rollsBackTo }, options)
    return await stageSnapshot(catalog, base, staged, options)
  } catch (error) {
    catalog.cache.forget(staged.table)
    const newest = await catalog.load(staged.table).catch(() => undefined)
    if (newest === undefined || newest.metadataLocation === base.metadataLocation) throw error
    return { newer: true }
  }
}

/** The commit itself. When it fails with the outcome unknown, the newest metadata tells whether our snapshot is in. */
async function commitOrLook(
  catalog: Catalog,
  base: Table,
  metadata: Table['metadata'],
  snapshotId: string,
): Promise<Table | undefined> {
  try {
    return await catalog.commit(base, metadata)
  } catch (error) {
    catalog.cache.forget(base.identifier)
    const newest = await catalog.load(base.identifier).catch(() => undefined)
    if (newest !== undefined && snapshotOf(newest.metadata, snapshotId) !== undefined) return newest
    throw error
  }
}

/** The newest snapshot of `main` that carries the commit's key, if it is at or past it. */
function alreadyThere(table: Table, { commitKey }: StagedCommit): Snapshot | undefined {
  if (commitKey === undefined) return undefined
  for (const snapshot of history(table.metadata)) {
    const value = snapshot.summary[commitKey.property]
    if (value !== undefined) return Number(value) >= commitKey.value ? snapshot : undefined
  }
  return undefined
}
