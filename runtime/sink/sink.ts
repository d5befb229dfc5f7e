import type { Alert } from './alert.ts'

/** Where alerts go. One `deliver` at a time. */
export interface Sink {
  /**
   * Tries once to deliver. Never throws for what the receiver does: it says per alert what came of it, and an alert in
   * none of the lists was not tried. Alerts may arrive more than once, with the same id.
   */
  deliver(alerts: readonly Alert[], signal: AbortSignal): Promise<Delivery>
  close(): Promise<void>
}

/** What came of one try. */
export interface Delivery {
  /** Ids of alerts that the receiver has. */
  readonly delivered: readonly string[]
  /** Alerts that the receiver will never take. */
  readonly refused: readonly Refused[]
  /** Why the others should be tried again, when there are others. */
  readonly retry?: Retry
}

export interface Refused {
  readonly id: string
  /** In the receiver's words, shortened. */
  readonly reason: string
}

export interface Retry {
  readonly reason: string
  /** Not before so many milliseconds, where the receiver said so. */
  readonly afterMs?: number
}
