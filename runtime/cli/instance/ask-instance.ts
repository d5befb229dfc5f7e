import { setTimeout as delay } from 'node:timers/promises'
import { isSmeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import type { Host } from '../host.ts'
import { Problems } from '../problems.ts'
import { lockHolder, takeRunLock, type LockedPipeline } from './run-lock.ts'

const POLL_MS = 100

/** What is to be done to an instance, by itself while it runs, else by this process. */
export interface Wanted<T> {
  readonly store: ObjectStore
  readonly locked: LockedPipeline
  readonly kind: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** The result of the running instance, as it answered it. */
  readonly read: (result: unknown) => T
  /** Does the same while nothing runs; the run lock is held meanwhile. */
  readonly alone: () => Promise<T>
  /** Called once when a running instance was asked: it answers with its next checkpoint. */
  readonly onAsked?: (pid: number) => void
}

/**
 * Has an instance do something at its next checkpoint, and waits for the answer; does it at once where nothing runs. An
 * instance that ends without an answer is made up for. Throws what the instance answers, as `Problems`.
 */
export async function askInstance<T>(host: Host, wanted: Wanted<T>): Promise<T> {
  const { store, locked, kind, alone, read } = wanted
  const { pipeline } = locked
  const engine = await import('#engine')
  for (;;) {
    const release = takeFreeLock(host, locked)
    if (release !== undefined) {
      try {
        return await alone()
      } finally {
        release()
      }
    }
    const request = { kind, askedMs: host.clock(), by: host.userName, arguments: wanted.arguments }
    const id = await engine.ask(store, pipeline, request)
    wanted.onAsked?.(lockHolder(host, locked) ?? 0)
    for (;;) {
      const running = lockHolder(host, locked) !== undefined
      // Asked after the lock, so that an answer that an ending instance left is not missed.
      const found = await engine.takeAnswer(store, pipeline, id)
      if (found?.outcome.done === true) return read(found.outcome.result)
      if (found?.outcome.done === false) throw new Problems([found.outcome.problem], new Map())
      if (!running) break
      await delay(POLL_MS)
    }
    await engine.withdraw(store, pipeline, id)
  }
}

/** The run lock, or undefined when another process holds it. */
function takeFreeLock(host: Host, locked: LockedPipeline): (() => void) | undefined {
  try {
    return takeRunLock(host, locked)
  } catch (error) {
    if (isSmeltError(error, 'checkpoint/already-running')) return undefined
    throw error
  }
}
