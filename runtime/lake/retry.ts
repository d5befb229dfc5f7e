import { setTimeout as delay } from 'node:timers/promises'
import { smeltError } from '#diagnostics'

const ATTEMPTS = 8
const FIRST_DELAY_MS = 50
const MAX_DELAY_MS = 5000

/**
 * Does `work` until it succeeds, at most eight times, waiting longer each time with jitter. Faults that `mayPass`
 * denies are thrown at once; the last one that may pass is the cause of `lake/store-unavailable`.
 */
export async function withRetry<T>(
  location: string,
  mayPass: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!mayPass(error)) throw error
      if (attempt === ATTEMPTS) throw unavailable(location, error)
      await delay(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2))
    }
  }
}

function unavailable(location: string, error: unknown): Error {
  const cause = new Error(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  return smeltError('lake/store-unavailable', { location, attempts: ATTEMPTS }, { cause })
}
