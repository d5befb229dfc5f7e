import { isSmeltError, smeltError } from '#diagnostics'
import {
  arrayAt,
  integerAt,
  isObject,
  objectAt,
  optionalAt,
  present,
  stringAt,
  stringsAt,
  without,
} from './json-value.ts'
import { partitionSpecFromJson, partitionSpecToJson } from './partition-spec-json.ts'
import { idAt, refFromJson, refToJson, snapshotFromJson, snapshotToJson, type SnapshotId } from './snapshot.ts'
import { schemaFromJson, schemaToJson } from './schema-json.ts'
import type { JsonObject } from './json-value.ts'
import type { TableMetadata } from './table-metadata.ts'

const NO_SNAPSHOT = '-1'
const KNOWN = [
  'format-version',
  'table-uuid',
  'location',
  'last-sequence-number',
  'last-updated-ms',
  'last-column-id',
  'current-schema-id',
  'schemas',
  'default-spec-id',
  'partition-specs',
  'last-partition-id',
  'properties',
  'current-snapshot-id',
  'snapshots',
  'snapshot-log',
  'metadata-log',
  'refs',
]
const ID_KEYS = ['snapshot-id', 'parent-snapshot-id', 'current-snapshot-id']
/** JSON numbers above 2^53 lose digits in JavaScript, so ids become text before parsing; text values cannot match. */
const ID_NUMBERS = /(?<=")((?:parent-|current-)?snapshot-id"\s*:\s*)(-?\d+)/g
const ID_MARK = '\u0000id:'
const ID_MARKED = /"\\u0000id:(-?\d+)"/g
const texts = new WeakMap<object, string>()

/** Writes metadata as the text of a metadata file, format version 2. */
export function printTableMetadata(metadata: TableMetadata): string {
  const json = {
    'format-version': 2,
    'table-uuid': metadata.tableUuid,
    location: metadata.location,
    'last-sequence-number': metadata.lastSequenceNumber,
    'last-updated-ms': metadata.lastUpdatedMs,
    'last-column-id': metadata.lastColumnId,
    'current-schema-id': metadata.currentSchemaId,
    schemas: metadata.schemas.map(schemaToJson),
    'default-spec-id': metadata.defaultSpecId,
    'partition-specs': metadata.partitionSpecs.map(partitionSpecToJson),
    'last-partition-id': metadata.lastPartitionId,
    properties: metadata.properties,
    'current-snapshot-id': ID_MARK + (metadata.currentSnapshotId ?? NO_SNAPSHOT),
    'metadata-log': metadata.metadataLog.map((each) => ({
      'timestamp-ms': each.timestampMs,
      'metadata-file': each.metadataFile,
    })),
    refs: Object.fromEntries(Object.entries(metadata.refs).map(([name, ref]) => [name, markIds(refToJson(ref))])),
    ...Object.fromEntries(Object.entries(metadata.rest).map(([key, value]) => [key, markAllIds(value)])),
  }
  const snapshots = metadata.snapshots.map((each) => textOf(each, snapshotToJson))
  const log = metadata.snapshotLog.map((each) => textOf(each, snapshotLogToJson))
  return `${printJson(json).slice(0, -1)},"snapshots":[${snapshots.join()}],"snapshot-log":[${log.join()}]}`
}

/** Snapshots and log entries never change, so the thousands that a table may have are printed once each. */
function textOf<T extends object>(entry: T, toJson: (entry: T) => JsonObject): string {
  const known = texts.get(entry)
  if (known !== undefined) return known
  const text = printJson(markIds(toJson(entry)))
  texts.set(entry, text)
  return text
}

function printJson(json: JsonObject): string {
  return JSON.stringify(json).replace(ID_MARKED, '$1')
}

function snapshotLogToJson(entry: TableMetadata['snapshotLog'][number]): JsonObject {
  return { 'timestamp-ms': entry.timestampMs, 'snapshot-id': entry.snapshotId }
}

/** Reads the text of a metadata file. `lake/bad-metadata` when it is damaged, `lake/unsupported` for another version. */
export function parseTableMetadata(text: string, location: string): TableMetadata {
  const json = objectAt(parseJson(text, location), location)
  const version = json['format-version']
  if (version !== 2)
    throw smeltError('lake/unsupported', { location, feature: `format version ${JSON.stringify(version)}` })
  const at = (key: string): string => `${location}#/${key}`
  const integer = (key: string): number => integerAt(json[key], at(key))
  const each = <T>(key: string, read: (value: unknown, at: string) => T): T[] =>
    (optionalAt(json[key], at(key), arrayAt) ?? []).map((value, index) => read(value, `${at(key)}/${index}`))
  const currentSnapshotId = optionalAt(json['current-snapshot-id'], at('current-snapshot-id'), idAt)
  return {
    tableUuid: stringAt(json['table-uuid'], at('table-uuid')),
    location: stringAt(json['location'], at('location')),
    lastSequenceNumber: integer('last-sequence-number'),
    lastUpdatedMs: integer('last-updated-ms'),
    lastColumnId: integer('last-column-id'),
    currentSchemaId: integer('current-schema-id'),
    schemas: each('schemas', schemaFromJson),
    defaultSpecId: integer('default-spec-id'),
    partitionSpecs: each('partition-specs', partitionSpecFromJson),
    lastPartitionId: integer('last-partition-id'),
    properties: optionalAt(json['properties'], at('properties'), stringsAt) ?? {},
    ...present('currentSnapshotId', currentSnapshotId === NO_SNAPSHOT ? undefined : currentSnapshotId),
    snapshots: each('snapshots', snapshotFromJson),
    snapshotLog: each('snapshot-log', snapshotLogEntry),
    metadataLog: each('metadata-log', metadataLogEntry),
    refs: refsFromJson(json, at('refs')),
    rest: without(json, KNOWN),
  }
}

function parseJson(text: string, location: string): unknown {
  try {
    return JSON.parse(text.replace(ID_NUMBERS, '$1"$2"'))
  } catch (error) {
    if (isSmeltError(error)) throw error
    throw smeltError('lake/bad-metadata', { location, detail: 'it is not JSON' }, { cause: error })
  }
}

function refsFromJson(json: JsonObject, at: string): TableMetadata['refs'] {
  const refs = Object.entries(optionalAt(json['refs'], at, objectAt) ?? {})
  return Object.fromEntries(refs.map(([name, value]) => [name, refFromJson(value, `${at}/${name}`)]))
}

function snapshotLogEntry(value: unknown, at: string): { timestampMs: number; snapshotId: SnapshotId } {
  const json = objectAt(value, at)
  return { timestampMs: integerAt(json['timestamp-ms'], at), snapshotId: idAt(json['snapshot-id'], at) }
}

function metadataLogEntry(value: unknown, at: string): { timestampMs: number; metadataFile: string } {
  const json = objectAt(value, at)
  return { timestampMs: integerAt(json['timestamp-ms'], at), metadataFile: stringAt(json['metadata-file'], at) }
}

/** Marks an object's own ids so that they are printed as numbers; what lies deeper is the users' text. */
function markIds(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, markId(key, value)]))
}

function markAllIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(markAllIds)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, markId(key, markAllIds(each))]))
}

function markId(key: string, value: unknown): unknown {
  return ID_KEYS.includes(key) && typeof value === 'string' && /^-?\d+$/.test(value) ? ID_MARK + value : value
}
