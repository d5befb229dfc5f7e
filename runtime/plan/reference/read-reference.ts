import { hash } from 'node:crypto'
import type { Field } from '#contract'
import { diagnostic, type Diagnostic, type Related, type Span } from '#diagnostics'
import { sourceText, spanBetween, type Located, type SourceText } from '#spec'
import { headerFaults, keyFaults } from './check-grid.ts'
import { columnKind, oddValues } from './column-type.ts'
import type { Fault, Grid, Stretch } from './grid.ts'
import { readCsv } from './read-csv.ts'
import { readJson } from './read-json.ts'

/** A reference file as read: typed columns, and rows as texts in column order (null: empty). */
export interface ReferenceTable {
  readonly fields: readonly Field[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly contentHash: string
}

export interface ReferenceInput {
  /** Where the pipeline names the file. */
  readonly name: Located<string>
  /** The file, from the project's root; JSON by its ending, otherwise CSV. */
  readonly file: string
  readonly text: string
  readonly key: readonly Located<string>[]
}

export interface ReferenceReading {
  /** There only when no diagnostic is an error. */
  readonly table?: ReferenceTable
  /** Each at its place in the file. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a CSV (header line, RFC 4180) or JSON (array of flat objects) reference and types its columns by their values.
 * What cannot be used is `plan/bad-reference`: no columns, ragged lines, a quote out of place, a column that has no name
 * or that of another, a key that is missing, empty or there twice. A value that made a column text by a slip, as it
 * seems, is the warning `plan/odd-reference-value`.
 */
export function readReference(input: ReferenceInput): ReferenceReading {
  const source = sourceText(input.file, input.text)
  const grid = input.file.endsWith('.json') ? readJson(source) : readCsv(source)
  if ('faults' in grid) return { diagnostics: badReference(input, source, grid.faults) }
  const header = headerFaults(grid, input.key)
  const faults = header.length > 0 ? header : keyFaults(grid, input.key, source)
  if (faults.length > 0) return { diagnostics: badReference(input, source, faults) }
  const columns = grid.names.map((_, column) => readColumn(grid, column, source))
  return {
    table: {
      fields: columns.map(({ field }) => field),
      rows: grid.rows,
      contentHash: hash('sha256', JSON.stringify([grid.names, grid.rows])),
    },
    diagnostics: columns.flatMap(({ odd }) => odd ?? []),
  }
}

/** As many faults of one file as help; a file with another separator has one on every line. */
const MOST_TOLD = 10

function badReference({ name }: ReferenceInput, source: SourceText, faults: readonly Fault[]): Diagnostic[] {
  const untold = faults.length - MOST_TOLD
  const spanOf = ({ start, end }: Stretch): Span => spanBetween(source, start, end)
  const inPipeline: Related = { message: 'The pipeline reads it here', span: name.span }
  return faults.slice(0, MOST_TOLD).map(({ at, detail, fix, related, named, mend }, index) => {
    const more = untold > 0 && index === MOST_TOLD - 1 ? ` (and ${untold} more like it)` : ''
    const inFile = related === undefined ? [] : [{ message: related.message, span: spanOf(related.at) }]
    return diagnostic(
      'plan/bad-reference',
      { file: source.file, detail: `${detail}${more}`, fix },
      { span: spanOf(at), related: [...inFile, named ?? inPipeline], ...(mend === undefined ? {} : { fix: mend }) },
    )
  })
}

interface Column {
  readonly field: Field
  readonly odd?: Diagnostic
}

function readColumn(grid: Grid, column: number, source: SourceText): Column {
  const name = grid.names[column] ?? ''
  const rows = grid.rows.flatMap((row, index) => (row[column] == null ? [] : [index]))
  const values = rows.map((row) => grid.rows[row]?.[column] ?? '')
  const kind = columnKind(values)
  const field = { name, type: { kind }, nullable: values.length < grid.rows.length }
  const found = kind === 'string' ? oddValues(values) : undefined
  const first = found?.odd[0]
  if (found === undefined || first === undefined) return { field }
  const { start, end } = grid.places().rows[rows[first] ?? 0]?.[column] ?? { start: 0, end: 0 }
  const counts = { values: values.length, odd: found.odd.length }
  return {
    field,
    odd: diagnostic(
      'plan/odd-reference-value',
      { column: name, kind: found.kind, value: values[first] ?? '', ...counts },
      { span: spanBetween(source, start, end) },
    ),
  }
}
