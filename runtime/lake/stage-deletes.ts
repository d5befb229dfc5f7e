import { randomUUID } from 'node:crypto'
import { smeltError } from '#diagnostics'
import { copySql, fieldIdsSql } from './copy-sql.ts'
import { quoteText } from './duckdb-type.ts'
import { tableKey, tableName } from './identifier.ts'
import { partitionFolder, partitionKey } from './partition-spec.ts'
import { DELETE_FIELDS, pathBounds } from './position-deletes.ts'
import { openWorkshop, type StageOptions, type Staged, type Workshop } from './staged.ts'
import { metricsOf, writtenFile } from './statistics.ts'
import { specOf } from './table-metadata.ts'
import { currentSchema } from './table.ts'
import type { DataFile, DeleteFile } from './data-file.ts'

/** The data files that rows are deleted from, and where they lie. */
export type DataFilePartitions = ReadonlyMap<string, Pick<DataFile, 'specId' | 'partition'>>

interface Group extends Pick<DataFile, 'specId' | 'partition'> {
  readonly locations: string[]
}

/**
 * Writes position delete files, one per partition of the data files they point at. The relation has the columns
 * `file_path` (location) and `pos`, each pair once; `dataFiles` gives the partition of every location in it.
 */
export async function stageDeletes(
  options: StageOptions & { readonly dataFiles: DataFilePartitions },
): Promise<Staged<DeleteFile>> {
  const workshop = await openWorkshop(options.store, options.scratch)
  try {
    const groups = await groupsOf(options)
    const files: DeleteFile[] = []
    for (const group of groups) files.push(await writeGroup(options, workshop, group, groups.length === 1))
    return await workshop.finish(currentSchema(options.table), files)
  } catch (error) {
    await workshop.abandon()
    throw error
  }
}

async function groupsOf(options: StageOptions & { readonly dataFiles: DataFilePartitions }): Promise<Group[]> {
  const rows = await options.session.rows(`SELECT DISTINCT file_path FROM ${options.relation} ORDER BY file_path`)
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const location = String(row['file_path'])
    const file = options.dataFiles.get(location)
    if (file === undefined) {
      throw smeltError('lake/unknown-data-file', { table: tableName(options.table.identifier), location })
    }
    const key = partitionKey(file.specId, file.partition)
    const group = groups.get(key) ?? { specId: file.specId, partition: file.partition, locations: [] }
    group.locations.push(location)
    groups.set(key, group)
  }
  return [...groups.values()]
}

async function writeGroup(options: StageOptions, workshop: Workshop, group: Group, only: boolean): Promise<DeleteFile> {
  const { session, relation, store, table } = options
  const where = only ? '' : ` WHERE file_path IN (${group.locations.map(quoteText).join(', ')})`
  const query = `SELECT CAST(file_path AS VARCHAR) AS file_path, CAST(pos AS BIGINT) AS pos
    FROM ${relation}${where} ORDER BY file_path, pos`
  const fieldIds = fieldIdsSql(DELETE_FIELDS)
  const sql = copySql(query, { path: workshop.newPath(), fieldIds, compressionLevel: options.compressionLevel ?? 1 })
  const file = (await session.rows(sql)).map(writtenFile)[0]
  if (file === undefined) throw smeltError('internal/bug', { detail: 'COPY returned no statistics' })
  const folder = partitionFolder(specOf(table.metadata, group.specId), group.partition)
  const key = `${tableKey(table.identifier)}/data/${folder}${randomUUID()}-deletes.parquet`
  workshop.upload(key, file.filename)
  const metrics = metricsOf(file, DELETE_FIELDS)
  const bounds = pathBounds(group.locations[0] ?? '', group.locations.at(-1) ?? '')
  return {
    content: 'position-deletes',
    location: store.location(key),
    specId: group.specId,
    partition: group.partition,
    recordCount: file.recordCount,
    fileSizeBytes: file.fileSizeBytes,
    ...metrics,
    lowerBounds: { ...metrics.lowerBounds, ...bounds.lowerBounds },
    upperBounds: { ...metrics.upperBounds, ...bounds.upperBounds },
    referencedDataFiles: group.locations,
  }
}
