import { randomBytes } from 'node:crypto'
import {
  integerAt,
  objectAt,
  optionalAt,
  present,
  stringAt,
  stringsAt,
  without,
  type JsonObject,
} from './json-value.ts'

/** A snapshot id in decimal digits: other writers use all 63 bits, more than a JSON number holds exactly. */
export type SnapshotId = string

const OPERATIONS = ['append', 'overwrite', 'delete', 'replace'] as const
export type Operation = (typeof OPERATIONS)[number]

/** One state of a table. */
export interface Snapshot {
  readonly snapshotId: SnapshotId
  readonly parentSnapshotId?: SnapshotId
  readonly sequenceNumber: number
  readonly timestampMs: number
  readonly manifestList: string
  readonly operation: Operation
  /** Everything of the spec's summary but the operation: Iceberg's counts and the caller's own entries. */
  readonly summary: Readonly<Record<string, string>>
  readonly schemaId?: number
}

/** A branch or tag. */
export interface SnapshotRef {
  readonly snapshotId: SnapshotId
  readonly type: 'branch' | 'tag'
  /** Retention settings and whatever else stands beside them, kept as found. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** A new id: random, and small enough that every JSON reader holds it exactly. */
export function newSnapshotId(): SnapshotId {
  return ((BigInt(`0x${randomBytes(8).toString('hex')}`) % (2n ** 53n - 1n)) + 1n).toString()
}

/** A snapshot in the spec's JSON form, with ids as text. */
export function snapshotToJson(snapshot: Snapshot): JsonObject {
  return {
    'snapshot-id': snapshot.snapshotId,
    ...present('parent-snapshot-id', snapshot.parentSnapshotId),
    'sequence-number': snapshot.sequenceNumber,
    'timestamp-ms': snapshot.timestampMs,
    'manifest-list': snapshot.manifestList,
    summary: { operation: snapshot.operation, ...snapshot.summary },
    ...present('schema-id', snapshot.schemaId),
  }
}

export function snapshotFromJson(value: unknown, at: string): Snapshot {
  const json = objectAt(value, at)
  const { operation, ...summary } = optionalAt(json['summary'], `${at}/summary`, stringsAt) ?? {}
  return {
    snapshotId: idAt(json['snapshot-id'], `${at}/snapshot-id`),
    ...present('parentSnapshotId', optionalAt(json['parent-snapshot-id'], `${at}/parent-snapshot-id`, idAt)),
    sequenceNumber: optionalAt(json['sequence-number'], `${at}/sequence-number`, integerAt) ?? 0,
    timestampMs: integerAt(json['timestamp-ms'], `${at}/timestamp-ms`),
    manifestList: stringAt(json['manifest-list'], `${at}/manifest-list`),
    operation: OPERATIONS.find((each) => each === operation) ?? 'overwrite',
    summary,
    ...present('schemaId', optionalAt(json['schema-id'], `${at}/schema-id`, integerAt)),
  }
}

export function refToJson(ref: SnapshotRef): JsonObject {
  return { 'snapshot-id': ref.snapshotId, type: ref.type, ...ref.rest }
}

export function refFromJson(value: unknown, at: string): SnapshotRef {
  const json = objectAt(value, at)
  return {
    snapshotId: idAt(json['snapshot-id'], `${at}/snapshot-id`),
    type: json['type'] === 'tag' ? 'tag' : 'branch',
    rest: without(json, ['snapshot-id', 'type']),
  }
}

/** A snapshot id, which the metadata reader turned into text. */
export function idAt(value: unknown, at: string): SnapshotId {
  return typeof value === 'string' ? value : String(integerAt(value, at))
}
