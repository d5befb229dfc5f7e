import { smeltError } from '#diagnostics'
import { decodeAvroFile, encodeAvroFile } from './avro-file.ts'
import { arrayAt, integerAt, isObject, objectAt, optionalAt, present, stringAt, type JsonObject } from './json-value.ts'
import { longAt } from './manifest-metrics.ts'
import { MANIFEST_FILE_SCHEMA } from './manifest-schema.ts'
import type { SnapshotId } from './snapshot.ts'

/** The least and greatest value of a partition field over a manifest's files, as hex single values. */
export interface FieldSummary {
  readonly containsNull: boolean
  readonly containsNan?: boolean
  readonly lowerBound?: string
  readonly upperBound?: string
}

/** One manifest as a snapshot's manifest list knows it. */
export interface ManifestFile {
  readonly location: string
  readonly length: number
  readonly specId: number
  readonly content: 'data' | 'deletes'
  readonly sequenceNumber: number
  readonly minSequenceNumber: number
  readonly addedSnapshotId: SnapshotId
  readonly addedFiles: number
  readonly existingFiles: number
  readonly deletedFiles: number
  readonly addedRows: number
  readonly existingRows: number
  readonly deletedRows: number
  readonly partitions: readonly FieldSummary[]
}

/** What a manifest list says of itself. */
export interface ManifestListHeader {
  readonly snapshotId: SnapshotId
  readonly parentSnapshotId?: SnapshotId
  readonly sequenceNumber: number
}

/** Writes a snapshot's manifest list (spec, section "Manifest lists"). */
export function encodeManifestList(manifests: readonly ManifestFile[], header: ManifestListHeader): Buffer {
  const metadata = {
    'snapshot-id': header.snapshotId,
    'parent-snapshot-id': header.parentSnapshotId ?? 'null',
    'sequence-number': String(header.sequenceNumber),
    'format-version': '2',
  }
  return encodeAvroFile(MANIFEST_FILE_SCHEMA, metadata, manifests.map(manifestToAvro))
}

/** Reads a manifest list, of version 1 as well. Fields are found by their ids: writers have named them differently. */
export function decodeManifestList(bytes: Buffer, location: string): ManifestFile[] {
  const file = decodeAvroFile(bytes, location)
  const names = namesById(file.schema, location)
  return file.records.map((record) => manifestFromAvro((id) => record[names.get(id) ?? ''] ?? undefined, location))
}

function manifestToAvro(manifest: ManifestFile): JsonObject {
  return {
    manifest_path: manifest.location,
    manifest_length: manifest.length,
    partition_spec_id: manifest.specId,
    content: manifest.content === 'data' ? 0 : 1,
    sequence_number: manifest.sequenceNumber,
    min_sequence_number: manifest.minSequenceNumber,
    added_snapshot_id: BigInt(manifest.addedSnapshotId),
    added_files_count: manifest.addedFiles,
    existing_files_count: manifest.existingFiles,
    deleted_files_count: manifest.deletedFiles,
    added_rows_count: manifest.addedRows,
    existing_rows_count: manifest.existingRows,
    deleted_rows_count: manifest.deletedRows,
    partitions: manifest.partitions.map((summary) => ({
      contains_null: summary.containsNull,
      contains_nan: summary.containsNan ?? null,
      lower_bound: hexBytes(summary.lowerBound),
      upper_bound: hexBytes(summary.upperBound),
    })),
  }
}

function manifestFromAvro(get: (id: number) => unknown, at: string): ManifestFile {
  const count = (id: number): number => integerAt(get(id) ?? 0, at)
  const content = count(517)
  if (content > 1) throw smeltError('lake/bad-metadata', { location: at, detail: 'a manifest has an unknown content' })
  return {
    location: stringAt(get(500), at),
    length: integerAt(get(501), at),
    specId: integerAt(get(502), at),
    content: content === 0 ? 'data' : 'deletes',
    sequenceNumber: count(515),
    minSequenceNumber: count(516),
    addedSnapshotId: longAt(get(503), at),
    addedFiles: count(504),
    existingFiles: count(505),
    deletedFiles: count(506),
    addedRows: count(512),
    existingRows: count(513),
    deletedRows: count(514),
    partitions: (optionalAt(get(507), at, arrayAt) ?? []).map((each) => summaryFromAvro(objectAt(each, at))),
  }
}

function summaryFromAvro(record: JsonObject): FieldSummary {
  const nan = record['contains_nan']
  return {
    containsNull: record['contains_null'] === true,
    ...present('containsNan', typeof nan === 'boolean' ? nan : undefined),
    ...present('lowerBound', hexText(record['lower_bound'])),
    ...present('upperBound', hexText(record['upper_bound'])),
  }
}

function namesById(schema: JsonObject, at: string): ReadonlyMap<number, string> {
  const fields = arrayAt(schema['fields'], at).filter(isObject)
  return new Map(fields.map((field) => [integerAt(field['field-id'], at), stringAt(field['name'], at)]))
}

function hexBytes(hex: string | undefined): Buffer | null {
  return hex === undefined ? null : Buffer.from(hex, 'hex')
}

function hexText(value: unknown): string | undefined {
  return Buffer.isBuffer(value) ? value.toString('hex') : undefined
}
