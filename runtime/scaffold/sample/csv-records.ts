import { CsvError, parse } from 'csv-parse/sync'
import { isInteger, isNumber } from './number-text.ts'
import { isFault, recordOf } from './record-of.ts'
import type { Sample, SampleFault, SampleRefusal, SampleText } from './sample.ts'

const DELIMITERS = [',', ';', '\t', '|']

interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

/**
 * CSV (RFC 4180) with a header line, separated by comma, semicolon, tab or bar. A column whose every cell is a number,
 * or `true` or `false`, is one in the records; other cells are texts, and empty ones are null.
 */
export function csvRecords({ text, cut, maxRecords }: SampleText): Sample | SampleRefusal {
  const delimiter = delimiterOf(text)
  const table = readTable(text, delimiter, maxRecords)
  if ('detail' in table) return table
  const { header, rows, more } = table
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) < index)
  if (twice !== undefined)
    return { detail: `its header has the column ${JSON.stringify(twice)} twice`, fix: 'Rename one of them.' }
  const ragged = rows.filter(({ cells }) => cells.length !== header.length)
  const whole = rows.filter(({ cells }) => cells.length === header.length)
  const writers = header.map((_, column) => cellWriter(whole.map(({ cells }) => cells[column] ?? '')))
  const answers = whole.map(({ cells, line }) => recordOf(objectText(header, cells, writers), line))
  return {
    form: { kind: 'csv', delimiter },
    records: answers.flatMap((each) => (isFault(each) ? [] : [each])),
    faults: [...answers.filter(isFault), ...ragged.map((row) => raggedFault(row, header.length))],
    cut: cut || more,
  }
}

function raggedFault({ cells, line }: Row, columns: number): SampleFault {
  return { line, detail: `it has ${cells.length} cells where the header has ${columns}` }
}

/** The separator that the header line has most of. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/\n|$/))
  const counts = DELIMITERS.map((each) => header.split(each).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

type Table = { readonly header: readonly string[]; readonly rows: readonly Row[]; readonly more: boolean }

function readTable(text: string, delimiter: string, maxRecords: number): Table | SampleRefusal {
  try {
    const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true } as const
    const read: unknown = parse(text, { ...options, bom: true, to: maxRecords + 2 })
    const [header, ...rows] = (read as { record: string[]; info: { lines: number } }[]).map(
      ({ record, info }): Row => ({ cells: record, line: info.lines }),
    )
    return {
      header: (header?.cells ?? []).map((name) => name.trim()),
      rows: rows.slice(0, maxRecords),
      more: rows.length > maxRecords,
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { detail: `it is no CSV: ${error.message}`, fix: 'Mend the file, or give one JSON object per line.' }
  }
}

type CellWriter = (cell: string) => string

/** How the cells of a column are written as JSON. A leading zero makes a number a text: it is a code. */
function cellWriter(cells: readonly string[]): CellWriter {
  const filled = cells.filter((cell) => cell !== '')
  const plain = filled.length > 0 && (filled.every((cell) => isInteger(cell)) || filled.every(isNumber))
  if (plain || (filled.length > 0 && filled.every((cell) => cell === 'true' || cell === 'false')))
    return (cell) => (cell === '' ? 'null' : cell)
  return (cell) => (cell === '' ? 'null' : JSON.stringify(cell))
}

function objectText(header: readonly string[], cells: readonly string[], writers: readonly CellWriter[]): string {
  const members = header.flatMap((name, column) => {
    const value = writers[column]?.(cells[column] ?? '')
    return name === '' || value === undefined ? [] : [`${JSON.stringify(name)}:${value}`]
  })
  return `{${members.join(',')}}`
}
