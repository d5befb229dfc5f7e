import { positionAt, type SourceText } from '#spec'
import { csvRecords, type CsvCell, type QuoteFault } from './csv-records.ts'
import { once, type Fault, type Grid, type GridPlaces, type GridReading } from './grid.ts'

/** Reads a CSV text: a header line with the names of the columns, then a record for each row. */
export function readCsv(source: SourceText): GridReading {
  const plain = plainRecords(source.text)
  if (plain !== undefined) return gridOf(plain, () => placesOf(csvRecords(source.text).records))
  const { records, fault } = csvRecords(source.text)
  if (fault !== undefined) return { faults: [quoteFault(fault)] }
  const ragged = raggedFaults(records, source)
  if (ragged.length > 0) return { faults: ragged }
  return gridOf(
    records.map((record) => record.map(({ text }) => text)),
    () => placesOf(records),
  )
}

function gridOf(records: readonly (readonly string[])[], places: () => GridPlaces): Grid | { faults: Fault[] } {
  const [names, ...rows] = records
  if (names === undefined) return { faults: [EMPTY] }
  return {
    names: names.map((name) => name.trim()),
    rows: rows.map((row) => row.map((value) => (value === '' ? null : value))),
    places: once(places),
  }
}

function placesOf([names = [], ...rows]: readonly (readonly CsvCell[])[]): GridPlaces {
  return { names, rows }
}

/** The records of a text without quotes and with as many values on each line, at once: most files are so. */
function plainRecords(text: string): string[][] | undefined {
  if (/["\r\uFEFF]/.test(text)) return undefined
  const records = text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(',')]))
  const width = records[0]?.length
  return records.every((record) => record.length === width) ? records : undefined
}

const EMPTY: Fault = {
  at: { start: 0, end: 0 },
  detail: 'it is empty',
  fix: 'Begin it with a line that names its columns, and write a line for each row.',
}

function raggedFaults([header = [], ...records]: readonly (readonly CsvCell[])[], source: SourceText): Fault[] {
  const columns = header.length
  return records
    .filter((record) => record.length !== columns)
    .map((record) => {
      const { line } = positionAt(source, stretchOf(record).start)
      const detail = `line ${line} has ${counted(record.length, 'value')}, and the header names ${counted(columns, 'column')}`
      if (record.length > columns) return { at: stretchOf(record.slice(columns)), detail, fix: TOO_LONG }
      return { at: stretchOf(record), detail, fix: TOO_SHORT }
    })
}

const TOO_LONG = 'Put a value that holds a comma in double quotes, take out what is too much, or name the column.'
const TOO_SHORT = 'Write a value for every column; an empty one is nothing between two commas.'

function stretchOf(cells: readonly CsvCell[]): Fault['at'] {
  return { start: cells[0]?.start ?? 0, end: cells.at(-1)?.end ?? 0 }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function quoteFault({ kind, at }: QuoteFault): Fault {
  return { at, ...QUOTE_TEXTS[kind] }
}

const QUOTE_TEXTS: Readonly<Record<QuoteFault['kind'], Pick<Fault, 'detail' | 'fix'>>> = {
  open: {
    detail: 'a value begins with a quote that is never closed',
    fix: 'Close the quote at the end of the value; write a quote within the value twice.',
  },
  'text-after': {
    detail: 'a value goes on after its closing quote',
    fix: 'End the value with its closing quote; write a quote within the value twice.',
  },
  inside: {
    detail: 'a quote stands within a value that is not in quotes',
    fix: 'Put the whole value in double quotes, and write each quote within it twice.',
  },
}
