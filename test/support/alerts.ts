import { alertId, type Alert, type Delivery, type Sink } from '#sink'
import type { Bed } from './pipeline.ts'

/** A receiver that keeps what it gets, repetitions too. */
export interface Recorder {
  readonly sink: Sink
  readonly received: Alert[]
  /** Ids of what it got, each once, sorted. */
  readonly ids: () => string[]
}

/** Opens one; `answer` may make it fail, its number counts its tries from 0. */
export function recorder(answer?: (alerts: readonly Alert[], number: number) => Delivery | undefined): Recorder {
  const received: Alert[] = []
  let tries = 0
  return {
    received,
    ids: () => [...new Set(received.map(({ id }) => id))].sort(),
    sink: {
      deliver(alerts) {
        const told = answer?.(alerts, tries++)
        const delivered = told === undefined ? alerts.map(({ id }) => id) : told.delivered
        received.push(...alerts.filter(({ id }) => delivered.includes(id)))
        return Promise.resolve(told ?? { delivered, refused: [] })
      },
      close: () => Promise.resolve(),
    },
  }
}

/** What a receiver says that takes nothing now. */
export const BUSY: Delivery = { delivered: [], refused: [], retry: { reason: 'it answered 503' } }

/** The ids that the rows of a table have as alerts, each once, sorted. `form` makes of a cell's text what the alert says. */
export async function idsOfRows(
  bed: Bed,
  table: string,
  columns: readonly string[],
  form: (cell: string | null, column: string) => unknown = (cell) => cell,
): Promise<string[]> {
  const { tenant, pipeline } = bed.plan
  const rows = await bed.rows(`gold.${table}`, columns)
  const ids = rows.map((row) => {
    const key = columns.map((column) => form(row[column] as string | null, column))
    return alertId({ tenant, pipeline, table, key })
  })
  return [...new Set(ids)].sort()
}
