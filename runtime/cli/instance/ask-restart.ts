import { setTimeout as delay } from 'node:timers/promises'
import type { ObjectStore } from '#lake'
import type { Host } from '../host.ts'
import { Problems } from '../problems.ts'
import { lockHolder, type LockedPipeline, type Supervisor } from './run-lock.ts'

const POLL_MS = 100
/** Nothing has run for so long: what starts it again has given it up. */
const GONE_MS = 60_000

/** The first checkpoint of the plan that took over, and the number of its version. */
export interface Restarted {
  readonly version: number
  readonly checkpoint: number
}

/** What is asked of an instance that ends for it and is started again. */
export interface Asked {
  readonly store: ObjectStore
  readonly locked: LockedPipeline
  readonly kind: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly supervisor: Supervisor
  /** Called once it was asked. */
  readonly onAsked?: () => void
}

/**
 * Asks a running instance to end with a checkpoint and to be started again, for what its next run answers; waits for the answer.
 * Undefined when nothing runs any more, so that the caller can do it by itself. Throws what refused it or made the new run
 * fail, as `Problems`.
 */
export async function askRestart(host: Host, asked: Asked): Promise<unknown> {
  const { store, locked, supervisor } = asked
  const engine = await import('#engine')
  const { pipeline } = locked
  const request = { kind: asked.kind, askedMs: host.clock(), by: host.userName, arguments: asked.arguments }
  const id = await engine.ask(store, pipeline, request)
  asked.onAsked?.()
  let seenMs = performance.now()
  for (;;) {
    if (lockHolder(host, locked) !== undefined) seenMs = performance.now()
    const gone = !supervisor.isAlive() || performance.now() - seenMs > GONE_MS
    // Asked after the process, so that an answer that an ending instance left is not missed.
    const found = await engine.takeAnswer(store, pipeline, id)
    if (found?.outcome.done === true) return found.outcome.result
    if (found?.outcome.done === false) throw new Problems([found.outcome.problem], new Map())
    if (gone) break
    await delay(POLL_MS)
  }
  await engine.withdraw(store, pipeline, id)
  return undefined
}
