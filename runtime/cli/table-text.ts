/** A column of a printed table; numbers stand right. */
export interface TextColumn {
  readonly name: string
  readonly right?: boolean
}

/** Longest text shown of one cell. */
const MAX_CELL = 60

/**
 * Rows as aligned columns under their names, each line ending with a line feed. Long cells are cut with an ellipsis;
 * with `maxWidth`, so is the table: columns that have no room are left out, and the last one says how many.
 */
export function tableText(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  maxWidth = Infinity,
): string {
  const cells = rows.map((row) => columns.map((_, index) => shown(row[index] ?? '')))
  const widths = columns.map(({ name }, index) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? '')), widthOf(name)),
  )
  const fitting = fittingColumns(widths, maxWidth)
  if (fitting < columns.length) {
    const left = { name: `(${columns.length - fitting} more)` }
    return tableText(
      [...columns.slice(0, fitting), left],
      cells.map((row) => row.slice(0, fitting)),
    )
  }
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ right }, index) => {
        const text = texts[index] ?? ''
        const blanks = ' '.repeat((widths[index] ?? 0) - widthOf(text))
        return right === true ? blanks + text : text + blanks
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width))
  return [line(columns.map(({ name }) => name)), line(rule), ...cells.map(line)].map((each) => `${each}\n`).join('')
}

/** Columns from the left that fit, with room for a note when not all of them do. */
function fittingColumns(widths: readonly number[], maxWidth: number): number {
  const NOTE = 12
  let used = 0
  for (const [index, width] of widths.entries()) {
    used += width + 2
    if (used + (index === widths.length - 1 ? 0 : NOTE) > maxWidth + 2) return index
  }
  return widths.length
}

/** Bytes in the unit that reads best. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`
}

/** On one line, without anything that moves the cursor. */
function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\u2028\u2029]/gu, '\u00B7')
  const characters = Array.from(plain)
  return characters.length <= MAX_CELL ? plain : `${characters.slice(0, MAX_CELL - 1).join('')}\u2026`
}

function widthOf(text: string): number {
  return Array.from(text).length
}
