import { setTimeout as delay } from 'node:timers/promises'
import { isSmeltError, smeltError } from '#diagnostics'
import { conflict } from './commit-conflict.ts'
import { tableKey, tableName, type Identifier } from './identifier.ts'
import { checkNames, idsAfter, withFieldIds, type IdSource } from './new-schema.ts'
import { FIRST_PARTITION_ID, newPartitionSpec, type NewPartitionField, type PartitionField } from './partition-spec.ts'
import {
  decimalOf,
  isPrimitive,
  type Field,
  type NewField,
  type NewType,
  type PrimitiveType,
  type Type,
} from './schema.ts'
import { newTableMetadata, schemaOf, specOf, type NewTable, type TableMetadata } from './table-metadata.ts'
import type { Catalog } from './catalog.ts'
import type { ChangeOptions } from './change-table.ts'
import type { Table } from './table.ts'

const MAX_ATTEMPTS = 50

/**
 * What a table is apart from its rows: columns with their ids, partitioning, properties. Plain JSON, so that a checkpoint
 * can hold it and another process can bring it about after a crash.
 */
export interface TableShape {
  readonly table: Identifier
  readonly fields: readonly Field[]
  readonly lastColumnId: number
  readonly partitionFields: readonly PartitionField[]
  /** Set over what the table has. */
  readonly properties: Readonly<Record<string, string>>
}

/** What a table shall become. */
export interface WantedShape extends NewTable {
  /** Former names of columns, by their new name: such a column keeps its id, and with it its rows. */
  readonly renamed?: ReadonlyMap<string, string>
  /** Every row is written anew with the change, so a column may also become something that old files do not fit. */
  readonly rowsReplaced: boolean
}

/**
 * The shape that `table` gets to become what is wanted. Columns that stay keep their ids, and columns that old rows have
 * no value for stay optional. `lake/schema-change-refused` where old files could not be read any more.
 */
export function shapeFor(table: Table, wanted: WantedShape): TableShape {
  const { metadata, identifier } = table
  const ids = idsAfter(metadata.lastColumnId)
  const before = schemaOf(metadata).fields
  const fields = wanted.columns.map((column) => {
    const former = wanted.renamed?.get(column.name)
    const known =
      before.find((each) => each.name === column.name) ??
      (former === undefined ? undefined : before.find((each) => each.name === former))
    return keptField(known, column, { table: tableName(identifier), replaced: wanted.rowsReplaced, next: ids.next })
  })
  checkNames(fields)
  const partitionFields = partitionsFor(metadata, fields, wanted.partitionBy ?? [])
  if (!wanted.rowsReplaced) checkSources(metadata, fields, tableName(identifier))
  return {
    table: identifier,
    fields,
    lastColumnId: ids.last(),
    partitionFields,
    properties: wanted.properties ?? {},
  }
}

/** The shape that a table has. */
export function currentShape({ identifier, metadata }: Table): TableShape {
  return {
    table: identifier,
    fields: schemaOf(metadata).fields,
    lastColumnId: metadata.lastColumnId,
    partitionFields: specOf(metadata).fields,
    properties: metadata.properties,
  }
}

/** The shape of a table that is not there yet. */
export function newShape(catalog: Catalog, identifier: Identifier, wanted: NewTable): TableShape {
  return currentShape(draft(catalog, identifier, wanted))
}

/** The table as it will be with this shape, for staging files before it has it; `undefined` when it is not there yet. */
export function withShape(catalog: Catalog, table: Table | undefined, shape: TableShape): Table {
  const base = table ?? draft(catalog, shape.table, asNewTable(shape))
  return { ...base, metadata: shapedMetadata(base.metadata, shape) }
}

/**
 * Gives the table this shape, creating it when it is not there. Nothing happens when it has it. The errors of a commit.
 */
export async function shapeTable(catalog: Catalog, shape: TableShape, { clock }: ChangeOptions): Promise<Table> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const base = (await catalog.load(shape.table)) ?? (await create(catalog, shape, clock))
    if (base !== undefined) {
      const metadata = shapedMetadata(base.metadata, shape)
      if (metadata === base.metadata) return base
      const lastUpdatedMs = Math.max(clock(), base.metadata.lastUpdatedMs)
      const table = await catalog.commit(base, { ...metadata, lastUpdatedMs })
      if (table !== undefined) return table
    }
    await delay(Math.random() * Math.min(500, 2 ** attempt))
  }
  throw conflict(shape.table, `${MAX_ATTEMPTS} attempts lost against other writers`)
}

async function create(catalog: Catalog, shape: TableShape, clock: ChangeOptions['clock']): Promise<Table | undefined> {
  try {
    return await catalog.create(shape.table, asNewTable(shape), { clock })
  } catch (error) {
    // Another process that finishes the same change came first.
    if (isSmeltError(error, 'catalog/table-exists')) return undefined
    throw error
  }
}

function asNewTable({ fields, partitionFields, properties }: TableShape): NewTable {
  const nameOf = (id: number): string => fields.find((field) => field.id === id)?.name ?? ''
  const partitionBy = partitionFields.map(({ sourceId, transform, name }) => ({
    column: nameOf(sourceId),
    transform,
    name,
  }))
  return { columns: fields, partitionBy, properties }
}

