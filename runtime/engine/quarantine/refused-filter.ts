import { quoteText } from '#dialect/duckdb'
import { nearestMatch, smeltError } from '#diagnostics'
import type { Plan } from '#plan'
import { tableKey } from '../tables.ts'

/** Which rows of a quarantine table are meant: all that every given field holds for. Plain JSON. */
export interface RefusedFilter {
  /** `record/*`, one of them. */
  readonly codes?: readonly string[]
  readonly source?: string
  /** The table that refused the record, as `layer.name`. */
  readonly table?: string
  /** Broker timestamps from this one on, in milliseconds. */
  readonly sinceMs?: number
  /** Broker timestamps before this one. */
  readonly untilMs?: number
}

/** The filter as an SQL condition. */
export function filterSql({ codes, source, table, sinceMs, untilMs }: RefusedFilter): string {
  const parts = [
    ...(codes === undefined ? [] : [`code in (${codes.map(quoteText).join(', ') || 'null'})`]),
    ...(source === undefined ? [] : [`source = ${quoteText(source)}`]),
    ...(table === undefined ? [] : [`table_name = ${quoteText(table)}`]),
    ...(sinceMs === undefined ? [] : [`epoch_ms(kafka_timestamp) >= ${Math.trunc(sinceMs)}`]),
    ...(untilMs === undefined ? [] : [`epoch_ms(kafka_timestamp) < ${Math.trunc(untilMs)}`]),
  ]
  return parts.length === 0 ? 'true' : parts.join(' and ')
}

/** Names of sources and tables that the pipeline has. checkpoint/unknown-source, checkpoint/unknown-table. */
export function checkFilter(plan: Plan, { source, table }: RefusedFilter): void {
  const pipeline = `${plan.tenant}/${plan.pipeline}`
  const sources = plan.sources.map(({ name }) => name)
  if (source !== undefined && !sources.includes(source))
    throw smeltError('checkpoint/unknown-source', {
      pipeline,
      source,
      nearest: nearestMatch(source, sources),
      known: sources,
    })
  const tables = [...plan.silver, ...plan.gold].map((each) => tableKey(each.table))
  if (table !== undefined && !tables.includes(table))
    throw smeltError('checkpoint/unknown-table', {
      pipeline,
      table,
      nearest: nearestMatch(table, tables),
      known: tables,
    })
}
