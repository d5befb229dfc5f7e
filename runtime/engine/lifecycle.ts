import type { ObjectStore } from '#lake'

/** Where an instance is in its life (DESIGN section 7). RUNNING means that a checkpoint is done. */
export type LifecycleState = 'READY' | 'STARTING' | 'RUNNING' | 'UPDATING' | 'STOPPING' | 'RESTARTING' | 'FAILED'

/** One step of it. */
export interface Transition {
  readonly state: LifecycleState
  readonly atMs: number
  /** Why, as a sentence without a full stop. */
  readonly reason: string
}

/** As many transitions are kept. */
const KEPT = 100

/** The transitions of an instance, oldest first; the last one is its state. None when it never ran, or they cannot be read. */
export async function readLifecycle(store: ObjectStore, pipeline: string): Promise<readonly Transition[]> {
  const bytes = await store.read(lifecycleKey(pipeline))
  if (bytes === undefined) return []
  try {
    const { transitions = [] } = JSON.parse(bytes.toString('utf8')) as { readonly transitions?: readonly Transition[] }
    return transitions
  } catch {
    return []
  }
}

/**
 * Notes that the instance is in another state, in `state/<pipeline>/lifecycle.json`. For people: nothing depends on it, and
 * what a killed process said last stands until the next start.
 */
export async function enterState(store: ObjectStore, pipeline: string, next: Transition): Promise<void> {
  const before = await readLifecycle(store, pipeline)
  const transitions = [...before, next].slice(-KEPT)
  await store.write(lifecycleKey(pipeline), Buffer.from(`${JSON.stringify({ format: 1, transitions })}\n`))
}

const lifecycleKey = (pipeline: string): string => `state/${pipeline}/lifecycle.json`
