import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import { alertRowsSql } from '#dialect/duckdb'
import { alertOf, type AlertPlan, type Plan } from '#plan'
import { alertId, type Alert } from '#sink'
import type { NumberedAlert } from '../outbox.ts'
import type { AlertRow } from './alerts.ts'
import type { Instance } from './instance.ts'

/** The alert of a gold table, by the table's name. */
export function alertNamed({ gold }: Plan, name: string): AlertPlan | undefined {
  const table = gold.find((each) => each.table.name === name)
  return table && alertOf(table)
}

/**
 * Keeps the rows that are appended to a gold table for the outbox of the next checkpoint, when they are alerts that this
 * instance sends: a rebuild sends none. Of more rows than may wait, the first are counted and let go at once.
 */
export async function collectAlerts(instance: Instance, name: string, relation: string): Promise<void> {
  const { plan, session, epoch, delivery } = instance
  const table = plan.gold.find((each) => each.table.name === name)
  const alert = table && alertOf(table)
  if (table === undefined || alert === undefined || delivery === undefined) return
  const most = mostWaiting(plan, alert)
  const count = await session.count(`select count(*) from ${relation}`)
  const skipped = Math.max(0, count - most)
  if (skipped > 0) epoch.skipped.set(name, (epoch.skipped.get(name) ?? 0) + skipped)
  const limit = skipped > 0 ? `limit ${most} offset ${skipped}` : ''
  for (const row of await session.values(`${alertRowsSql(table, relation)} ${limit}`)) {
    const values = Object.fromEntries(Object.entries(row).map(([column, value]) => [column, alertValue(value)]))
    epoch.alerts.push({ table: name, key: alert.id.map((column) => values[column]), row: values })
  }
}

/** How many alerts may wait at all; any number, where none may be dropped. */
function mostWaiting({ sinks = [] }: Plan, { to }: AlertPlan): number {
  const limits = sinks
    .filter(({ name }) => to.includes(name))
    .map(({ onFull, maxBacklog }) => (onFull === 'stop' ? Infinity : maxBacklog))
  return Math.max(...limits)
}

/** The rows as alerts of a checkpoint, one for each id: rows that are equal in it are one alert, the first of them. */
export function numberAlerts(
  { plan }: Instance,
  rows: readonly AlertRow[],
  checkpoint: number,
  next: number,
): NumberedAlert[] {
  const { tenant, pipeline } = plan
  const byId = new Map<string, Alert>()
  for (const { table, key, row } of rows) {
    const id = alertId({ tenant, pipeline, table, key })
    if (!byId.has(id)) byId.set(id, { id, tenant, pipeline, table, key, row, checkpoint })
  }
  return [...byId.values()].map((alert, index) => ({ number: next + index, alert }))
}

/**
 * A value as JSON: instants as RFC 3339 in UTC, dates as ISO 8601, bytes in base64. A number that a reader of JSON would
 * round (a long beyond 2^53, a decimal with many digits) is its text.
 */
export function alertValue(value: DuckDBValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return exactNumber(value.toString())
  if (value instanceof DuckDBDecimalValue) return exactNumber(value.toString())
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return instantText(value.micros)
  if (value instanceof DuckDBListValue) return value.items.map(alertValue)
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, each]) => [name, alertValue(each)]))
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64')
  return value instanceof DuckDBDateValue ? value.toString() : String(value)
}

function exactNumber(text: string): number | string {
  const number = Number(text)
  const written = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return String(number) === written ? number : text
}

function instantText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const whole = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -5)
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(6, '0').replace(/000$/, '')}`
  return `${whole}${fraction}Z`
}
