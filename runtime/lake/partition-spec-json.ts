import { smeltError } from '#diagnostics'
import { FIRST_PARTITION_ID, type PartitionField, type PartitionSpec } from './partition-spec.ts'
import { arrayAt, integerAt, objectAt, stringAt, type JsonObject } from './json-value.ts'
import { isTransform } from './transform.ts'

/** The fields of a spec in the spec's JSON form, as manifests carry them. */
export function partitionSpecFieldsToJson(spec: PartitionSpec): JsonObject[] {
  return spec.fields.map((field) => ({
    'source-id': field.sourceId,
    'field-id': field.fieldId,
    name: field.name,
    transform: field.transform,
  }))
}

export function partitionSpecToJson(spec: PartitionSpec): JsonObject {
  return { 'spec-id': spec.specId, fields: partitionSpecFieldsToJson(spec) }
}

/** Reads a partition spec; `lake/unsupported` for a transform that Smelt does not know. */
export function partitionSpecFromJson(value: unknown, at: string): PartitionSpec {
  const json = objectAt(value, at)
  const fields = arrayAt(json['fields'], `${at}/fields`)
  return {
    specId: integerAt(json['spec-id'], `${at}/spec-id`),
    fields: fields.map((each, index) => fieldFromJson(each, index, `${at}/fields/${index}`)),
  }
}

function fieldFromJson(value: unknown, index: number, at: string): PartitionField {
  const json = objectAt(value, at)
  const transform = stringAt(json['transform'], `${at}/transform`)
  if (!isTransform(transform)) {
    throw smeltError('lake/unsupported', { location: at, feature: `the partition transform \`${transform}\`` })
  }
  return {
    sourceId: integerAt(json['source-id'], `${at}/source-id`),
    fieldId: integerAt(json['field-id'] ?? FIRST_PARTITION_ID + index, `${at}/field-id`),
    name: stringAt(json['name'], `${at}/name`),
    transform,
  }
}
