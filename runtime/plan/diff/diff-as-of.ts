import { operatorId } from '../operator.ts'
import type { AsOfJoin, AsOfPlan, SourcePlan } from '../types.ts'
import { valueText } from '../explain/expression-text.ts'
import { diffColumns, pairColumns } from './diff-columns.ts'
import { columnFindings, sameValues } from './diff-silver.ts'
import type { SourceEffect } from './diff-source.ts'
import { otherRows, type Finding } from './effects.ts'
import { sameExpr, sameList, type Renames } from './same-expr.ts'
import type { ColumnDiff, OperatorDiff } from './types.ts'

/** Compares what two as-of tables do themselves. Lineage columns are named after the join. */
export function diffAsOf(
  before: AsOfPlan,
  after: AsOfPlan,
  below: Renames,
): { readonly columns: ColumnDiff[]; readonly renames: Renames; readonly findings: Finding[] } {
  const paired = pairColumns(before.columns, after.columns)
  const columns = diffColumns(paired, {
    same: (a, b) => sameValues(a, b, { renames: below, references: NONE }),
    text: valueText,
  })
  const joins = sameJoin(before.join, after.join, below) ? [] : [otherRows('the join meets other versions')]
  return { columns, renames: paired.renames, findings: [...columnFindings(paired, columns), ...joins] }
}

/** What a change of the versioned source means for a table that joins it: what it means for the silver tables of it. */
export function joinedFindings(source: string, effect: SourceEffect | undefined): Finding[] {
  const found = effect?.silver ?? []
  return found.map(({ effect: each, reason }) => ({ effect: each, reason: `\`${source}\` is joined: ${reason}` }))
}

/** What becomes of the versions that are kept of a source. */
export function diffVersions(
  before: SourcePlan | undefined,
  after: SourcePlan,
  effect: SourceEffect | undefined,
): OperatorDiff[] {
  const base = { id: operatorId.versions(after), kind: 'versions', table: `bronze.${after.name}` } as const
  if (after.versionedBy === undefined) return before === undefined ? [] : droppedVersions(before)
  if (before === undefined) return [{ ...base, verdict: 'created', reason: 'it starts empty' }]
  const changed = effect?.silver.find((finding) => finding.effect === 'rows')
  if (changed !== undefined) return [{ ...base, verdict: 'needs-replay', reason: changed.reason }]
  const same = JSON.stringify(before.contract.fields) === JSON.stringify(after.contract.fields)
  if (same) return [{ ...base, verdict: 'kept', reason: 'the same versions' }]
  return [{ ...base, verdict: 'migrated', reason: 'its columns change as the fields of the contract do' }]
}

/** The versions of a source that has none any more, or is no longer read. */
export function droppedVersions(before: SourcePlan): OperatorDiff[] {
  if (before.versionedBy === undefined) return []
  const reason = 'the source is no longer read, or no longer versioned'
  return [
    { id: operatorId.versions(before), kind: 'versions', table: `bronze.${before.name}`, verdict: 'dropped', reason },
  ]
}

function sameJoin(before: AsOfJoin, after: AsOfJoin, renames: Renames): boolean {
  return (
    before.name === after.name &&
    before.source === after.source &&
    before.kind === after.kind &&
    sameExpr(before.asOf, after.asOf, renames) &&
    sameExpr(before.also, after.also, renames) &&
    sameList(before.on, after.on, (a, b) => sameExpr(a.left, b.left, renames) && sameExpr(a.right, b.right, NO_RENAMES))
  )
}

const NONE: ReadonlySet<string> = new Set()
const NO_RENAMES: Renames = new Map()
