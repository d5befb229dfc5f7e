import { duckdbType, quoteName, quoteText } from './duckdb-type.ts'
import type { Schema } from './schema.ts'
import type { ScanPlan, ScanTask } from './scan.ts'

const FILE_COLUMN = '__smelt_file'

/**
 * SQL text of a query that gives the plan's rows with the plan's columns and types. Columns are found by field id, so
 * files from before a rename, a reorder, a widening or an addition read right; rows with a position delete are left
 * out. `localPaths` says where each location can be read; a location that is a path on this machine needs no entry.
 */
export function scanSql(plan: ScanPlan, localPaths: ReadonlyMap<string, string>): string {
  const pathOf = (location: string): string => localPaths.get(location) ?? location
  const clean = plan.tasks.filter((task) => task.deletes.length === 0)
  const dirty = plan.tasks.filter((task) => task.deletes.length > 0)
  const parts = [
    ...(clean.length === 0 ? [] : [cleanSql(plan.schema, clean, pathOf)]),
    ...(dirty.length === 0 ? [] : [dirtySql(plan.schema, dirty, pathOf)]),
  ]
  return parts.length === 0 ? emptySql(plan.schema) : parts.join('\nUNION ALL ')
}

function emptySql({ fields }: Schema): string {
  return `SELECT ${fields.map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${quoteName(name)}`).join(', ')} WHERE false`
}

function cleanSql(schema: Schema, tasks: readonly ScanTask[], pathOf: (location: string) => string): string {
  return `SELECT ${names(schema)} FROM ${readSql(schema, tasks, pathOf, '')}`
}

function dirtySql(schema: Schema, tasks: readonly ScanTask[], pathOf: (location: string) => string): string {
  const deletes = new Set(tasks.flatMap((task) => task.deletes.map((file) => pathOf(file.location))))
  const pairs = tasks.map(({ file }) => `(${quoteText(file.location)}, ${quoteText(pathOf(file.location))})`)
  return `SELECT ${names(schema)} FROM ${readSql(schema, tasks, pathOf, `, filename = '${FILE_COLUMN}', file_row_number = true`)} AS kept
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
