import { durationText } from '../explain/duration-text.ts'
import { valueText } from '../explain/expression-text.ts'
import type { IntervalJoin, IntervalPlan } from '../types.ts'
import { diffColumns, pairColumns } from './diff-columns.ts'
import { columnFindings, sameValues } from './diff-silver.ts'
import { otherRows, type Finding } from './effects.ts'
import { heldColumns } from './expr-facts.ts'
import { sameExpr, sameList, type Renames } from './same-expr.ts'
import type { ColumnDiff } from './types.ts'

/** Compares what two tables of pairs do themselves; `below` are the renames of both silver tables. */
export function diffInterval(
  before: IntervalPlan,
  after: IntervalPlan,
  below: { readonly own: Renames; readonly other: Renames },
): { readonly columns: ColumnDiff[]; readonly renames: Renames; readonly findings: Finding[] } {
  const { name } = after.join
  const renames = new Map([...below.own, ...[...below.other].map(([was, now]) => [`${name}.${was}`, now] as const)])
  const paired = pairColumns(before.columns, after.columns)
  const columns = diffColumns(paired, {
    same: (a, b) => sameValues(a, b, { renames, references: NONE }),
    text: valueText,
  })
  const joins = joinFindings(before.join, after.join, renames)
  return {
    columns,
    renames: paired.renames,
    findings: [...columnFindings(paired, columns), ...joins, ...heldFindings(before, after, below)],
  }
}

function joinFindings(before: IntervalJoin, after: IntervalJoin, renames: Renames): Finding[] {
  if (before.withinMs === after.withinMs)
    return sameJoin(before, after, renames) ? [] : [otherRows('the join meets other rows')]
  const [from, to] = [durationText(before.withinMs), durationText(after.withinMs)]
  return [otherRows(`rows of a pair are at most ${to} apart, and were ${from}`)]
}

function sameJoin(before: IntervalJoin, after: IntervalJoin, renames: Renames): boolean {
  return (
    before.name === after.name &&
    before.table === after.table &&
    before.kind === after.kind &&
    sameExpr(before.also, after.also, renames) &&
    sameList(before.on, after.on, (a, b) => sameExpr(a.left, b.left, renames) && sameExpr(a.right, b.right, renames))
  )
}

/** Rows wait with the columns that pairs were made of: another one is not there for them. */
function heldFindings(
  before: IntervalPlan,
  after: IntervalPlan,
  { own, other }: { readonly own: Renames; readonly other: Renames },
): Finding[] {
  const [had, wants] = [heldColumns(before), heldColumns(after)]
  const missing = [
    ...[...wants.left].filter((column) => !named(had.left, own).has(column)),
    ...[...wants.right]
      .filter((column) => !named(had.right, other).has(column))
      .map((column) => `${after.join.name}.${column}`),
  ]
  return missing.map((column) => otherRows(`rows that wait for others were kept without \`${column}\``))
}

function named(columns: ReadonlySet<string>, renames: Renames): ReadonlySet<string> {
  return new Set([...columns].map((column) => renames.get(column) ?? column))
}

const NONE: ReadonlySet<string> = new Set()
