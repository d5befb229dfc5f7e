import type { Stretch } from './grid.ts'

/** A value of a CSV text: what it says, and where it stands with its quotes. */
export interface CsvCell extends Stretch {
  readonly text: string
}

/** A quote that ends the reading, as what follows it cannot be told apart. */
export interface QuoteFault {
  readonly kind: 'open' | 'text-after' | 'inside'
  readonly at: Stretch
}

export interface CsvReading {
  readonly records: readonly (readonly CsvCell[])[]
  readonly fault?: QuoteFault
}

/**
 * The records of a CSV text with the places of their values (RFC 4180): values between commas, in quotes where they hold
 * a comma, a line end or a quote, which is then doubled. A line ends with LF, CR LF or CR. Empty lines and a byte order
 * mark are left out. Blanks around a value belong to it. Reading stops at the first quote that is out of place.
 */
export function csvRecords(text: string): CsvReading {
  const records: CsvCell[][] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const record: CsvCell[] = []
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at)
      if ('kind' in cell) return { records, fault: cell }
      record.push(cell)
      at = cell.end
      if (text[at] !== ',') break
      at++
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    if (record.length > 1 || record.some(({ start, end }) => start < end)) records.push(record)
  }
  return { records }
}

const PLAIN = /[^,\r\n"]*/y

function plainCell(text: string, start: number): CsvCell | QuoteFault {
  PLAIN.lastIndex = start
  const value = PLAIN.exec(text)?.[0] ?? ''
  const end = start + value.length
  if (text[end] === '"') return { kind: 'inside', at: { start: end, end: end + 1 } }
  return { text: value, start, end }
}

function quotedCell(text: string, start: number): CsvCell | QuoteFault {
  let quote = text.indexOf('"', start + 1)
  while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2)
  if (quote === -1) return { kind: 'open', at: { start, end: start + 1 } }
  const end = quote + 1
  if (end < text.length && !',\r\n'.includes(text.charAt(end)))
    return { kind: 'text-after', at: { start: end, end: end + 1 } }
  return { text: text.slice(start + 1, quote).replaceAll('""', '"'), start, end }
}
