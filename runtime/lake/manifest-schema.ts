import { decimalOf, type PrimitiveType } from './schema.ts'
import { minimalBytes } from './single-value.ts'
import type { BoundPartitionField } from './partition-spec.ts'
import type { JsonObject } from './json-value.ts'

/** The Avro schema of a v2 manifest (spec, section "Manifests") whose partition struct has these fields. */
export function manifestEntrySchema(partition: readonly BoundPartitionField[]): JsonObject {
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      required(0, 'status', 'int'),
      optional(1, 'snapshot_id', 'long'),
      optional(3, 'sequence_number', 'long'),
      optional(4, 'file_sequence_number', 'long'),
      required(2, 'data_file', dataFileSchema(partition)),
    ],
  }
}

function dataFileSchema(partition: readonly BoundPartitionField[]): JsonObject {
  return {
    type: 'record',
    name: 'r2',
    fields: [
      required(134, 'content', 'int'),
      required(100, 'file_path', 'string'),
      required(101, 'file_format', 'string'),
      required(102, 'partition', { type: 'record', name: 'r102', fields: partition.map(partitionFieldSchema) }),
      required(103, 'record_count', 'long'),
      required(104, 'file_size_in_bytes', 'long'),
      optional(108, 'column_sizes', intMap(117, 118, 'long')),
      optional(109, 'value_counts', intMap(119, 120, 'long')),
      optional(110, 'null_value_counts', intMap(121, 122, 'long')),
      optional(137, 'nan_value_counts', intMap(138, 139, 'long')),
      optional(125, 'lower_bounds', intMap(126, 127, 'bytes')),
      optional(128, 'upper_bounds', intMap(129, 130, 'bytes')),
      optional(140, 'sort_order_id', 'int'),
      optional(143, 'referenced_data_file', 'string'),
    ],
  }
}

/** The Avro schema of a v2 manifest list (spec, section "Manifest lists"). */
export const MANIFEST_FILE_SCHEMA: JsonObject = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    required(500, 'manifest_path', 'string'),
    required(501, 'manifest_length', 'long'),
    required(502, 'partition_spec_id', 'int'),
    required(517, 'content', 'int'),
    required(515, 'sequence_number', 'long'),
    required(516, 'min_sequence_number', 'long'),
    required(503, 'added_snapshot_id', 'long'),
    required(504, 'added_files_count', 'int'),
    required(505, 'existing_files_count', 'int'),
    required(506, 'deleted_files_count', 'int'),
    required(512, 'added_rows_count', 'long'),
    required(513, 'existing_rows_count', 'long'),
    required(514, 'deleted_rows_count', 'long'),
    optional(507, 'partitions', {
      type: 'array',
      'element-id': 508,
      items: {
        type: 'record',
        name: 'r508',
        fields: [
          required(509, 'contains_null', 'boolean'),
          optional(518, 'contains_nan', 'boolean'),
          optional(510, 'lower_bound', 'bytes'),
          optional(511, 'upper_bound', 'bytes'),
        ],
      },
    }),
  ],
}

function required(id: number, name: string, type: unknown): JsonObject {
  return { name, type, 'field-id': id }
}

function optional(id: number, name: string, type: unknown): JsonObject {
  return { name, type: ['null', type], default: null, 'field-id': id }
}

/** Avro maps have text keys only, so a map with int keys is an array of pairs that says it is a map. */
function intMap(keyId: number, valueId: number, value: string): JsonObject {
  return {
    type: 'array',
    logicalType: 'map',
    items: {
      type: 'record',
      name: `k${keyId}_v${valueId}`,
      fields: [required(keyId, 'key', 'int'), required(valueId, 'value', value)],
    },
  }
}

function partitionFieldSchema(field: BoundPartitionField): JsonObject {
  return optional(field.fieldId, avroName(field.name), avroType(field.result, field.fieldId))
}

/** A name that Avro allows; readers go by the field id. */
export function avroName(name: string): string {
  const plain = name.replace(/\W/gu, (each) => `_x${(each.codePointAt(0) ?? 0).toString(16).toUpperCase()}`)
  return /^\d/.test(plain) ? `_${plain}` : plain
}

function avroType(type: PrimitiveType, fieldId: number): unknown {
  switch (type) {
    case 'date':
      return { type: 'int', logicalType: 'date' }
    case 'timestamp':
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': type === 'timestamptz' }
    case 'binary':
      return 'bytes'
    default: {
      const decimal = decimalOf(type)
      if (decimal === undefined) return type
      const size = decimalSize(decimal.precision)
      return { type: 'fixed', name: `f${fieldId}`, size, logicalType: 'decimal', ...decimal }
    }
  }
}

/** Bytes that hold every unscaled number of `precision` digits. */
export function decimalSize(precision: number): number {
  return minimalBytes(10n ** BigInt(precision) - 1n).length
}
