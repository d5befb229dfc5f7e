import type { Alert } from './alert.ts'
import type { Delivery, Refused, Retry, Sink } from './sink.ts'

export interface OutboxOptions {
  readonly sink: Sink
  /** Alerts that may wait; when there are more, the oldest are dropped and counted. */
  readonly maxBacklog: number
  /** Alerts of one try. */
  readonly batch: number
  readonly clock: () => number
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** From 0 up to 1: spreads the tries of many outboxes. */
  readonly random: () => number
  readonly onRefused?: (refused: readonly Refused[]) => void
  /** A receiver fails for the first time after it took something, or takes something again. */
  readonly onState?: (failing: Failing | undefined) => void
}

/** A receiver that does not take alerts now. */
export interface Failing {
  readonly reason: string
  readonly sinceMs: number
  readonly attempts: number
  /** In how many of the attempts the receiver said when to come again. */
  readonly asked: number
}

export interface OutboxState {
  readonly waiting: number
  readonly delivered: number
  readonly refused: number
  readonly dropped: number
  readonly failing?: Failing
}

export interface DrainLimits {
  readonly waiting?: number
  readonly attempts?: number
}

/** Alerts on their way to one sink. Nothing ever waits for it but `drain`. */
export interface Outbox {
  /** Puts alerts at the end. Those that wait already, or are under way, are passed over. */
  add(alerts: readonly Alert[]): void
  /** What the receiver does not have yet, oldest first: what a checkpoint must keep. */
  waiting(): readonly Alert[]
  state(): OutboxState
  /**
   * Resolves when nothing waits or the signal is aborted; with `waiting`, when no more than that wait; with `attempts`,
   * also when the receiver failed so many times in a row, a few of those not counted in which it said when to come again.
   */
  drain(signal: AbortSignal, until?: DrainLimits): Promise<void>
  /** Gives up the try that is under way; what waits stays in `waiting`. */
  close(): Promise<void>
}

const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 60_000
/** The most that a receiver may ask us to wait. */
const MAX_ASKED_MS = 3_600_000
/** So often a receiver that says when to come again is waited for as one that is slow, and not as one that fails. */
const MOST_ASKED = 5

/** Opens an outbox that delivers in order, at least once, with ever longer waits while its receiver fails. */
export function openOutbox(options: OutboxOptions): Outbox {
  const queue = new Map<string, Alert>()
  const totals = { delivered: 0, refused: 0, dropped: 0 }
  const stop = new AbortController()
  const drains = new Set<() => void>()
  let failing: Failing | undefined
  let running: Promise<void> | undefined

  const settle = ({ delivered, refused }: Delivery): void => {
    // One that was dropped while it was under way is counted already.
    totals.delivered += delivered.filter((id) => queue.delete(id)).length
    totals.refused += refused.filter(({ id }) => queue.delete(id)).length
    if (refused.length > 0) options.onRefused?.(refused)
  }
  const note = (retry: Retry | undefined): void => {
    const before = failing
    const { sinceMs, attempts, asked } = before ?? { sinceMs: options.clock(), attempts: 0, asked: 0 }
    failing = retry && {
      reason: retry.reason,
      sinceMs,
      attempts: attempts + 1,
      asked: asked + (retry.afterMs === undefined ? 0 : 1),
    }
    if ((before === undefined) !== (failing === undefined)) options.onState?.(failing)
  }
  const isDrained = ({ waiting = 0, attempts = Infinity }: DrainLimits): boolean =>
    queue.size <= waiting || failuresOf(failing) >= attempts
  const work = async (): Promise<void> => {
    while (queue.size > 0 && !stop.signal.aborted) {
      const delivery = await options.sink.deliver([...queue.values()].slice(0, options.batch), stop.signal)
      settle(delivery)
      note(delivery.retry)
      for (const look of [...drains]) look()
      if (delivery.retry !== undefined) await options.sleep(delayOf(delivery.retry, failing, options), stop.signal)
    }
  }
  const start = (): void => {
    // A sink throws only for a fault of ours; the alerts then wait for the next checkpoint, and nothing else is hurt.
    running ??= work().finally(() => (running = undefined))
    running.catch(() => undefined)
  }
  return {
    add(alerts) {
      for (const alert of alerts) queue.set(alert.id, alert)
      for (const id of queue.keys()) {
        if (queue.size <= options.maxBacklog) break
        queue.delete(id)
        totals.dropped++
      }
      if (queue.size > 0 && !stop.signal.aborted) start()
    },
    waiting: () => [...queue.values()],
    state: () => ({ waiting: queue.size, ...totals, ...(failing === undefined ? {} : { failing }) }),
    drain: (signal, until = {}) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isDrained(until) && !signal.aborted) return
          drains.delete(look)
          signal.removeEventListener('abort', look)
          resolve()
        }
        drains.add(look)
        signal.addEventListener('abort', look)
        look()
      }),
    async close() {
      stop.abort()
      await running?.catch(() => undefined)
      await options.sink.close()
    },
  }
}

function failuresOf(failing: Failing | undefined): number {
  return failing === undefined ? 0 : failing.attempts - Math.min(failing.asked, MOST_ASKED)
}

/** Doubles with each try in a row, with up to a tenth more; never less than the receiver asked for. */
function delayOf({ afterMs = 0 }: Retry, failing: Failing | undefined, { random }: OutboxOptions): number {
  const doubled = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, (failing?.attempts ?? 1) - 1))
  return Math.max(Math.min(afterMs, MAX_ASKED_MS), doubled * (1 + random() / 10))
}
