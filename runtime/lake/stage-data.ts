import { randomUUID } from 'node:crypto'
import { smeltError } from '#diagnostics'
import { columnsSql, copySql, fieldIdsSql } from './copy-sql.ts'
import { tableKey, tableName } from './identifier.ts'
import { bindSpec, partitionFolder, type BoundPartitionField, type PartitionSpec } from './partition-spec.ts'
import { openWorkshop, type StageOptions, type Staged, type Workshop } from './staged.ts'
import { metricsOf, nullCount, valueRange, writtenFile, type WrittenFile } from './statistics.ts'
import { specOf } from './table-metadata.ts'
import { currentSchema } from './table.ts'
import { applyTransform, isTimeTransform } from './transform.ts'
import { partitionLiteral, transformSql } from './transform-sql.ts'
import { toPartitionValue, valueFromText, type PartitionTuple } from './value.ts'
import type { DataFile } from './data-file.ts'
import type { Schema } from './schema.ts'

/** Up to so many partitions are written by one filtered COPY each; more by one COPY that sorts rows apart. */
const FEW_PARTITIONS = 8
/** So many rows are written before it is asked which partitions they are in: most often it is one. */
const FEW_ROWS = 2_048
const PARTITION_COLUMN = '__smelt_partition'

interface Job extends StageOptions {
  readonly schema: Schema
  readonly spec: PartitionSpec
  readonly fields: readonly BoundPartitionField[]
  readonly workshop: Workshop
}

/**
 * Writes the relation's rows as data files of the table: zstd Parquet with field ids, one partition per file, durable
 * in the store once the promise is fulfilled. Nothing is visible to readers until the files are committed.
 */
export async function stageData(options: StageOptions): Promise<Staged<DataFile>> {
  const schema = currentSchema(options.table)
  const spec = specOf(options.table.metadata)
  const workshop = await openWorkshop(options.store, options.scratch)
  const job: Job = { ...options, schema, spec, fields: bindSpec(spec, schema), workshop }
  try {
    return await workshop.finish(schema, (await copyTogether(job)) ?? (await copyByPartition(job)))
  } catch (error) {
    await workshop.abandon()
    throw error
  }
}

/** Writes few rows as one file; undefined when they turn out to be of more than one partition, or cannot be told to be. */
async function copyTogether(job: Job): Promise<DataFile[] | undefined> {
  const { fields, relation, rows = Infinity, schema } = job
  if (rows > FEW_ROWS || fields.length === 0 || !fields.every(({ transform }) => isTimeTransform(transform)))
    return undefined
  const files: DataFile[] = []
  for (const written of await copy(job, `SELECT ${columnsSql(schema.fields)} FROM ${relation}`)) {
    const partition = onlyPartition(written, fields)
    if (partition === undefined) return undefined // The workshop removes the file.
    files.push(...keep(job, written, partition))
  }
  return files
}

/** The partition of all rows of a file, by the least and the greatest value of its columns. */
function onlyPartition(file: WrittenFile, fields: readonly BoundPartitionField[]): PartitionTuple | undefined {
  const partition = fields.map(({ column, source, transform, result }) => {
    const range = valueRange(file, column, source)
    const [first, last] = [range?.min, range?.max].map((value) =>
      toPartitionValue(result, applyTransform(transform, source, value)),
    )
    return first === last ? (first ?? null) : null
  })
  return partition.includes(null) ? undefined : partition
}

async function copyByPartition(job: Job): Promise<DataFile[]> {
  const partitions = await partitionsOf(job)
  return partitions.length > FEW_PARTITIONS ? copyApart(job, partitions) : copyEach(job, partitions)
}

/** The distinct partitions of the relation's rows; one empty tuple when the table is unpartitioned. */
async function partitionsOf({ session, relation, fields }: Job): Promise<PartitionTuple[]> {
  if (fields.length === 0) return [[]]
  const texts = fields.map((_, index) => `CAST(p${index} AS VARCHAR) AS p${index}`)
  const rows = await session.rows(
    `SELECT ${texts.join(', ')} FROM (SELECT DISTINCT ${keysSql(fields)} FROM ${relation})`,
  )
  return rows.map((row) => fields.map(({ result }, index) => partitionValue(result, row[`p${index}`])))
}

