import { sleep } from '../sleep.ts'

const FIRST_MS = 50
const LARGEST_MS = 2000

/** A growing delay between tries; `signal` cuts a wait short. */
export interface Backoff {
  wait(): Promise<void>
  reset(): void
}

export function createBackoff(signal: AbortSignal): Backoff {
  let delay = FIRST_MS
  return {
    wait() {
      const ms = delay
      delay = Math.min(delay * 2, LARGEST_MS)
      return sleep(ms, signal)
    },
    reset() {
      delay = FIRST_MS
    },
  }
}
