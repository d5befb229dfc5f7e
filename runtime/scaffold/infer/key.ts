import { snakeCase } from './column-name.ts'
import type { Column } from './columns.ts'

/** Below so many records, that no value repeats is no evidence of a key. */
export const KEY_FROM = 20

/** The column that tells one event from another: named like an id, always there, and never twice in the sample. */
export function inferKey(columns: readonly Column[], records: number): Column | undefined {
  if (records < KEY_FROM) return undefined
  const [best] = columns
    .filter(({ finding, hashed }) => !hashed && finding?.always === true && finding.profile.distinct.size === records)
    .map((column) => ({ column, score: score(column) }))
    .filter((each) => each.score > 0)
    .sort((a, b) => b.score - a.score)
  return best?.column
}

function score({ finding, kind }: Column): number {
  if (finding === undefined || (finding.kind !== 'string' && finding.kind !== 'integer') || kind === 'time') return 0
  const name = snakeCase(finding.path.at(-1) ?? '')
  const depth = finding.path.length
  if (/^(event_?id|id|uuid|guid|message_?id)$/.test(name)) return 40 - depth
  if (/_(id|uuid|guid|key)$/.test(name)) return 30 - depth
  return finding.format === 'uuid' ? 20 - depth : 0
}
