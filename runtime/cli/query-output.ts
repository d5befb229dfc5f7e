import type { QueryResult } from '#engine'
import type { Output } from './host.ts'
import { tableText } from './table-text.ts'

/** A form in which the result of a query is printed. */
export type QueryFormat = 'table' | 'json' | 'csv'

/** Writes a result. JSON and CSV are written as they come; a table is aligned, so it is read whole first. */
export async function writeResult(to: Output, result: QueryResult, format: QueryFormat): Promise<void> {
  await WRITERS[format](to, result)
}

const WRITERS: Readonly<Record<QueryFormat, (to: Output, result: QueryResult) => Promise<void>>> = {
  /** Aligned, with a closing row count. */
  async table(to, { columns, chunks }) {
    const rows: string[][] = []
    for await (const chunk of chunks) rows.push(...chunk.map((row) => row.map((cell) => cellText(cell) ?? 'NULL')))
    const heads = columns.map(({ name, type }) => ({ name, right: isNumeric(type) }))
    to.write(tableText(heads, rows))
    to.write(`(${rows.length} row${rows.length === 1 ? '' : 's'})\n`)
  },
  /** One array of objects, a row per line. Numbers keep every digit. */
  async json(to, { columns, chunks }) {
    const names = columns.map(({ name }) => JSON.stringify(name))
    let separator = '[\n'
    for await (const chunk of chunks) {
      for (const row of chunk) {
        to.write(`${separator}{${row.map((cell, index) => `${names[index] ?? '""'}:${cell}`).join(',')}}`)
        separator = ',\n'
      }
    }
    to.write(separator === '[\n' ? '[]\n' : '\n]\n')
  },
  /** RFC 4180 with a header line. Null is an empty field, an empty text is `""`. */
  async csv(to, { columns, chunks }) {
    to.write(`${columns.map(({ name }) => csvField(name)).join(',')}\r\n`)
    for await (const chunk of chunks) {
      to.write(chunk.map((row) => `${row.map((cell) => csvField(cellText(cell))).join(',')}\r\n`).join(''))
    }
  },
}

/** Whether values of a type are numbers, by its name in SQL. */
export function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type)
}

/** The value of a cell as text, or undefined for null: texts as they are, everything else as its JSON. */
function cellText(json: string): string | undefined {
  if (json === 'null') return undefined
  if (!json.startsWith('"')) return json
  const text: unknown = JSON.parse(json)
  return String(text)
}

function csvField(text: string | undefined): string {
  if (text === undefined) return ''
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
