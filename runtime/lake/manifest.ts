import { smeltError } from '#diagnostics'
import { decodeAvroFile, encodeAvroFile } from './avro-file.ts'
import { decimalSize, manifestEntrySchema } from './manifest-schema.ts'
import { bindSpec, type BoundPartitionField, type PartitionSpec } from './partition-spec.ts'
import { fieldNames, longAt, metricsFromAvro, metricsToAvro } from './manifest-metrics.ts'
import { arrayAt, integerAt, isObject, objectAt, stringAt, type JsonObject } from './json-value.ts'
import { partitionSpecFieldsToJson } from './partition-spec-json.ts'
import { schemaToJson } from './schema-json.ts'
import { encodeSingleValue } from './single-value.ts'
import { fromPartitionValue, toPartitionValue, type PartitionTuple, type Value } from './value.ts'
import type { DataFile, DeleteFile } from './data-file.ts'
import type { Schema } from './schema.ts'
import type { SnapshotId } from './snapshot.ts'
import { decimalOf } from './schema.ts'

/** One line of a manifest. The sequence numbers of an added file are those of its manifest, known only once committed. */
export interface ManifestEntry {
  readonly status: 'existing' | 'added' | 'deleted'
  readonly snapshotId: SnapshotId
  readonly sequenceNumber?: number
  readonly fileSequenceNumber?: number
  readonly file: DataFile | DeleteFile
}

const STATUS = ['existing', 'added', 'deleted'] as const

/** Writes a manifest of one spec and one content (spec, section "Manifests"). */
export function encodeManifest(entries: readonly ManifestEntry[], spec: PartitionSpec, schema: Schema): Buffer {
  const fields = bindSpec(spec, schema)
  const content = entries[0]?.file.content === 'position-deletes' ? 'deletes' : 'data'
  const metadata = {
    schema: JSON.stringify(schemaToJson(schema)),
    'schema-id': String(schema.schemaId),
    'partition-spec': JSON.stringify(partitionSpecFieldsToJson(spec)),
    'partition-spec-id': String(spec.specId),
    'format-version': '2',
    content,
  }
  const avro = manifestEntrySchema(fields)
  return encodeAvroFile(
    avro,
    metadata,
    entries.map((entry) => entryToAvro(entry, fields)),
  )
}

/** What a manifest list says of the manifest, and entries without numbers of their own inherit. */
export interface Inherited {
  readonly location: string
  readonly specId: number
  readonly snapshotId: SnapshotId
  readonly sequenceNumber: number
}

/** Reads a manifest; entries get the sequence numbers and snapshot id that they inherit. */
export function decodeManifest(
  bytes: Buffer,
  spec: PartitionSpec,
  schema: Schema,
  inherited: Inherited,
): ManifestEntry[] {
  const { location } = inherited
  const file = decodeAvroFile(bytes, location)
  const fields = bindSpec(spec, schema)
  const names = partitionNames(file.schema, location)
  return file.records.map((record) => entryFromAvro(record, fields, names, inherited))
}

function entryToAvro(entry: ManifestEntry, fields: readonly BoundPartitionField[]): JsonObject {
  const { file } = entry
  const [referenced, ...others] = file.content === 'position-deletes' ? file.referencedDataFiles : []
  return {
    status: STATUS.indexOf(entry.status),
    snapshot_id: BigInt(entry.snapshotId),
    sequence_number: entry.sequenceNumber ?? null,
    file_sequence_number: entry.fileSequenceNumber ?? null,
    data_file: {
      content: file.content === 'data' ? 0 : 1,
      file_path: file.location,
      file_format: 'PARQUET',
      partition: partitionToAvro(file.partition, fields),
      record_count: file.recordCount,
      file_size_in_bytes: file.fileSizeBytes,
      ...metricsToAvro(file),
      sort_order_id: file.content === 'data' ? 0 : null,
      referenced_data_file: referenced !== undefined && others.length === 0 ? referenced : null,
    },
  }
}

