import { openCheckpoints } from './checkpoint-store.ts'
import type { ObjectStore } from '#lake'

/**
 * Removes state files that no checkpoint can need: those that the newest one does not name and that were written before
 * `olderThanMs`. A crash between writing state and creating the checkpoint leaves such files. Resolves to their number.
 */
export async function sweepState(store: ObjectStore, pipeline: string, olderThanMs: number): Promise<number> {
  const old: string[] = []
  for await (const { key, modifiedMs } of store.list(`state/${pipeline}/`)) {
    if (modifiedMs < olderThanMs && key.endsWith('.parquet')) old.push(key)
  }
  if (old.length === 0) return 0
  // Read after the listing, so that a file that became part of a checkpoint meanwhile is seen.
  const newest = await openCheckpoints(store, pipeline).newest()
  const named = new Set(
    Object.values(newest?.state ?? {}).flatMap(({ base, deltas }) => [base?.key, ...deltas.map(({ key }) => key)]),
  )
  const unused = newest === undefined ? [] : old.filter((key) => !named.has(key))
  await store.delete(unused)
  return unused.length
}
