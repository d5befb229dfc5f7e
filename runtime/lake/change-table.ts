import { setTimeout as delay } from 'node:timers/promises'
import { smeltError } from '#diagnostics'
import { newestTable, type Catalog } from './catalog.ts'
import { conflict } from './commit-conflict.ts'
import { tableName, type Identifier } from './identifier.ts'
import { snapshotOf, type TableMetadata } from './table-metadata.ts'
import type { Clock } from './clock.ts'
import type { SnapshotId, SnapshotRef } from './snapshot.ts'
import type { Table } from './table.ts'

const MAX_ATTEMPTS = 50

export interface ChangeOptions {
  readonly clock: Clock
}

/** Names a snapshot, so that maintenance keeps it. A tag of that name is moved. `lake/no-such-snapshot`. */
export function tag(
  catalog: Catalog,
  identifier: Identifier,
  name: string,
  snapshotId: SnapshotId,
  options: ChangeOptions,
): Promise<Table> {
  return changeTable(catalog, identifier, options, (metadata) => {
    const known = metadata.refs[name]
    if (known?.type === 'branch') throw noSnapshot(identifier, `${name} as a tag: it is a branch`)
    if (snapshotOf(metadata, snapshotId) === undefined) throw noSnapshot(identifier, snapshotId)
    if (known?.snapshotId === snapshotId) return metadata
    const ref: SnapshotRef = { snapshotId, type: 'tag', rest: {} }
    return { ...metadata, refs: { ...metadata.refs, [name]: ref } }
  })
}

/** Removes a tag; nothing happens when there is none. */
export function removeTag(
  catalog: Catalog,
  identifier: Identifier,
  name: string,
  options: ChangeOptions,
): Promise<Table> {
  return changeTable(catalog, identifier, options, (metadata) => {
    if (metadata.refs[name]?.type !== 'tag') return metadata
    return { ...metadata, refs: Object.fromEntries(Object.entries(metadata.refs).filter(([each]) => each !== name)) }
  })
}

/** Changes metadata without a new snapshot, on the newest version, until no other writer comes between. */
export async function changeTable(
  catalog: Catalog,
  identifier: Identifier,
  { clock }: ChangeOptions,
  change: (metadata: TableMetadata) => TableMetadata,
): Promise<Table> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const base = await newestTable(catalog, identifier)
    const changed = change(base.metadata)
    if (changed === base.metadata) return base
    const lastUpdatedMs = Math.max(clock(), base.metadata.lastUpdatedMs)
    const table = await catalog.commit(base, { ...changed, lastUpdatedMs })
    if (table !== undefined) return table
    await delay(Math.random() * Math.min(500, 2 ** attempt))
  }
  throw conflict(identifier, `${MAX_ATTEMPTS} attempts lost against other writers`)
}

function noSnapshot(identifier: Identifier, snapshot: string): Error {
  return smeltError('lake/no-such-snapshot', { table: tableName(identifier), snapshot })
}
