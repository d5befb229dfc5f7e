import { scanSql, type Identifier, type Localizer, type ScanPlan, type Snapshot, type SqlSession } from '#lake'
import { addCounts, total, type Counts } from './accounting.ts'

/**
 * Rows that left a table though its books count them: `expired` went with a partition that was older than the retention,
 * `erased` belonged to a person. By part: `rows`, and in quarantine what `quarantinePart` gives.
 */
export interface Removed {
  readonly expired: Counts
  readonly erased: Counts
  /** Up to here (Unix milliseconds) rows may have expired; null when none has. */
  readonly expiredBeforeMs: number | null
}

/** Snapshot summary entry with the `Removed` of a table so far; every later snapshot carries it on. */
export const REMOVED_PROPERTY = 'smelt.removed'

const ROWS = 'rows'

/** What has left the table by a snapshot. */
export function removedBy(snapshot: Snapshot | undefined): Removed {
  const text = snapshot?.summary[REMOVED_PROPERTY]
  const found = text === undefined ? {} : (JSON.parse(text) as Partial<Removed>)
  const { expired = {}, erased = {}, expiredBeforeMs = null } = found
  return { expired, erased, expiredBeforeMs }
}

/** The entry as it stands in a snapshot, for another one with the same rows. */
export function removedEntry(snapshot: Snapshot | undefined): Record<string, string> {
  const text = snapshot?.summary[REMOVED_PROPERTY]
  return text === undefined ? {} : { [REMOVED_PROPERTY]: text }
}

/** What has left the table once partitions that end by `endMs` are gone too. */
export function afterExpiry(before: Removed, counts: Counts, endMs: number): Removed {
  const expiredBeforeMs = Math.max(endMs, before.expiredBeforeMs ?? endMs)
  return { ...before, expired: addCounts(before.expired, counts), expiredBeforeMs }
}

/** The summary of a snapshot that takes rows away, from that of the one before: all else stays true. */
export function removedSummary(before: Snapshot, removed: Removed): Record<string, string> {
  const kept = Object.entries(before.summary).filter(([name]) => name.startsWith('smelt.'))
  return { ...Object.fromEntries(kept), [REMOVED_PROPERTY]: JSON.stringify(removed) }
}

/** The rows that left, for whatever reason. */
export function totalRemoved({ expired, erased }: Removed): number {
  return total(expired) + total(erased)
}

/** The part of quarantine that the books count together: refused by a table, or by none, of a source, with a code. */
export function quarantinePart(source: string, table: string | null, code: string): string {
  return `${source} ${table ?? '-'} ${code}`
}

/** What `quarantinePart` was given. */
export function partOf(part: string): {
  readonly source: string
  readonly table: string | null
  readonly code: string
} {
  const [source = '', table = '-', code = ''] = part.split(' ')
  return { source, table: table === '-' ? null : table, code }
}

/** The rows of a scan that readers see, by part. */
export async function countParts(
  work: { readonly session: SqlSession; readonly localizer: Localizer },
  { layer }: Identifier,
  plan: ScanPlan,
): Promise<Counts> {
  if (layer !== 'quarantine' && plan.tasks.every(({ deletes }) => deletes.length === 0))
    return { [ROWS]: plan.tasks.reduce((sum, { file }) => sum + file.recordCount, 0) }
  const files = await work.localizer.fetch(plan)
  try {
    return await countRelation(work.session, layer, `(${scanSql(plan, files.paths)})`)
  } finally {
    files.release()
  }
}

/** The rows of a relation of a table, by part. */
export async function countRelation(
  session: SqlSession,
  layer: Identifier['layer'],
  relation: string,
): Promise<Counts> {
  const parts = layer === 'quarantine' ? 'source, table_name, code' : `'' as source, null as table_name, '' as code`
  const rows = await session.rows(`select ${parts}, count(*) as rows from ${relation} group by all`)
  const counts = rows.map((row) => {
    const { source, table_name, code } = row as Record<string, string | null>
    const part = layer === 'quarantine' ? quarantinePart(source ?? '', table_name ?? null, code ?? '') : ROWS
    return [part, Number(row.rows)] as const
  })
  return Object.fromEntries(counts)
}
