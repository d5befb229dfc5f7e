import { newShape, shapeFor, withShape, type Table, type TableShape } from '#lake'
import { checkOwner, tableProperties } from '../embedded/open-tables.ts'
import type { Instance } from '../embedded/instance.ts'
import { planTables, tableKey, type TableDefinition } from '../tables.ts'

/** The tables of a plan as its change will leave them. */
export interface StagedTables {
  /** Of the tables that are made or changed. */
  readonly shapes: readonly TableShape[]
  /** Every table by `layer.name`, to write files for; those that are rebuilt have no rows. */
  readonly tables: ReadonlyMap<string, Table>
  /** The tables that are there, as they are. */
  readonly live: ReadonlyMap<string, Table>
}

/**
 * Works out what becomes of every table of the instance's plan, and changes none. checkpoint/foreign-table, or
 * lake/schema-change-refused where rows that stay could not be read any more.
 */
export async function stageTables(
  instance: Pick<Instance, 'catalog' | 'plan'>,
  rebuilt: ReadonlySet<string>,
): Promise<StagedTables> {
  const shapes: TableShape[] = []
  const tables = new Map<string, Table>()
  const live = new Map<string, Table>()
  for (const definition of planTables(instance.plan)) {
    const key = tableKey(definition.identifier)
    const found = await instance.catalog.load(definition.identifier)
    if (found !== undefined) {
      checkOwner(found, instance.plan)
      live.set(key, found)
    }
    const shape = shapeOf(instance, definition, found, rebuilt.has(key))
    const staged = withShape(instance.catalog, found, shape)
    if (staged.metadata !== found?.metadata) shapes.push(shape)
    tables.set(key, rebuilt.has(key) ? withoutRows(staged) : staged)
  }
  return { shapes, tables, live }
}

function shapeOf(
  instance: Pick<Instance, 'catalog' | 'plan'>,
  definition: TableDefinition,
  found: Table | undefined,
  rowsReplaced: boolean,
): TableShape {
  const properties = tableProperties(instance.plan, definition)
  if (found === undefined) return newShape(instance.catalog, definition.identifier, { ...definition.table, properties })
  const { table, renamed } = definition
  return shapeFor(found, { ...table, properties, renamed, rowsReplaced })
}

function withoutRows(table: Table): Table {
  const { currentSnapshotId, ...metadata } = table.metadata
  return { ...table, metadata }
}
