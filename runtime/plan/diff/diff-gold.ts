import { operatorId } from '../operator.ts'
import type { ColumnPlan, GoldPlan, IntervalPlan, LatestPlan, MeasurePlan, WindowPlan, WindowShape } from '../types.ts'
import { expressionText, valueText } from '../explain/expression-text.ts'
import { durationText } from '../explain/duration-text.ts'
import { windowText } from '../explain/window-text.ts'
import { diffAsOf, joinedFindings } from './diff-as-of.ts'
import { diffColumns, pairColumns, type ColumnValues } from './diff-columns.ts'
import { columnFindings, sameValues } from './diff-silver.ts'
import type { SourceEffect } from './diff-source.ts'
import { layoutFindings, otherRows, tableEffect, type Finding, type TableEffect } from './effects.ts'
import { diffInterval } from './diff-interval.ts'
import { joinedColumnsRead, silverColumnsRead } from './expr-facts.ts'
import { sameExpr, sameList, sameMeasure, type Renames } from './same-expr.ts'
import type { ColumnDiff, OperatorDiff } from './types.ts'

/** What lies below a gold table: the silver table it reads, that table's source, and the source or silver table it joins. */
export interface Below {
  readonly silver: TableEffect | undefined
  readonly sourceName: string
  readonly source: SourceEffect | undefined
  readonly joined: SourceEffect | undefined
  /** The other silver table of pairs, and its source. */
  readonly other?: { readonly silver: TableEffect | undefined; readonly source: SourceEffect | undefined }
}

/** Compares a gold table that both plans have. */
export function diffGold(before: GoldPlan, after: GoldPlan, below: Below): TableEffect {
  const renames = below.silver?.renames ?? new Map<string, string>()
  const own =
    before.kind === 'window' && after.kind === 'window'
      ? diffWindow(before, after, renames)
      : before.kind === 'latest' && after.kind === 'latest'
        ? diffLatest(before, after, renames)
        : before.kind === 'as-of' && after.kind === 'as-of'
          ? diffAsOf(before, after, renames)
          : before.kind === 'interval' && after.kind === 'interval'
            ? diffInterval(before, after, { own: renames, other: below.other?.silver?.renames ?? new Map() })
            : otherKind(before, after)
  const findings = [
    ...(before.from === after.from ? [] : [otherRows(`it reads \`${after.from}\`, and read \`${before.from}\``)]),
    ...belowFindings(below.silver, silverColumnsRead(after)),
    ...(after.kind === 'window' || after.kind === 'interval' ? (below.source?.windows ?? []) : []),
    ...(after.kind === 'interval' ? otherFindings(after, below.other) : []),
    ...(after.kind === 'as-of' ? joinedFindings(after.join.source, below.joined) : []),
    ...(sameExpr(before.where, after.where, renames) ? [] : [otherRows('`where` takes other rows')]),
    ...own.findings,
    ...layoutFindings(before.partitionBy, after.partitionBy, own.renames),
  ]
  return tableEffect(after.table, { source: below.sourceName, columns: own.columns, renames: own.renames, findings })
}

/** What becomes of the open windows, of the index of latest rows, of what is known of the versions met, or of waiting rows. */
export function diffGoldState(before: GoldPlan | undefined, after: GoldPlan, effect: TableEffect): OperatorDiff {
  const { layer, table, change, replays, columns } = effect.diff
  const base = { id: operatorId[after.kind](after), kind: after.kind, table: `${layer}.${table}` } as const
  if (before === undefined && replays === undefined) return { ...base, verdict: 'created', reason: 'it starts empty' }
  if (before === undefined) return { ...base, verdict: 'needs-replay', reason: 'the table is filled from bronze' }
  if (change === 'rewritten') return { ...base, verdict: 'needs-replay', reason: 'the table is rewritten' }
  if (after.kind === 'latest') return { ...base, verdict: 'kept', reason: 'it is read back from the table' }
  if (after.kind === 'as-of' || after.kind === 'interval') return { ...base, verdict: 'kept', reason: 'the same join' }
  if (columns.length === 0) return { ...base, verdict: 'kept', reason: 'the same windows, groups and measures' }
  return { ...base, verdict: 'migrated', reason: 'its columns change as those of the table do' }
}

/** The state of a gold table that is no longer written. */
export function droppedGoldState(gold: GoldPlan): OperatorDiff {
  const { kind } = gold
  const table = `${gold.table.layer}.${gold.table.name}`
  return { id: operatorId[kind](gold), kind, table, verdict: 'dropped', reason: 'the table is no longer written' }
}

interface Own {
  readonly columns: ColumnDiff[]
  readonly renames: Renames
  readonly findings: Finding[]
}

