import { smeltError } from '#diagnostics'
import { checkNames, idsAfter, withFieldIds } from './new-schema.ts'
import { decimalOf, isPrimitive, type Field, type NewField, type PrimitiveType, type Type } from './schema.ts'
import { schemaOf, type TableMetadata } from './table-metadata.ts'

/** Columns are named by their current name; ids stay. Everything that a reader of old files could not follow is refused. */
export type SchemaChange =
  | { readonly kind: 'add'; readonly column: NewField }
  | { readonly kind: 'drop'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'widen'; readonly name: string; readonly type: PrimitiveType }
  | { readonly kind: 'make-optional'; readonly name: string }
  | { readonly kind: 'reorder'; readonly names: readonly string[] }

/**
 * The metadata with the changes made, in order, to its current schema; the metadata itself when they change nothing.
 * `table` names it in errors: `lake/schema-change-refused`, `lake/unknown-column`, `lake/bad-schema`.
 */
export function changeSchema(metadata: TableMetadata, changes: readonly SchemaChange[], table: string): TableMetadata {
  const ids = idsAfter(metadata.lastColumnId)
  const partitioned = new Set(metadata.partitionSpecs.flatMap((spec) => spec.fields.map((field) => field.sourceId)))
  const current = schemaOf(metadata)
  let fields = current.fields
  for (const change of changes) fields = apply(fields, change, { table, next: ids.next, partitioned })
  checkNames(fields)
  if (JSON.stringify(fields) === JSON.stringify(current.fields)) return metadata
  const schemaId = Math.max(...metadata.schemas.map((schema) => schema.schemaId)) + 1
  return {
    ...metadata,
    lastColumnId: ids.last(),
    schemas: [...metadata.schemas, { schemaId, fields }],
    currentSchemaId: schemaId,
  }
}

interface Context {
  readonly table: string
  readonly next: () => number
  readonly partitioned: ReadonlySet<number>
}

function apply(fields: readonly Field[], change: SchemaChange, context: Context): readonly Field[] {
  switch (change.kind) {
    case 'add':
      return add(fields, change.column, context)
    case 'drop':
      return drop(fields, change.name, context)
    case 'rename':
      return replace(fields, change.name, context, (field) => ({ ...field, name: change.to }))
    case 'widen':
      return replace(fields, change.name, context, (field) => widen(field, change.type, context))
    case 'make-optional':
      return replace(fields, change.name, context, (field) => ({ ...field, required: false }))
    case 'reorder':
      return reorder(fields, change.names, context)
  }
}

function add(fields: readonly Field[], column: NewField, context: Context): readonly Field[] {
  if (column.required === true) {
    throw refused(context, `\`${column.name}\` is new and required, but rows already written have no value for it`)
  }
  return [...fields, ...withFieldIds([column], context.next)]
}

function drop(fields: readonly Field[], name: string, context: Context): readonly Field[] {
  const { id } = find(fields, name, context)
  if (context.partitioned.has(id)) throw refused(context, `it is partitioned by \`${name}\``)
  if (fields.length === 1) throw refused(context, `\`${name}\` is its only column`)
  return fields.filter((field) => field.id !== id)
}

function reorder(fields: readonly Field[], names: readonly string[], context: Context): readonly Field[] {
  const first = [...new Set(names)].map((name) => find(fields, name, context))
  return [...first, ...fields.filter((field) => !first.includes(field))]
}

function widen(field: Field, to: PrimitiveType, context: Context): Field {
  if (!canWiden(field.type, to)) {
    const from = isPrimitive(field.type) ? field.type : field.type.type
    throw refused(context, `\`${field.name}\` is ${from} and cannot become ${to}`)
  }
  return { ...field, type: to }
}

/** The spec's type promotions, and the type itself. */
export function canWiden(from: Type, to: PrimitiveType): boolean {
  if (!isPrimitive(from)) return false
  if (from === to || (from === 'int' && to === 'long') || (from === 'float' && to === 'double')) return true
  const [narrow, wide] = [decimalOf(from), decimalOf(to)]
  if (narrow === undefined || wide === undefined) return false
  return wide.scale === narrow.scale && wide.precision >= narrow.precision && wide.precision <= 38
}

function replace(
  fields: readonly Field[],
  name: string,
  context: Context,
  by: (field: Field) => Field,
): readonly Field[] {
  const found = find(fields, name, context)
  return fields.map((field) => (field === found ? by(field) : field))
}

function find(fields: readonly Field[], name: string, { table }: Context): Field {
  const field = fields.find((each) => each.name === name)
  if (field === undefined) throw smeltError('lake/unknown-column', { table, column: name })
  return field
}

function refused({ table }: Context, detail: string): Error {
  return smeltError('lake/schema-change-refused', { table, detail })
}
