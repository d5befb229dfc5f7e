import type { GoldPlan, Plan, TableName } from '../types.ts'
import { createdTable, type TableEffect } from './effects.ts'
import type { TableDiff } from './types.ts'

/** The pipeline's one quarantine table: what is replayed is judged again, and what a table refused goes with it. */
export function diffQuarantine(
  before: Plan | undefined,
  after: Plan,
  tables: { readonly made: readonly TableEffect[]; readonly dropped: readonly TableDiff[] },
): TableDiff {
  const table: TableName = { layer: 'quarantine', name: after.pipeline }
  if (before === undefined) return createdTable(table)
  const refuses = ({ layer, table: name }: TableDiff): boolean =>
    layer === 'silver' || [before, after].some(({ gold }) => gold.some((each) => refusesRows(each, name)))
  const names = (diffs: readonly TableDiff[]): string =>
    diffs.map(({ layer, table: name }) => `\`${layer}.${name}\``).join(', ')
  const made = tables.made.map(({ diff }) => diff).filter(refuses)
  const rewritten = made.filter(({ change }) => change === 'rewritten')
  const dropped = tables.dropped.filter(refuses)
  const reasons = [
    ...(rewritten.length > 0 ? [`what ${names(rewritten)} refused is judged again`] : []),
    ...(dropped.length > 0 ? [`what ${names(dropped)} refused goes with it`] : []),
  ]
  const base = { layer: table.layer, table: table.name, columns: [] } as const
  if (reasons.length > 0) return { ...base, change: 'rewritten', history: 'rebuilt', reasons }
  const filled = made.some(({ replays }) => replays !== undefined)
  const also = filled ? ['it also takes what the new tables refuse'] : []
  return { ...base, change: 'unchanged', history: 'same', reasons: also }
}

/** A latest table refuses nothing. */
function refusesRows({ kind, table }: GoldPlan, name: string): boolean {
  return kind !== 'latest' && table.name === name
}
