import { openCatalog, removeTag, type Clock, type ObjectStore } from '#lake'
import { openCheckpoints } from './checkpoint-store.ts'
import type { Instance } from './embedded/instance.ts'
import { forgetSavepoint, readSavepoint, releaseState, savepointTag } from './savepoints.ts'

/**
 * Gives a savepoint up, also beside a running instance: its document goes first, from which on it is gone; then its tags,
 * and the state files that nothing else needs. What a crash leaves of these is removed by a later start and by upkeep.
 * checkpoint/unknown-savepoint, checkpoint/savepoint-damaged.
 */
export async function dropSavepoint(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  of: { readonly tenant: string; readonly pipeline: string },
  name: string,
): Promise<void> {
  const savepoint = await readSavepoint(store, of, name)
  await forgetSavepoint(store, of.pipeline, name)
  const catalog = openCatalog(store)
  for (const { shape } of savepoint.tables) {
    if ((await catalog.load(shape.table)) !== undefined)
      await removeTag(catalog, shape.table, savepointTag(name), { clock })
  }
  const newest = await openCheckpoints(store, of.pipeline).newest()
  await releaseState(store, savepoint.checkpoint, newest)
}

/** Removes tags of the instance's tables that belong to no savepoint: one that was not finished, or not wholly dropped. */
export async function dropStrayTags(instance: Instance, names: ReadonlySet<string>): Promise<void> {
  const known = new Set([...names].map(savepointTag))
  for (const [key, table] of instance.tables) {
    const stray = Object.entries(table.metadata.refs)
      .filter(([name, ref]) => ref.type === 'tag' && name.startsWith(savepointTag('')) && !known.has(name))
      .map(([name]) => name)
    for (const name of stray)
      instance.tables.set(key, await removeTag(instance.catalog, table.identifier, name, instance))
  }
}