function draft(catalog: Catalog, identifier: Identifier, wanted: NewTable): Table {
  const location = catalog.store.location(tableKey(identifier))
  return { identifier, location, metadataLocation: '', metadata: newTableMetadata(location, wanted, 0) }
}

function keptField(
  known: Field | undefined,
  column: NewField,
  { table, replaced, next }: { readonly table: string; readonly replaced: boolean; readonly next: IdSource },
): Field {
  const required = column.required === true
  if (known !== undefined) {
    const type = keptType(known.type, column.type)
    if (type !== undefined)
      return { ...known, name: column.name, type, required: required && (replaced || known.required) }
    if (!replaced) throw refused(table, `\`${column.name}\` cannot change its type without its rows being written anew`)
  }
  const [field] = withFieldIds([{ ...column, required: required && replaced }], next)
  if (field === undefined) throw smeltError('internal/bug', { detail: 'a column got no id' })
  return field
}

/** The type with its ids, where what is written as `from` can be read as `to`. */
function keptType(from: Type, to: NewType): Type | undefined {
  if (isPrimitive(from)) return typeof to === 'string' && canWiden(from, to) ? to : undefined
  return JSON.stringify(withoutIds(from)) === JSON.stringify(withoutIds(to)) ? from : undefined
}

/** The spec's type promotions, and the type itself. */
function canWiden(from: PrimitiveType, to: PrimitiveType): boolean {
  if (from === to || (from === 'int' && to === 'long') || (from === 'float' && to === 'double')) return true
  const [narrow, wide] = [decimalOf(from), decimalOf(to)]
  if (narrow === undefined || wide === undefined) return false
  return wide.scale === narrow.scale && wide.precision >= narrow.precision && wide.precision <= 38
}

function withoutIds(type: NewType): unknown {
  if (typeof type === 'string') return type
  const field = ({ name, type: inner, required }: NewField): unknown => [name, withoutIds(inner), required ?? false]
  if (type.type === 'struct') return type.fields.map(field)
  if (type.type === 'list') return ['list', withoutIds(type.element), type.elementRequired ?? false]
  return ['map', withoutIds(type.key), withoutIds(type.value), type.valueRequired ?? false]
}

/** A partition field that the table ever had keeps its id (spec, section "Partition evolution"). */
function partitionsFor(
  metadata: TableMetadata,
  fields: readonly Field[],
  partitionBy: readonly NewPartitionField[],
): PartitionField[] {
  const known = metadata.partitionSpecs.flatMap((spec) => spec.fields)
  const ids = idsAfter(Math.max(metadata.lastPartitionId, FIRST_PARTITION_ID - 1))
  return newPartitionSpec(fields, partitionBy).fields.map((made) => {
    const same = known.find((each) => each.sourceId === made.sourceId && each.transform === made.transform)
    return same ?? { ...made, fieldId: ids.next() }
  })
}

function checkSources(metadata: TableMetadata, fields: readonly Field[], table: string): void {
  const gone = metadata.partitionSpecs
    .flatMap((spec) => spec.fields)
    .find((each) => each.transform !== 'void' && !fields.some((field) => field.id === each.sourceId))
  if (gone !== undefined) throw refused(table, `its rows are partitioned by \`${gone.name}\`, whose column is dropped`)
}

function shapedMetadata(metadata: TableMetadata, shape: TableShape): TableMetadata {
  return withProperties(withSpec(withSchema(metadata, shape), shape), shape)
}

function withSchema(metadata: TableMetadata, { fields, lastColumnId }: TableShape): TableMetadata {
  if (same(schemaOf(metadata).fields, fields)) return metadata
  const known = metadata.schemas.find((schema) => same(schema.fields, fields))
  const schemaId = known?.schemaId ?? Math.max(...metadata.schemas.map((schema) => schema.schemaId)) + 1
  return {
    ...metadata,
    lastColumnId: Math.max(metadata.lastColumnId, lastColumnId),
    schemas: known === undefined ? [...metadata.schemas, { schemaId, fields }] : metadata.schemas,
    currentSchemaId: schemaId,
  }
}

function withSpec(metadata: TableMetadata, { partitionFields }: TableShape): TableMetadata {
  if (same(specOf(metadata).fields, partitionFields)) return metadata
  const known = metadata.partitionSpecs.find((spec) => same(spec.fields, partitionFields))
  const specId = known?.specId ?? Math.max(...metadata.partitionSpecs.map((spec) => spec.specId)) + 1
  return {
    ...metadata,
    defaultSpecId: specId,
    partitionSpecs:
      known === undefined ? [...metadata.partitionSpecs, { specId, fields: partitionFields }] : metadata.partitionSpecs,
    lastPartitionId: Math.max(metadata.lastPartitionId, ...partitionFields.map((field) => field.fieldId)),
  }
}

function withProperties(metadata: TableMetadata, { properties }: TableShape): TableMetadata {
  if (Object.entries(properties).every(([key, value]) => metadata.properties[key] === value)) return metadata
  return { ...metadata, properties: { ...metadata.properties, ...properties } }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function refused(table: string, detail: string): Error {
  return smeltError('lake/schema-change-refused', { table, detail })
}
