import { removeTag, snapshotsWith, type Identifier } from '#lake'
import { forgetSavepoint, listSavepoints, savepointTag } from '../savepoints.ts'
import { tableKey } from '../tables.ts'
import { stateHolds } from './erase-state.ts'
import type { Erasing } from './erasing.ts'
import { rowsOf } from './find-rows.ts'

/** What keeps the subject on purpose: a savepoint, or a tag that somebody set. */
export interface Kept {
  /** As messages name it. */
  readonly name: string
  readonly savepoint?: string
  readonly tag: string
  readonly tables: readonly Identifier[]
}

/** Savepoints and tags that hold the subject, in their tables or their state. */
export async function findKept(erasing: Erasing): Promise<Kept[]> {
  const { plan, store, session, scratch, subject, tables } = erasing
  const holding = new Map<string, Identifier[]>()
  for (const identifier of tables)
    for (const tag of await tagsWith(erasing, identifier)) holding.set(tag, [...(holding.get(tag) ?? []), identifier])
  const found: Kept[] = []
  for (const { name, checkpoint } of await listSavepoints(store, plan.pipeline)) {
    const tag = savepointTag(name)
    const held = holding.has(tag) || (await stateHolds({ session, store, scratch }, plan, checkpoint.state, subject))
    holding.delete(tag)
    if (held) found.push({ name: `savepoint ${name}`, savepoint: name, tag, tables })
  }
  for (const [tag, held] of holding)
    found.push({ name: `tag ${tag} of ${held.map(tableKey).join(', ')}`, tag, tables: held })
  return found
}

async function tagsWith(
  { plan, catalog, session, localizer, subject }: Erasing,
  identifier: Identifier,
): Promise<string[]> {
  const table = await catalog.load(identifier)
  const current = table?.metadata.currentSnapshotId
  const refs = Object.entries(table?.metadata.refs ?? {}).filter(([name]) => name !== 'main')
  const snapshots = [...new Set(refs.map(([, { snapshotId }]) => snapshotId))]
  const find = rowsOf(plan, subject, tableKey(identifier))
  const found = await snapshotsWith(catalog, identifier, snapshots, { session, localizer, find })
  // A tag on the current snapshot keeps it once it is no longer current.
  return current === undefined ? [] : refs.filter(([, ref]) => found.has(ref.snapshotId)).map(([name]) => name)
}

/** Lets go of them; the document of a savepoint first, without which it is none. */
export async function dropKept({ plan, store, catalog, clock }: Erasing, kept: readonly Kept[]): Promise<void> {
  for (const { savepoint, tag, tables } of kept) {
    if (savepoint !== undefined) await forgetSavepoint(store, plan.pipeline, savepoint)
    for (const identifier of tables) await removeTag(catalog, identifier, tag, { clock })
  }
}
