import type { Value } from '../dialect/duckdb/reference.ts'
import type { Outcome } from './pipeline-model.ts'

/** Doubles are compared to this part: their last bits are the aggregates' own tests' business. */
const PART = 1e-8

/** Where two outcomes differ, in words; empty when they are equal. Rows have no order. */
export function differences(found: Outcome, expected: Outcome): string[] {
  const tables = [...expected.tables].flatMap(([table, rows]) =>
    rowDifferences(table, found.tables.get(table) ?? [], rows),
  )
  const books = JSON.stringify(plain(found.books)) === JSON.stringify(plain(expected.books))
  return [
    ...tables,
    ...rowDifferences('quarantine', found.quarantine, expected.quarantine),
    ...(books
      ? []
      : [`books: found ${JSON.stringify(plain(found.books))}\n  expected ${JSON.stringify(plain(expected.books))}`]),
  ]
}

type Cells = Readonly<Record<string, Value | undefined>>

function rowDifferences(table: string, found: readonly object[], expected: readonly object[]): string[] {
  const left = [...(expected as readonly Cells[])]
  const more: string[] = []
  for (const row of found as readonly Cells[]) {
    const at = left.findIndex((each) => isSame(each, row))
    if (at < 0) more.push(`${table}: found ${rowText(row)}`)
    else left.splice(at, 1)
  }
  return [...more, ...left.map((row) => `${table}: expected ${rowText(row)}`)]
}

function isSame(a: Cells, b: Cells): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => isNear(a[name] ?? null, b[name] ?? null))
}

function isNear(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'number' || typeof b !== 'number') return false
  return Math.abs(a - b) <= PART * Math.max(1, Math.abs(a), Math.abs(b))
}

function rowText(row: Cells): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${valueText(value ?? null)}`)
    .join(' ')
}

function valueText(value: Value): string {
  const isTime = typeof value === 'bigint' && value > 10n ** 15n && value < 10n ** 16n
  return isTime ? new Date(Number(value / 1000n)).toISOString() : String(value)
}

/** Books without their zeros, names in order. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, plain(inner)])
  const left = entries.filter(([, inner]) => inner !== 0 && JSON.stringify(inner) !== '{}')
  return Object.fromEntries(left.sort(([a], [b]) => (a < b ? -1 : 1)))
}
