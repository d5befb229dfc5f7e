import { bindSpec, type BoundPartitionField, type PartitionSpec } from './partition-spec.ts'
import { encodeSingleValue, lowerBound, upperBound } from './single-value.ts'
import { compareValues, fromPartitionValue, type Value } from './value.ts'
import { present } from './json-value.ts'
import type { FieldSummary, ManifestFile, ManifestListHeader } from './manifest-list.ts'
import type { ManifestEntry } from './manifest.ts'
import type { Schema } from './schema.ts'

/** Where a manifest was written and for which commit. */
export interface WrittenManifest {
  readonly location: string
  readonly length: number
  readonly spec: PartitionSpec
  readonly schema: Schema
  readonly header: ManifestListHeader
}

/** What a manifest list says of a manifest with these entries. Added entries inherit the commit's sequence number. */
export function manifestFile(entries: readonly ManifestEntry[], written: WrittenManifest): ManifestFile {
  const { location, length, spec, schema, header } = written
  const live = entries.filter((entry) => entry.status !== 'deleted')
  const numbers = live.map((entry) => entry.sequenceNumber ?? header.sequenceNumber)
  return {
    location,
    length,
    specId: spec.specId,
    content: entries[0]?.file.content === 'position-deletes' ? 'deletes' : 'data',
    sequenceNumber: header.sequenceNumber,
    minSequenceNumber: numbers.reduce((least, each) => Math.min(least, each), header.sequenceNumber),
    addedSnapshotId: header.snapshotId,
    addedFiles: count(entries, 'added'),
    existingFiles: count(entries, 'existing'),
    deletedFiles: count(entries, 'deleted'),
    addedRows: rows(entries, 'added'),
    existingRows: rows(entries, 'existing'),
    deletedRows: rows(entries, 'deleted'),
    partitions: bindSpec(spec, schema).map((field, index) => summaryOf(field, index, entries)),
  }
}

function count(entries: readonly ManifestEntry[], status: ManifestEntry['status']): number {
  return entries.filter((entry) => entry.status === status).length
}

function rows(entries: readonly ManifestEntry[], status: ManifestEntry['status']): number {
  return entries.reduce((sum, entry) => sum + (entry.status === status ? entry.file.recordCount : 0), 0)
}

function summaryOf(field: BoundPartitionField, index: number, entries: readonly ManifestEntry[]): FieldSummary {
  let containsNull = false
  let least: Value | undefined
  let greatest: Value | undefined
  for (const { file } of entries) {
    const value = fromPartitionValue(field.result, file.partition[index] ?? null)
    if (value === undefined) containsNull = true
    else {
      if (least === undefined || compareValues(value, least) < 0) least = value
      if (greatest === undefined || compareValues(value, greatest) > 0) greatest = value
    }
  }
  const encode = (value: Value | undefined): string | undefined =>
    value === undefined ? undefined : encodeSingleValue(field.result, value).toString('hex')
  return {
    containsNull,
    ...present('lowerBound', encode(least === undefined ? undefined : lowerBound(least))),
    ...present('upperBound', encode(greatest === undefined ? undefined : upperBound(greatest))),
    ...(field.result === 'float' || field.result === 'double' ? { containsNan: false } : {}),
  }
}
