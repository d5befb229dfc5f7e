import { createHash } from 'node:crypto'

/** One alert, as it stands in the outbox of a checkpoint. Plain JSON. */
export interface Alert {
  /** The same for the same row however often it is made: see `alertId`. */
  readonly id: string
  readonly tenant: string
  readonly pipeline: string
  /** The gold table. */
  readonly table: string
  /** The values of the columns that identify it, in their order. */
  readonly key: readonly unknown[]
  /** The row, by column, as JSON values. */
  readonly row: Readonly<Record<string, unknown>>
  /** The checkpoint that made it: a later one has a greater number. */
  readonly checkpoint: number
}

/** An id that depends on the pipeline, the table and the key alone, so that a receiver knows a repetition. */
export function alertId(alert: Pick<Alert, 'tenant' | 'pipeline' | 'table' | 'key'>): string {
  const { tenant, pipeline, table, key } = alert
  return createHash('sha256')
    .update(JSON.stringify([tenant, pipeline, table, key]))
    .digest('hex')
    .slice(0, 32)
}
