import { smeltError } from '#diagnostics'
import { tableName } from './identifier.ts'
import { readManifestList } from './manifest-io.ts'
import { snapshotOf } from './table-metadata.ts'
import { withSnapshot, type SnapshotOptions, type StagedSnapshot } from './stage-snapshot.ts'
import type { Catalog } from './catalog.ts'
import type { Snapshot, SnapshotId } from './snapshot.ts'
import type { StagedCommit } from './staged-commit.ts'
import type { Table } from './table.ts'

/**
 * Stages a snapshot with the files of an earlier one, as its child: what came between is no longer the table's history. The
 * new snapshot, and not the earlier one itself, becomes the current one, so that it can carry the key of its commit and a
 * commit of the history that is given up is known to be too late. `lake/no-such-snapshot`.
 */
export async function stageRollback(
  catalog: Catalog,
  base: Table,
  { table, rollsBackTo, summary }: StagedCommit & { readonly rollsBackTo: SnapshotId },
  { snapshotId, writer, clock }: SnapshotOptions,
): Promise<StagedSnapshot> {
  const target = snapshotOf(base.metadata, rollsBackTo)
  if (target === undefined)
    throw smeltError('lake/no-such-snapshot', { table: tableName(table), snapshot: rollsBackTo })
  const header = {
    snapshotId,
    parentSnapshotId: target.snapshotId,
    sequenceNumber: base.metadata.lastSequenceNumber + 1,
  }
  const manifests = await readManifestList(catalog, target)
  const snapshot: Snapshot = {
    ...header,
    timestampMs: Math.max(clock(), base.metadata.lastUpdatedMs),
    manifestList: writer.writeList(base, manifests, header),
    operation: 'replace',
    summary: { ...summary, ...totals(target) },
    schemaId: base.metadata.currentSchemaId,
  }
  await writer.settle()
  return {
    snapshot,
    metadata: withSnapshot(base.metadata, snapshot),
    used: new Set([snapshot.manifestList, ...manifests.map(({ location }) => location)]),
    remember: () => undefined,
  }
}

/** The rows are the same, so are the counts of all of them. */
function totals({ summary }: Snapshot): Record<string, string> {
  return Object.fromEntries(Object.entries(summary).filter(([name]) => name.startsWith('total-')))
}
