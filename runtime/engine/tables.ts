import type { Contract, DataType, Field } from '#contract'
import type { Identifier, NewField, NewPartitionField, NewTable, NewType } from '#lake'
import {
  partnerLineage,
  type ColumnPlan,
  type GoldPlan,
  type PartitionField,
  type Plan,
  type SilverPlan,
  type SourcePlan,
  type TableName,
} from '#plan'

/** A table the plan writes: which one, and what it is made of. */
export interface TableDefinition {
  readonly identifier: Identifier
  readonly columns: readonly Field[]
  /** Former names of columns, by their new name. */
  readonly renamed: ReadonlyMap<string, string>
  readonly table: NewTable
}

const TIMESTAMP: DataType = { kind: 'timestamp' }
const LONG: DataType = { kind: 'long' }
const STRING: DataType = { kind: 'string' }
const BINARY: DataType = { kind: 'binary' }
const HEADERS: DataType = {
  kind: 'list',
  element: {
    nullable: true,
    type: {
      kind: 'struct',
      fields: [
        { name: 'key', type: STRING, nullable: true },
        { name: 'value', type: BINARY, nullable: true },
      ],
    },
  },
}

const field = (name: string, type: DataType, nullable = false): Field => ({ name, type, nullable })

const RECORD = [
  field('kafka_partition', LONG),
  field('kafka_offset', LONG),
  field('kafka_timestamp', TIMESTAMP),
  field('kafka_key', BINARY, true),
  field('kafka_value', BINARY, true),
  field('kafka_headers', HEADERS, true),
]
const LINEAGE = [field('kafka_partition', LONG), field('kafka_offset', LONG)]
const QUARANTINE = [
  field('source', STRING),
  field('topic', STRING),
  ...RECORD,
  field('table_name', STRING, true),
  field('code', STRING),
  field('rule', STRING, true),
  field('path', STRING, true),
  field('message', STRING),
]

/** Every table of a plan, in layer order (DESIGN section 8). */
export function planTables(plan: Plan): TableDefinition[] {
  return [
    ...plan.sources.map((source) => bronzeTable(source)),
    ...plan.silver.map((table) => silverTable(table)),
    define(quarantineName(plan), QUARANTINE, [{ column: 'kafka_timestamp', transform: 'day' }]),
    ...plan.gold.map((table) => goldTable(table)),
  ]
}

/** The pipeline's one quarantine table. */
export function quarantineName(plan: Plan): TableName {
  return { layer: 'quarantine', name: plan.pipeline }
}

/** `layer.name`, as accounting and messages name tables of a tenant. */
export function tableKey(table: { readonly layer: string; readonly name: string }): string {
  return `${table.layer}.${table.name}`
}

/** The columns that no two rows of a gold table share. */
export function rowKey(gold: GoldPlan): readonly string[] {
  if (gold.kind === 'latest') return gold.latestBy
  if (gold.kind === 'window') return ['window_start', ...gold.groupBy.map((group) => group.name)]
  return ['kafka_partition', 'kafka_offset', ...partnerLineage(gold).map(({ name }) => name)]
}

/** The sources that the rows of a gold table come from: two where it puts rows of two together. */
export function joinedSources({ silver }: Plan, gold: GoldPlan): string[] {
  const tables = [gold.from, ...(gold.kind === 'interval' ? [gold.join.table] : [])]
  return [...new Set(tables.flatMap((name) => silver.find(({ table }) => table.name === name)?.source ?? []))]
}

function bronzeTable(source: SourcePlan): TableDefinition {
  return define(source.bronze.table, RECORD, source.bronze.partitionBy)
}

function silverTable(table: SilverPlan): TableDefinition {
  return define(table.table, [...table.columns.map(columnField), ...LINEAGE], table.partitionBy, table.columns)
}

function goldTable(table: GoldPlan): TableDefinition {
  if (table.kind === 'latest')
    return define(table.table, [...table.columns.map(columnField), ...LINEAGE], table.partitionBy, table.columns)
  if (table.kind === 'as-of' || table.kind === 'interval') {
    const columns = [...table.columns.map(columnField), ...LINEAGE, ...partnerLineage(table)]
    return define(table.table, columns, table.partitionBy, table.columns)
  }
  const bounds = [field('window_start', TIMESTAMP), field('window_end', TIMESTAMP)]
  const measures = table.measures.map(({ name, type, nullable }) => ({ name, type, nullable }))
  const named = [...table.groupBy, ...table.measures]
  return define(table.table, [...bounds, ...table.groupBy.map(columnField), ...measures], table.partitionBy, named)
}

/** Hashed columns are hex text, whatever their expression gives. */
function columnField(column: ColumnPlan): Field {
  return { name: column.name, type: column.pii === undefined ? column.type : STRING, nullable: column.nullable }
}

function define(
  name: TableName,
  columns: readonly Field[],
  partitionBy: readonly PartitionField[],
  named: readonly { readonly name: string; readonly was?: string }[] = [],
): TableDefinition {
  return {
    identifier: { layer: name.layer, name: name.name },
    columns,
    renamed: new Map(named.flatMap(({ name: now, was }) => (was === undefined ? [] : [[now, was] as const]))),
    table: {
      columns: columns.map(lakeField),
      partitionBy: partitionBy.map(lakePartition),
      properties: { 'write.parquet.compression-codec': 'zstd' },
    },
  }
}

function lakeField(column: Contract['fields'][number]): NewField {
  return { name: column.name, type: lakeType(column.type), required: !column.nullable }
}

function lakePartition(partition: PartitionField): NewPartitionField {
  const { column, transform, argument } = partition
  if (transform === 'bucket' || transform === 'truncate')
    return { column, transform: `${transform}[${argument ?? 16}]` as const }
  return { column, transform }
}

function lakeType(type: DataType): NewType {
  switch (type.kind) {
    case 'boolean':
    case 'long':
    case 'double':
    case 'string':
    case 'binary':
    case 'date':
      return type.kind
    case 'timestamp':
      return 'timestamptz'
    case 'json':
      return 'string'
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})` as const
    case 'list':
      return { type: 'list', element: lakeType(type.element.type), elementRequired: !type.element.nullable }
    case 'struct':
      return { type: 'struct', fields: type.fields.map(lakeField) }
  }
}