function partitionValue(result: BoundPartitionField['result'], text: unknown): PartitionTuple[number] {
  return typeof text === 'string' ? toPartitionValue(result, valueFromText(result, printedDate(result, text))) : null
}

/** Dates travel as days, which `valueFromText` reads as an integer. */
function printedDate(result: BoundPartitionField['result'], text: string): string {
  if (result === 'date') return new Date(Number(text) * 86_400_000).toISOString().slice(0, 10)
  return text
}

function keysSql(fields: readonly BoundPartitionField[]): string {
  return fields
    .map((field, index) => `${transformSql(field.transform, field.source, field.column)} AS p${index}`)
    .join(', ')
}

async function copyEach(job: Job, partitions: readonly PartitionTuple[]): Promise<DataFile[]> {
  const files: DataFile[] = []
  for (const partition of partitions) {
    const where = partitions.length === 1 ? '' : ` WHERE ${partitionFilter(job.fields, partition)}`
    const query = `SELECT ${columnsSql(job.schema.fields)} FROM ${job.relation}${where}`
    for (const written of await copy(job, query)) files.push(...keep(job, written, partition))
  }
  return files
}

function partitionFilter(fields: readonly BoundPartitionField[], partition: PartitionTuple): string {
  const same = fields.map((field, index) => {
    const value = transformSql(field.transform, field.source, field.column)
    return `${value} IS NOT DISTINCT FROM ${partitionLiteral(field.result, partition[index] ?? null)}`
  })
  return same.join(' AND ')
}

/** One COPY for many partitions: rows are given the number of their partition, which chooses the file. */
async function copyApart(job: Job, partitions: readonly PartitionTuple[]): Promise<DataFile[]> {
  const { fields, schema, relation } = job
  const rows = partitions.map((partition, number) => {
    const literals = fields.map((field, index) => partitionLiteral(field.result, partition[index] ?? null))
    return `(${[number, ...literals].join(', ')})`
  })
  const names = fields.map((_, index) => `p${index}`)
  const same = names.map((name) => `keyed.__smelt_key.${name} IS NOT DISTINCT FROM parts.${name}`)
  const packed = fields.map((f, index) => `p${index} := ${transformSql(f.transform, f.source, f.column)}`)
  const query = `SELECT ${columnsSql(schema.fields)}, parts.number AS ${PARTITION_COLUMN}
    FROM (SELECT *, struct_pack(${packed.join(', ')}) AS __smelt_key FROM ${relation}) keyed
    JOIN (VALUES ${rows.join(', ')}) parts(number, ${names.join(', ')}) ON ${same.join(' AND ')}`
  const written = await copy(job, query, [PARTITION_COLUMN])
  return written.flatMap((file) => {
    const number = Number(file.partitionKeys.get(PARTITION_COLUMN))
    return keep(job, file, partitions[number] ?? [])
  })
}

async function copy(job: Job, query: string, partitionBy?: readonly string[]): Promise<WrittenFile[]> {
  const order = job.orderBy === undefined || job.orderBy === '' ? '' : ` ORDER BY ${job.orderBy}`
  const sql = copySql(`${query}${order}`, {
    path: job.workshop.newPath(),
    fieldIds: fieldIdsSql(job.schema.fields),
    compressionLevel: job.compressionLevel ?? 1,
    ...(partitionBy === undefined ? {} : { partitionBy }),
  })
  return (await job.session.rows(sql)).map(writtenFile).filter((file) => file.recordCount > 0)
}

/** Sends a written file on its way to the store and describes it. */
function keep(job: Job, file: WrittenFile, partition: PartitionTuple): DataFile[] {
  const { schema, spec, store, table, workshop } = job
  for (const field of schema.fields) {
    const rows = field.required ? nullCount(file, field) : 0
    if (rows > 0)
      throw smeltError('lake/null-in-required', { table: tableName(table.identifier), column: field.name, rows })
  }
  const key = `${tableKey(table.identifier)}/data/${partitionFolder(spec, partition)}${randomUUID()}.parquet`
  workshop.upload(key, file.filename)
  return [
    {
      content: 'data',
      location: store.location(key),
      specId: spec.specId,
      partition,
      recordCount: file.recordCount,
      fileSizeBytes: file.fileSizeBytes,
      ...metricsOf(file, schema.fields),
    },
  ]
}
