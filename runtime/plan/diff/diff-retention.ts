import { durationText } from '../explain/duration-text.ts'
import type { Plan, RetentionPlan } from '../types.ts'
import type { TableDiff } from './types.ts'

/**
 * What other retentions do to tables that both plans have: rows that are kept longer stay, and rows that are kept for a
 * shorter time go, which needs an approval.
 */
export function diffRetention(
  before: Plan | undefined,
  after: Plan,
  tables: readonly TableDiff[],
): { readonly tables: TableDiff[]; readonly approvals: string[] } {
  const approvals: string[] = []
  const told = tables.map((table) => {
    const [from, to] = [keptMs(before, table), keptMs(after, table)]
    const lives = before !== undefined && table.change !== 'created' && table.change !== 'dropped'
    if (!lives || from === to) return table
    const name = `\`${table.layer}.${table.table}\``
    const retention = { from: keptText(from), to: keptText(to) }
    if (to < from) approvals.push(`${name} loses rows: they are kept ${retention.to}, and were kept ${retention.from}`)
    return { ...table, retention }
  })
  return { tables: told, approvals }
}

function keptMs(plan: Plan | undefined, { layer, table }: TableDiff): number {
  const isIt = (each: RetentionPlan): boolean => each.table.layer === layer && each.table.name === table
  return plan?.retention?.find(isIt)?.keepMs ?? Infinity
}

function keptText(milliseconds: number): string {
  return milliseconds === Infinity ? 'for ever' : `for ${durationText(milliseconds)}`
}
