import { openCatalog, type Clock, type ObjectStore } from '#lake'
import type { Checkpoint } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { commitTables } from '../embedded/write-checkpoint.ts'
import { noteVersion } from '../versions.ts'

/**
 * Finishes what a crash may have left of the newest checkpoint of a pipeline that does not run: its table commits and the
 * number of its version. Undefined when it never ran.
 */
export async function finishNewest(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  pipeline: string,
): Promise<Checkpoint | undefined> {
  const newest = await openCheckpoints(store, pipeline).newest()
  if (newest === undefined) return undefined
  const place = { clock, step: () => undefined, catalog: openCatalog(store), tables: new Map() }
  await commitTables(place, newest)
  await noteVersion(store, newest)
  return newest
}