function diffWindow(before: WindowPlan, after: WindowPlan, renames: Renames): Own {
  const groups = pairColumns(before.groupBy, after.groupBy)
  const measures = pairColumns(before.measures, after.measures)
  const groupDiffs = diffColumns(groups, columnValues(renames))
  const measureDiffs = diffColumns(measures, {
    same: (a, b) => sameMeasure(a, b, renames),
    text: ({ expr, aggregates }) => expressionText(expr, aggregates),
  })
  return {
    columns: [...groupDiffs, ...measureDiffs],
    renames: new Map([...groups.renames, ...measures.renames]),
    findings: [
      ...shapeFindings(before.window, after.window),
      ...(before.emit === after.emit
        ? []
        : [otherRows(`its rows are written \`${after.emit}\`, and were \`${before.emit}\``)]),
      ...groupDiffs.flatMap(groupFinding),
      ...measureDiffs.flatMap((diff) => measureFinding(diff, measures.added)),
    ],
  }
}

function shapeFindings(before: WindowShape, after: WindowShape): Finding[] {
  if (windowText(before) === windowText(after)) return []
  if (before.kind !== 'tumbling' || after.kind !== 'tumbling')
    return [otherRows(`its windows are ${windowText(after)}, and were ${windowText(before)}`)]
  return [otherRows(`a window is ${durationText(after.sizeMs)} long, and was ${durationText(before.sizeMs)}`)]
}

function groupFinding({ change, column }: ColumnDiff): Finding[] {
  switch (change) {
    case 'added':
      return [otherRows(`it is grouped by \`${column}\` too`)]
    case 'removed':
      return [otherRows(`it is no longer grouped by \`${column}\``)]
    case 'recomputed':
    case 'retyped':
    case 'tightened':
      return [{ ...otherRows(`the group \`${column}\` is worked out otherwise`), column }]
    default:
      return []
  }
}

function measureFinding({ change, column }: ColumnDiff, added: readonly MeasurePlan[]): Finding[] {
  const values = (reason: string): Finding[] => [{ effect: 'values', reason }]
  switch (change) {
    case 'added':
      return added.some(({ name }) => name === column)
        ? values(`the measure \`${column}\` is new, and open windows know nothing of it`)
        : []
    case 'recomputed':
    case 'retyped':
    case 'tightened':
    case 'widened':
      return [{ effect: 'values', column, reason: `the measure \`${column}\` is worked out otherwise` }]
    default:
      return []
  }
}

function diffLatest(before: LatestPlan, after: LatestPlan, below: Renames): Own {
  const paired = pairColumns(before.columns, after.columns)
  const columns = diffColumns(paired, columnValues(below))
  const { renames } = paired
  const keys = before.latestBy.map((name) => renames.get(name) ?? name)
  const sameKeys = sameList(keys, after.latestBy, (a, b) => a === b)
  return {
    columns,
    renames,
    findings: [
      ...columnFindings(paired, columns),
      ...(sameKeys
        ? []
        : [otherRows(`it keeps the latest row by ${after.latestBy.map((key) => `\`${key}\``).join(', ')}`)]),
    ],
  }
}

function otherKind(before: GoldPlan, after: GoldPlan): Own {
  const columns = diffColumns(pairColumns(columnsOf(before), columnsOf(after)), {
    same: () => true,
    text: () => '',
  })
  return {
    columns,
    renames: new Map(),
    findings: [otherRows(`it is ${KINDS[after.kind]}, and was ${KINDS[before.kind]}`)],
  }
}

const KINDS = {
  window: 'a window table',
  latest: 'a latest table',
  'as-of': 'a table of rows with versions',
  interval: 'a table of pairs',
} as const

function columnsOf(table: GoldPlan): readonly (ColumnPlan | MeasurePlan)[] {
  return table.kind === 'window' ? [...table.groupBy, ...table.measures] : table.columns
}

/** Gold looks nothing up. */
function columnValues(renames: Renames): ColumnValues<ColumnPlan> {
  return { same: (a, b) => sameValues(a, b, { renames, references: NONE }), text: valueText }
}

const NONE: ReadonlySet<string> = new Set()

/** What a change of the silver table on the other side means, and of the limits of its source. */
function otherFindings(after: IntervalPlan, other: Below['other']): Finding[] {
  return [...belowFindings(other?.silver, joinedColumnsRead(after)), ...(other?.source?.windows ?? [])]
}

function belowFindings(silver: TableEffect | undefined, read: ReadonlySet<string>): Finding[] {
  if (silver === undefined) return []
  const name = `${silver.diff.layer}.${silver.diff.table}`
  if (silver.rows) return [otherRows(`the rows of \`${name}\` change`)]
  const changed = [...read].filter((column) => silver.values.has(column))
  return changed.map((column) => otherRows(`\`${column}\` of \`${name}\` changes`))
}
