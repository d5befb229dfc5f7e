import type { PartitionField, TableName } from '../types.ts'
import { sameList, type Renames } from './same-expr.ts'
import type { ColumnDiff, TableDiff } from './types.ts'

/**
 * What one difference means for the rows of a table. `rows`: a rebuild gives other rows, so tables read from it change
 * too. `values`: other values in some columns. `layout`: the same rows in other files. `kept`: more rows from now on;
 * what was refused so far stays refused. `null`: a new column is null in rows written so far. `counted`: nothing but a
 * count changes.
 */
export interface Finding {
  readonly effect: 'rows' | 'values' | 'layout' | 'kept' | 'null' | 'counted'
  readonly reason: string
  /** The column it is about; its own entry says what changed. */
  readonly column?: string
}

/** That a rebuild gives other rows. */
export function otherRows(reason: string): Finding {
  return { effect: 'rows', reason }
}

/** A table's diff with what tables that read from it must know. */
export interface TableEffect {
  readonly diff: TableDiff
  /** A rebuild gives other rows. */
  readonly rows: boolean
  /** Columns whose values a rebuild changes, by their name now. */
  readonly values: ReadonlySet<string>
  /** It takes rows from now on that it refused so far. */
  readonly widened: boolean
  /** Columns that are null in rows written so far. */
  readonly nulls: ReadonlySet<string>
  /** Former column name to the name now. */
  readonly renames: Renames
  readonly approvals: readonly string[]
}

/** The effect of what was found on a table that both plans have; `source` is whose bronze a rebuild replays. */
export function tableEffect(
  table: TableName,
  found: {
    readonly source: string
    readonly columns: readonly ColumnDiff[]
    readonly renames: Renames
    readonly findings: readonly Finding[]
  },
): TableEffect {
  const { findings, columns, renames, source } = found
  const name = `${table.layer}.${table.name}`
  const has = (...effects: readonly Finding['effect'][]): boolean =>
    findings.some(({ effect }) => effects.includes(effect))
  const rewrites = findings.filter(({ effect }) => effect === 'rows' || effect === 'values' || effect === 'layout')
  const rewritten = rewrites.length > 0
  const gone = columns.filter(({ change }) => change === 'removed').map(({ column }) => column)
  return {
    diff: {
      layer: table.layer,
      table: table.name,
      change: rewritten ? 'rewritten' : columns.length > 0 ? 'evolved' : 'unchanged',
      history: rewritten ? 'rebuilt' : has('kept', 'null', 'counted') ? 'kept' : 'same',
      ...(rewritten ? { replays: source } : {}),
      columns,
      reasons: reasonsOf(rewritten ? rewrites : findings),
    },
    rows: has('rows'),
    values: new Set(columns.filter(({ change }) => VALUE_CHANGES.includes(change)).map(({ column }) => column)),
    widened: !rewritten && has('kept'),
    nulls: new Set(findings.flatMap(({ effect, column }) => (effect === 'null' && !rewritten ? (column ?? []) : []))),
    renames,
    approvals: [
      ...(rewritten
        ? [`\`${name}\` is rewritten: ${[...new Set(rewrites.map(({ reason }) => reason))].join('; ')}`]
        : []),
      ...gone.map((column) => `\`${name}\` loses the column \`${column}\``),
    ],
  }
}

/** What the entries of columns do not say. When the table is made anew, nothing is kept otherwise. */
function reasonsOf(findings: readonly Finding[]): string[] {
  return [
    ...new Set(
      findings.filter(({ effect, column }) => column === undefined || effect === 'null').map(({ reason }) => reason),
    ),
  ]
}

const VALUE_CHANGES: readonly ColumnDiff['change'][] = ['retyped', 'recomputed', 'tightened']

/** A table that only the plan after has; `source` when its bronze has rows to fill it from. */
export function createdTable({ layer, name }: TableName, source?: string): TableDiff {
  const replays = source === undefined ? {} : { replays: source }
  return { layer, table: name, change: 'created', history: 'same', ...replays, columns: [], reasons: [] }
}

/** A table that only the plan before has. */
export function droppedTable({ layer, name }: TableName): TableDiff {
  const reasons = ['it is no longer written; its rows stay in the lake']
  return { layer, table: name, change: 'dropped', history: 'same', columns: [], reasons }
}

/** A finding when the files of a table lie otherwise. */
export function layoutFindings(
  before: readonly PartitionField[],
  after: readonly PartitionField[],
  renames: Renames,
): Finding[] {
  const same = sameList(
    before,
    after,
    (a, b) =>
      (renames.get(a.column) ?? a.column) === b.column && a.transform === b.transform && a.argument === b.argument,
  )
  return same ? [] : [{ effect: 'layout', reason: `it is partitioned by ${partitionText(after)}` }]
}

function partitionText(fields: readonly PartitionField[]): string {
  if (fields.length === 0) return 'nothing'
  return fields
    .map(({ column, transform, argument }) => {
      if (transform === 'identity') return `\`${column}\``
      return `\`${transform}(${argument === undefined ? '' : `${argument}, `}${column})\``
    })
    .join(', ')
}
