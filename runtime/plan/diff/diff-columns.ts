import type { DataType } from '#contract'
import { typeText } from '../expression/data-type.ts'
import type { Renames } from './same-expr.ts'
import type { ColumnDiff } from './types.ts'

/** A column of a table, as readers see it. */
export interface TableColumn {
  readonly name: string
  readonly was?: string
  readonly type: DataType
  readonly nullable: boolean
}

/** The columns of two versions of a table, side by side. */
export interface ColumnPairs<C extends TableColumn> {
  /** In the order of after; `at` is the place of before among its own. */
  readonly pairs: readonly { readonly before: C; readonly after: C; readonly at: number }[]
  readonly added: readonly C[]
  readonly removed: readonly C[]
  readonly renames: Renames
}

/** Pairs columns by name; one whose name is new, by the name it says it had, if no other column goes by that one now. */
export function pairColumns<C extends TableColumn>(before: readonly C[], after: readonly C[]): ColumnPairs<C> {
  const left = new Map(before.map((column) => [column.name, column]))
  const known = new Set(left.keys())
  const names = new Set(after.map(({ name }) => name))
  const former = (column: C): C | undefined => {
    const name = known.has(column.name) ? column.name : column.was
    if (name === undefined || (name !== column.name && names.has(name))) return undefined
    const found = left.get(name)
    left.delete(name)
    return found
  }
  const found = after.map((column) => ({ before: former(column), after: column }))
  const pairs = found.flatMap(({ before: column, after: next }) =>
    column === undefined ? [] : [{ before: column, after: next, at: before.indexOf(column) }],
  )
  return {
    pairs,
    added: found.flatMap((pair) => (pair.before === undefined ? [pair.after] : [])),
    removed: before.filter(({ name }) => left.has(name)),
    renames: new Map(pairs.map((pair) => [pair.before.name, pair.after.name])),
  }
}

/** Whether two columns hold the same values, and how a column is worked out, as a user writes it. */
export interface ColumnValues<C> {
  readonly same: (before: C, after: C) => boolean
  readonly text: (column: C) => string
}

/** What happens to the columns of a table. */
export function diffColumns<C extends TableColumn>(columns: ColumnPairs<C>, values: ColumnValues<C>): ColumnDiff[] {
  const { pairs, added, removed } = columns
  return [
    ...added.map(({ name, type }): ColumnDiff => ({ change: 'added', column: name, to: typeText(type) })),
    ...removed.map(({ name, type }): ColumnDiff => ({ change: 'removed', column: name, from: typeText(type) })),
    ...pairs.flatMap(({ before, after }) => pairDiff(before, after, values)),
    ...moved(columns),
  ]
}

function pairDiff<C extends TableColumn>(before: C, after: C, { same, text }: ColumnValues<C>): ColumnDiff[] {
  const column = after.name
  const found: ColumnDiff[] = []
  if (before.name !== column) found.push({ change: 'renamed', column, was: before.name })
  const types = { from: typeText(before.type), to: typeText(after.type) }
  if (widens(before.type, after.type)) found.push({ change: 'widened', column, ...types })
  else if (!sameStored(before.type, after.type)) found.push({ change: 'retyped', column, ...types })
  if (!before.nullable && after.nullable) found.push({ change: 'loosened', column })
  if (before.nullable && !after.nullable) found.push({ change: 'tightened', column })
  const retyped = found.some(({ change }) => change === 'retyped')
  if (!retyped && !same(before, after)) {
    found.push({ change: 'recomputed', column, from: text(before), to: text(after) })
  }
  return found
}

/** Table formats let a decimal grow in front of its point; everything else old files would not fit. */
export function widens(before: DataType, after: DataType): boolean {
  if (before.kind !== 'decimal' || after.kind !== 'decimal') return false
  return after.scale === before.scale && after.precision > before.precision
}

/** Equal down to whether parts of objects and lists may be null: files are written by it. */
function sameStored(before: DataType, after: DataType): boolean {
  return JSON.stringify(withoutNotes(before)) === JSON.stringify(withoutNotes(after))
}

function withoutNotes(type: DataType): unknown {
  if (type.kind === 'list') return ['list', type.element.nullable, withoutNotes(type.element.type)]
  if (type.kind === 'struct') return type.fields.map((field) => [field.name, field.nullable, withoutNotes(field.type)])
  return typeText(type)
}

/** The columns that no longer stand in the order of before: all but a longest run of those that do. */
function moved<C extends TableColumn>({ pairs }: ColumnPairs<C>): ColumnDiff[] {
  // Per pair, the longest run that ends with it.
  const runs: number[][] = []
  pairs.forEach(({ at }, index) => {
    const earlier = runs.filter((run) => (pairs[run.at(-1) ?? 0]?.at ?? 0) < at)
    runs.push([...longest(earlier), index])
  })
  const kept = new Set(longest(runs))
  return pairs.flatMap(({ after }, index) => (kept.has(index) ? [] : [{ change: 'moved', column: after.name }]))
}

function longest(runs: readonly (readonly number[])[]): readonly number[] {
  return runs.reduce<readonly number[]>((found, run) => (run.length > found.length ? run : found), [])
}
