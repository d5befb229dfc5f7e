import type { ObjectStore } from '#lake'
import { stateKeys } from './checkpoint.ts'
import { openCheckpoints } from './checkpoint-store.ts'
import { keptState } from './savepoints.ts'

/**
 * Removes state files that nothing can need: those that neither the newest checkpoint nor a savepoint names and that were
 * written before `olderThanMs`. A crash between writing state and creating the checkpoint leaves such files. Resolves to their number.
 */
export async function sweepState(store: ObjectStore, pipeline: string, olderThanMs: number): Promise<number> {
  const old: string[] = []
  for await (const { key, modifiedMs } of store.list(`state/${pipeline}/`)) {
    if (modifiedMs < olderThanMs && /\.(?:parquet|jsonl)$/.test(key)) old.push(key)
  }
  if (old.length === 0) return 0
  // Read after the listing, so that a file that became part of a checkpoint meanwhile is seen; and the savepoints after
  // the checkpoint, because one is taken before the checkpoint after its own.
  const newest = await openCheckpoints(store, pipeline).newest()
  const named = new Set([...stateKeys(newest), ...(await keptState(store, pipeline))])
  const unused = newest === undefined ? [] : old.filter((key) => !named.has(key))
  await store.delete(unused)
  return unused.length
}
