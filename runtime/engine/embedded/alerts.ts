import type { NumberedAlert, OutboxBooks, OutboxOwner } from '../outbox.ts'

/** A row that is appended to a table with an alert. */
export interface AlertRow {
  readonly table: string
  readonly key: readonly unknown[]
  readonly row: Readonly<Record<string, unknown>>
}

/** What a checkpoint adds to the outbox: alerts, and how many more there were of a table, which are dropped at once. */
export interface FreshAlerts {
  readonly alerts: readonly NumberedAlert[]
  readonly skipped: ReadonlyMap<string, number>
}

/** The alerts of a running instance, on their way beside its batches. */
export interface AlertDelivery {
  /** Sends the alerts of a checkpoint, whose tables are committed. Never waits. */
  add(checkpoint: OutboxOwner, alerts: readonly NumberedAlert[]): void
  /** What the next checkpoint says of the sinks, with `fresh` alerts of its own. `next` is the number after them. */
  books(fresh: FreshAlerts, next: number): OutboxBooks['sinks']
  /**
   * Before a checkpoint: waits for receivers that are only slow, where nothing may be dropped. checkpoint/outbox-full
   * when one of them fails.
   */
  room(signal: AbortSignal): Promise<void>
  /** Waits until all is delivered or the receivers fail, for `mostMs` at most. */
  drain(signal: AbortSignal, mostMs?: number): Promise<void>
  /** Notes what was delivered since the newest checkpoint, so that the next run does not send it again. */
  note(): Promise<void>
  /** Gives up what is under way; it stays in the checkpoint. */
  close(): Promise<void>
}
