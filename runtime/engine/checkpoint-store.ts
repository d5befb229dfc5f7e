import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts'

/** Checkpoints kept besides the newest, for people who look back. */
const KEPT = 50

/** The checkpoints of one pipeline in a tenant's store. */
export interface CheckpointStore {
  /** The newest checkpoint; undefined before the first. checkpoint/corrupt when it cannot be read. */
  newest(): Promise<Checkpoint | undefined>
  /**
   * Creates the checkpoint: the commit point. checkpoint/fenced when another process got there first; nothing of this
   * process has been committed then.
   */
  create(checkpoint: Checkpoint): Promise<void>
  /** Removes checkpoints that are long superseded. Best effort. */
  prune(newestId: number): Promise<void>
}

/** Opens the checkpoints under `state/<pipeline>/checkpoints/`. */
export function openCheckpoints(store: ObjectStore, pipeline: string): CheckpointStore {
  const prefix = `state/${pipeline}/checkpoints/`
  const keyOf = (id: number): string => `${prefix}${String(id).padStart(12, '0')}.json`
  const newestKey = async (after?: string): Promise<string | undefined> => {
    let newest: string | undefined
    for await (const { key } of store.list(prefix, after === undefined ? {} : { after })) {
      if (/\/\d{12}\.json$/.test(key)) newest = key
    }
    return newest
  }
  return {
    async newest() {
      const key = await newestKey()
      if (key === undefined) return undefined
      const bytes = await store.read(key)
      if (bytes === undefined)
        throw smeltError('checkpoint/corrupt', { key, detail: 'it was listed but cannot be read' })
      return decodeCheckpoint(bytes, key)
    },
    async create(checkpoint) {
      const key = keyOf(checkpoint.id)
      const outcome = await store.create(key, encodeCheckpoint(checkpoint))
      // A process that slept through others' checkpoints may find its number free again, pruned: the listing tells.
      const superseded = outcome === 'created' && (await newestKey(key)) !== undefined
      if (outcome === 'exists' || superseded) {
        throw smeltError('checkpoint/fenced', {
          pipeline: `${checkpoint.tenant}/${checkpoint.pipeline}`,
          id: checkpoint.id,
        })
      }
    },
    async prune(newestId) {
      const gone: string[] = []
      for await (const { key } of store.list(prefix)) {
        if (key < keyOf(newestId - KEPT)) gone.push(key)
        else break
      }
      if (gone.length > 0) await store.delete(gone)
    },
  }
}
