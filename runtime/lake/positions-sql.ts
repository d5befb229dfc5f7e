import { smeltError } from '#diagnostics'
import { duckdbType, quoteName, quoteText } from './duckdb-type.ts'
import type { DataFile } from './data-file.ts'
import type { Staged } from './staged.ts'

/** SQL text that gives `columns`, `file_path` (location) and `pos` of every row of staged data files. */
export function positionsSql(staged: Staged<DataFile>, columns: readonly string[]): string {
  const typed = columns.map((name) => {
    const field = staged.schema.fields.find((each) => each.name === name)
    if (field === undefined) throw smeltError('lake/unknown-column', { table: 'the staged files', column: name })
    return { name: quoteName(name), type: duckdbType(field.type) }
  })
  if (staged.files.length === 0) {
    const nulls = typed.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${name}`)
    return `SELECT ${[...nulls, 'CAST(NULL AS VARCHAR) AS file_path', 'CAST(NULL AS BIGINT) AS pos'].join(', ')} WHERE false`
  }
  const cases = staged.files.map(
    ({ location }) => `WHEN ${quoteText(localPath(staged, location))} THEN ${quoteText(location)}`,
  )
  const paths = staged.files.map(({ location }) => quoteText(localPath(staged, location)))
  const names = typed.map(({ name }) => `${name}, `).join('')
  return `SELECT ${names}CASE __smelt_file ${cases.join(' ')} END AS file_path, file_row_number AS pos
    FROM read_parquet([${paths.join(', ')}], filename = '__smelt_file', file_row_number = true)`
}

function localPath(staged: Staged<DataFile>, location: string): string {
  return staged.localPaths.get(location) ?? location
}
