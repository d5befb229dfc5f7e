/** A line of an outline, how far it is indented below its entry, and how far its further lines are if it is wrapped. */
export interface OutlineLine {
  readonly text: string
  readonly indent: number
  /** Never broken: columns that are aligned, SQL. */
  readonly whole?: true
}

/** An entry of a tree for terminals: a first line, more about it, and what hangs below. */
export interface OutlineEntry {
  readonly title: string
  readonly lines: readonly OutlineLine[]
  readonly below: readonly OutlineEntry[]
}

/** An entry and all below it as a tree, each line ending with a line feed; prose is wrapped to `width` columns. */
export function outlineText(entry: OutlineEntry, width: number): string {
  const lines = entryLines(entry, { first: '', rest: '' }, width).map((line) => line.trimEnd())
  return `${lines.join('\n').trimEnd()}\n`
}

interface Prefix {
  readonly first: string
  readonly rest: string
}

function entryLines({ title, lines, below }: OutlineEntry, { first, rest }: Prefix, width: number): string[] {
  const bar = below.length > 0 ? '\u2502' : ' '
  const body = lines.flatMap(({ text, indent, whole }) => {
    const blanks = `${rest}${bar}${' '.repeat(indent + 2)}`
    return whole === true ? [blanks + text] : wrapped(text, blanks, width)
  })
  const entries = below.flatMap((each, index) => {
    const last = index === below.length - 1
    const prefix = {
      first: `${rest}${last ? '\u2514\u2500 ' : '\u251c\u2500 '}`,
      rest: `${rest}${last ? '   ' : '\u2502  '}`,
    }
    return entryLines(each, prefix, width)
  })
  return [`${first}${title}`, ...body, ...entries]
}

/** A text on as many lines as it needs, broken at blanks; lines after the first stand two columns further right. */
function wrapped(text: string, blanks: string, width: number): string[] {
  const lines: string[] = []
  let line = blanks
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = `${blanks}  ${word}`
    } else line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}

/** Cells as lines with aligned columns. */
export function alignedLines(rows: readonly (readonly string[])[], indent: number): OutlineLine[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, lengthOf(cell))),
    [],
  )
  return rows.map((row) => {
    const cells = row.map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - lengthOf(cell))))
    return { text: cells.join('  ').trimEnd(), indent, whole: true }
  })
}

function lengthOf(text: string): number {
  return Array.from(text).length
}
