import { closedRelation, COMPACTED, SLICE, SLICES, windowChanges } from '../names.ts'
import type { WindowCuts } from './cuts.ts'
import type { WindowParts } from './parts.ts'

/** Memory that a list takes while it is merged, and each of its values: as measured, rounded up. */
const BYTES_PER_LIST = 400
const BYTES_PER_VALUE = 32

/**
 * Merges partials of all groups into a table, a slice of the groups at a time. Lists that are merged lie in memory until the
 * statement ends and cannot be spilled, so that what one statement merges has to be bounded.
 */
export interface Sliced {
  /** What it takes to merge all groups at once: bytes. */
  readonly weigh: string
  /** Makes the table, of the slice that the session variables tell; the second form adds one. */
  readonly first: string
  readonly next: string
}

/** What a window table with lists runs slice by slice instead, when it is too much to be done at once. */
export interface WindowSlices {
  readonly close: Sliced
  readonly merge: Sliced
  readonly changes: Sliced
}

/** The parts that see one slice of the groups; undefined where no partial is a list, or nothing tells groups apart. */
export function slicedParts(parts: WindowParts): WindowParts | undefined {
  const { groupNames, listNames, state, delta } = parts
  if (listNames.length === 0 || groupNames.length === 0) return undefined
  const variable = (name: string): string => `getvariable('${name}')::ubigint`
  const slice = `hash(${groupNames.join(', ')}) % ${variable(SLICES)} = ${variable(SLICE)}`
  const of = (relation: string): string => `(select * from ${relation} where ${slice})`
  return { ...parts, state: of(state), delta: of(delta), both: `(${of(state)} union all ${of(delta)})` }
}

/**
 * The statements that go slice by slice: `whole` are the parts and cuts of all groups, `slice` those of one, and `rows` makes
 * rows of the table of merged partials.
 */
export function compileSlices(
  whole: { readonly parts: WindowParts; readonly cuts: WindowCuts },
  slice: WindowCuts,
  rows: (merged: string) => string,
): WindowSlices {
  const { name, listNames, state, both } = whole.parts
  const values = listNames.map((list) => `coalesce(sum(len(${list})), 0)`).join(' + ')
  const bytes = `count(*) * ${listNames.length * BYTES_PER_LIST} + (${values}) * ${BYTES_PER_VALUE}`
  const fill = (relation: string, merged: string, query: string): Sliced => ({
    weigh: `select (${bytes}) * ${whole.cuts.windowsOfPartial} as bytes from ${merged}`,
    first: `create or replace temp table ${relation} as ${query}`,
    next: `insert into ${relation} ${query}`,
  })
  return {
    close: fill(closedRelation(name), `${both} where ${whole.cuts.closes}`, rows(slice.closing)),
    merge: fill(COMPACTED, state, slice.compacted),
    changes: fill(windowChanges(name), whole.cuts.touchedRows, rows(slice.touched)),
  }
}
