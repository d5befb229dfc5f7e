import { quoteText } from '#dialect/duckdb'
import type { Session } from './session.ts'

/** How many rows each of some relations has, asked in one statement. */
export async function countRows(session: Session, relations: readonly string[]): Promise<(relation: string) => number> {
  const counts = relations.map((each) => `select ${quoteText(each)} as name, count(*) as rows from ${each}`)
  const rows = counts.length === 0 ? [] : await session.rows(counts.join(' union all '))
  const known = new Map(rows.map(({ name, rows: count }) => [String(name), Number(count)]))
  return (relation) => known.get(relation) ?? 0
}