function entryFromAvro(
  record: JsonObject,
  fields: readonly BoundPartitionField[],
  names: ReadonlyMap<number, string>,
  inherited: Inherited,
): ManifestEntry {
  const at = inherited.location
  const status = STATUS[integerAt(record['status'], at)]
  if (status === undefined)
    throw smeltError('lake/bad-metadata', { location: at, detail: 'an entry has an unknown status' })
  const added = status === 'added'
  const own = record['snapshot_id'] ?? null
  return {
    status,
    snapshotId: own === null ? inherited.snapshotId : longAt(own, at),
    sequenceNumber: inheritedNumber(record['sequence_number'], added, inherited),
    fileSequenceNumber: inheritedNumber(record['file_sequence_number'], added, inherited),
    file: fileFromAvro(objectAt(record['data_file'], at), fields, names, inherited),
  }
}

function inheritedNumber(value: unknown, added: boolean, inherited: Inherited): number {
  if (value !== null && value !== undefined) return integerAt(value, inherited.location)
  if (added || inherited.sequenceNumber === 0) return inherited.sequenceNumber
  throw smeltError('lake/bad-metadata', {
    location: inherited.location,
    detail: 'a carried entry has no sequence number',
  })
}

function fileFromAvro(
  record: JsonObject,
  fields: readonly BoundPartitionField[],
  names: ReadonlyMap<number, string>,
  { location: at, specId }: Inherited,
): DataFile | DeleteFile {
  const content = integerAt(record['content'] ?? 0, at)
  if (content === 2) throw smeltError('lake/unsupported', { location: at, feature: 'equality deletes' })
  const format = stringAt(record['file_format'], at)
  if (format.toUpperCase() !== 'PARQUET')
    throw smeltError('lake/unsupported', { location: at, feature: `${format} files` })
  const common = {
    location: stringAt(record['file_path'], at),
    specId,
    partition: partitionFromAvro(objectAt(record['partition'], at), fields, names),
    recordCount: integerAt(record['record_count'], at),
    fileSizeBytes: integerAt(record['file_size_in_bytes'], at),
    ...metricsFromAvro(record, at),
  }
  if (content === 0) return { content: 'data', ...common }
  const referenced = record['referenced_data_file']
  return {
    content: 'position-deletes',
    ...common,
    referencedDataFiles: typeof referenced === 'string' ? [referenced] : [],
  }
}

function partitionToAvro(partition: PartitionTuple, fields: readonly BoundPartitionField[]): JsonObject {
  const names = fieldNames(fields)
  const values = fields.map((field, index) => {
    const value = fromPartitionValue(field.result, partition[index] ?? null)
    return [names[index] ?? '', value === undefined ? null : avroValue(field, value)] as const
  })
  return Object.fromEntries(values)
}

function avroValue(field: BoundPartitionField, value: Value): unknown {
  const decimal = decimalOf(field.result)
  if (decimal === undefined) return value
  const bytes = encodeSingleValue(field.result, value)
  const sign = (bytes[0] ?? 0) >= 0x80 ? 0xff : 0
  return Buffer.concat([Buffer.alloc(Math.max(0, decimalSize(decimal.precision) - bytes.length), sign), bytes])
}

function partitionFromAvro(
  record: JsonObject,
  fields: readonly BoundPartitionField[],
  names: ReadonlyMap<number, string>,
): PartitionTuple {
  return fields.map((field) => {
    const value = record[names.get(field.fieldId) ?? '']
    return value === null || value === undefined ? null : toPartitionValue(field.result, valueFromAvro(field, value))
  })
}

function valueFromAvro(field: BoundPartitionField, value: unknown): Value | undefined {
  if (Buffer.isBuffer(value)) {
    if (decimalOf(field.result) === undefined) return value
    return BigInt.asIntN(value.length * 8, BigInt(`0x${value.toString('hex')}`))
  }
  if (typeof value === 'number' && ['long', 'timestamp', 'timestamptz'].includes(field.result)) return BigInt(value)
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

/** How the file itself calls its partition fields, by field id. */
function partitionNames(schema: JsonObject, at: string): ReadonlyMap<number, string> {
  const dataFile = fieldNamed(schema, 'data_file', at)
  const partition = fieldNamed(dataFile, 'partition', at)
  const fields = arrayAt(partition['fields'], at).filter(isObject)
  return new Map(fields.map((field) => [integerAt(field['field-id'], at), stringAt(field['name'], at)]))
}

function fieldNamed(record: JsonObject, name: string, at: string): JsonObject {
  const field = arrayAt(record['fields'], at).find((each) => isObject(each) && each['name'] === name)
  return objectAt(objectAt(field, at)['type'], at)
}
