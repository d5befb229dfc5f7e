import { misspelling, nearestMatch } from '#diagnostics'
import { positionAt, type Located, type SourceText } from '#spec'
import type { Fault, Grid, Stretch } from './grid.ts'

type Key = readonly Located<string>[]

/** The column that tells a row that was found from none, in the table that lookups read. */
const KEPT_NAME = '_found'

/** Columns without a name of their own, and columns of the key that are not there. */
export function headerFaults(grid: Grid, key: Key): Fault[] {
  const folded = grid.names.map((name) => name.toLowerCase())
  const named = folded.flatMap((name, column) => {
    const fault = nameFault(grid, column, folded.indexOf(name))
    return fault === undefined ? [] : [fault]
  })
  return [...named, ...key.filter(({ value }) => !grid.names.includes(value)).map((each) => missingKey(grid, each))]
}

/** What is wrong with the name of `column`; `first` is the first column called so, whatever the case. */
function nameFault({ names, places }: Grid, column: number, first: number): Fault | undefined {
  const name = names[column] ?? ''
  const at = (index: number): Stretch => places().names[index] ?? ORIGIN
  if (name === '')
    return { at: at(column), detail: `column ${column + 1} has no name`, fix: 'Name the column, or take it out.' }
  if (name.toLowerCase() === KEPT_NAME)
    return { at: at(column), detail: `\`${name}\` is a name that Smelt keeps for itself`, fix: 'Rename the column.' }
  if (first === column) return undefined
  const detail =
    names[first] === name
      ? `it has the column \`${name}\` twice`
      : `its columns \`${names[first] ?? ''}\` and \`${name}\` differ only in case`
  const related = { message: 'It is here first', at: at(first) }
  return { at: at(column), detail, fix: 'Rename one of them, or take it out.', related }
}

const ORIGIN: Stretch = { start: 0, end: 0 }

function missingKey({ names, places }: Grid, { value, span }: Located<string>): Fault {
  const header = places().names
  const nearest = nearestMatch(value, names)
  const { fix: mend } = misspelling(span, value, nearest)
  return {
    at: { start: header[0]?.start ?? 0, end: header.at(-1)?.end ?? 0 },
    detail: `it has no column \`${value}\`, which \`key\` names`,
    fix: missingKeyFix(names, nearest),
    named: { message: '`key` names it here', span },
    ...(mend === undefined ? {} : { mend }),
  }
}

function missingKeyFix(names: readonly string[], nearest: string | undefined): string {
  if (names.length === 1 && /[;\t|]/.test(names[0] ?? '')) return 'Separate the values by commas.'
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
  return `Name the column in the file, or let \`key\` name one that is there: ${names.map((name) => `\`${name}\``).join(', ')}.`
}

/** Rows whose key is empty or that of a row before. */
export function keyFaults(grid: Grid, key: Key, source: SourceText): Fault[] {
  const columns = key.map(({ value }) => grid.names.indexOf(value))
  const seen = new Map<string, number>()
  return grid.rows.flatMap((row, index) => {
    const values = columns.map((column) => row[column] ?? null)
    const empty = values.indexOf(null)
    if (empty !== -1) return [emptyKey(grid, index, columns[empty] ?? 0)]
    const text = JSON.stringify(values)
    const first = seen.get(text)
    if (first === undefined) seen.set(text, index)
    return first === undefined ? [] : [doubledKey(grid, [first, index], columns, source)]
  })
}

function emptyKey({ names, places }: Grid, row: number, column: number): Fault {
  return {
    at: places().rows[row]?.[column] ?? ORIGIN,
    detail: `\`${names[column] ?? ''}\` is part of the key and empty here`,
    fix: 'Write the value, or take the row out.',
  }
}

function doubledKey(
  { rows, places }: Grid,
  [first, again]: readonly [first: number, again: number],
  columns: readonly number[],
  source: SourceText,
): Fault {
  const at = (row: number): Stretch => keyPlace(columns.map((column) => places().rows[row]?.[column] ?? ORIGIN))
  const line = (row: number): number => positionAt(source, at(row).start).line
  const values = columns.map((column) => `\`${rows[again]?.[column] ?? ''}\``).join(', ')
  return {
    at: at(again),
    detail: `lines ${line(first)} and ${line(again)} have the same key ${values}`,
    fix: 'Take one of the rows out, or name more columns in `key`.',
    related: { message: 'The key is here first', at: at(first) },
  }
}

/** From the first value of a key to its last. */
function keyPlace(values: readonly Stretch[]): Stretch {
  return { start: Math.min(...values.map(({ start }) => start)), end: Math.max(...values.map(({ end }) => end)) }
}
