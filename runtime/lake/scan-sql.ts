import { duckdbType, quoteName, quoteText } from './duckdb-type.ts'
import type { Schema } from './schema.ts'
import type { ScanPlan, ScanTask } from './scan.ts'

const FILE_COLUMN = '__smelt_file'

export interface ScanSqlOptions {
  /** Adds `_file_path` (location) and `_pos` of every row, by which position deletes name it. */
  readonly positions?: boolean
}

/**
 * SQL text of a query that gives the plan's rows with the plan's columns and types. Columns are found by field id, so
 * files from before a rename, a reorder, a widening or an addition read right; rows with a position delete are left
 * out. `localPaths` says where each location can be read; a location that is a path on this machine needs no entry.
 */
export function scanSql(plan: ScanPlan, localPaths: ReadonlyMap<string, string>, options: ScanSqlOptions = {}): string {
  const pathOf = (location: string): string => localPaths.get(location) ?? location
  const clean = plan.tasks.filter((task) => task.deletes.length === 0)
  const dirty = plan.tasks.filter((task) => task.deletes.length > 0)
  const positions = options.positions === true
  const parts = [
    ...(clean.length === 0 ? [] : [cleanSql(plan.schema, clean, pathOf, positions)]),
    ...(dirty.length === 0 ? [] : [dirtySql(plan.schema, dirty, pathOf, positions)]),
  ]
  return parts.length === 0 ? emptySql(plan.schema, positions) : parts.join('\nUNION ALL ')
}

function emptySql({ fields }: Schema, positions: boolean): string {
  const columns = fields.map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${quoteName(name)}`)
  const places = positions ? ['CAST(NULL AS VARCHAR) AS _file_path', 'CAST(NULL AS BIGINT) AS _pos'] : []
  return `SELECT ${[...columns, ...places].join(', ')} WHERE false`
}

const ROW_OPTIONS = `, filename = '${FILE_COLUMN}', file_row_number = true`

function cleanSql(
  schema: Schema,
  tasks: readonly ScanTask[],
  pathOf: (location: string) => string,
  positions: boolean,
): string {
  const places = positions ? placesSql(tasks, pathOf) : ''
  return `SELECT ${names(schema)}${places} FROM ${readSql(schema, tasks, pathOf, positions ? ROW_OPTIONS : '')}`
}

/** The columns that place a row: the location of its file, and its number there. */
function placesSql(tasks: readonly ScanTask[], pathOf: (location: string) => string): string {
  const cases = tasks.map(({ file }) => `WHEN ${quoteText(pathOf(file.location))} THEN ${quoteText(file.location)}`)
  return `, CASE ${FILE_COLUMN} ${cases.join(' ')} END AS _file_path, file_row_number AS _pos`
}

function dirtySql(
  schema: Schema,
  tasks: readonly ScanTask[],
  pathOf: (location: string) => string,
  positions: boolean,
): string {
  const deletes = new Set(tasks.flatMap((task) => task.deletes.map((file) => pathOf(file.location))))
  const pairs = tasks.map(({ file }) => `(${quoteText(file.location)}, ${quoteText(pathOf(file.location))})`)
  const places = positions ? placesSql(tasks, pathOf) : ''
  return `SELECT ${names(schema)}${places} FROM ${readSql(schema, tasks, pathOf, ROW_OPTIONS)} AS kept
    ANTI JOIN (SELECT paths.path, deleted.pos FROM read_parquet(${listSql([...deletes])}) deleted
      JOIN (VALUES ${pairs.join(', ')}) paths(location, path) ON deleted.file_path = paths.location) AS gone
    ON kept.${FILE_COLUMN} = gone.path AND kept.file_row_number = gone.pos`
}

function names({ fields }: Schema): string {
  return fields.map(({ name }) => quoteName(name)).join(', ')
}

function readSql(
  schema: Schema,
  tasks: readonly ScanTask[],
  pathOf: (location: string) => string,
  options: string,
): string {
  const columns = schema.fields.map(
    ({ id, name, type }) =>
      `${id}: {name: ${quoteText(name)}, type: ${quoteText(duckdbType(type))}, default_value: NULL}`,
  )
  const files = listSql(tasks.map(({ file }) => pathOf(file.location)))
  return `read_parquet(${files}, schema = MAP {${columns.join(', ')}}${options})`
}

function listSql(paths: readonly string[]): string {
  return `[${paths.map(quoteText).join(', ')}]`
}
