import { duckdbType, quoteName, quoteText } from './duckdb-type.ts'
import { isPrimitive, type Field, type Type } from './schema.ts'

/** Where and how a COPY writes. */
export interface CopyTarget {
  readonly path: string
  readonly fieldIds: string
  readonly compressionLevel: number
  /** Columns that choose the file and are not written; the path is then a folder. */
  readonly partitionBy?: readonly string[]
}

/** A COPY of a query's rows to Parquet, zstd, with field ids, that returns a row of statistics per file. */
export function copySql(query: string, target: CopyTarget): string {
  const options = [
    'FORMAT parquet',
    'COMPRESSION zstd',
    `COMPRESSION_LEVEL ${target.compressionLevel}`,
    `FIELD_IDS ${target.fieldIds}`,
    ...(target.partitionBy === undefined ? [] : [`PARTITION_BY (${target.partitionBy.map(quoteName).join(', ')})`]),
    'RETURN_STATS',
  ]
  return `COPY (${query}) TO ${quoteText(target.path)} (${options.join(', ')})`
}

/** The columns of a select list, each with the schema's name and exactly its type. */
export function columnsSql(fields: readonly Field[]): string {
  return fields
    .map(({ name, type }) => `CAST(${quoteName(name)} AS ${duckdbType(type)}) AS ${quoteName(name)}`)
    .join(', ')
}

/** The schema's field ids in the form of COPY's FIELD_IDS option, nested ones included. */
export function fieldIdsSql(fields: readonly Field[]): string {
  return `{${fieldIds(fields)}}`
}

function fieldIds(fields: readonly Field[]): string {
  return fields.map((field) => `${quoteText(field.name)}: ${idOf(field.id, field.type)}`).join(', ')
}

function idOf(id: number, type: Type): string {
  if (isPrimitive(type)) return String(id)
  switch (type.type) {
    case 'struct':
      return `{__duckdb_field_id: ${id}, ${fieldIds(type.fields)}}`
    case 'list':
      return `{__duckdb_field_id: ${id}, element: ${idOf(type.elementId, type.element)}}`
    case 'map':
      return `{__duckdb_field_id: ${id}, key: ${idOf(type.keyId, type.key)}, value: ${idOf(type.valueId, type.value)}}`
  }
}
