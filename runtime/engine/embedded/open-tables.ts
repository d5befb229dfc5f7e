import { createHash } from 'node:crypto'
import { isSmeltError, smeltError } from '#diagnostics'
import type { Table } from '#lake'
import type { Plan } from '#plan'
import { planTables, tableKey, type TableDefinition } from '../tables.ts'
import type { Instance } from './instance.ts'

const OWNER = 'smelt.pipeline'
/** What a table was made of; a later version of the pipeline must say the same, or change the table knowingly. */
const DEFINITION = 'smelt.definition'

/**
 * Opens every table of the plan, creating those that are not there. checkpoint/foreign-table when another pipeline
 * writes it, checkpoint/table-differs when it was made with other columns or partitions.
 */
export async function openTables(instance: Instance): Promise<void> {
  for (const definition of planTables(instance.plan)) {
    instance.tables.set(tableKey(definition.identifier), await openTable(instance, definition))
  }
}

async function openTable(instance: Instance, definition: TableDefinition): Promise<Table> {
  const { catalog, plan } = instance
  const { identifier } = definition
  const table = (await catalog.load(identifier)) ?? (await createTable(instance, definition))
  checkOwner(table, plan)
  if (table.metadata.properties[DEFINITION] !== fingerprint(definition)) {
    throw smeltError('checkpoint/table-differs', { table: tableKey(identifier), location: table.location })
  }
  return table
}

async function createTable({ catalog, clock, plan }: Instance, definition: TableDefinition): Promise<Table> {
  const { identifier, table } = definition
  const properties = tableProperties(plan, definition)
  try {
    return await catalog.create(identifier, { ...table, properties }, { clock })
  } catch (error) {
    // Another process came first; what it made is as good.
    const made = isSmeltError(error, 'catalog/table-exists') ? await catalog.load(identifier) : undefined
    if (made === undefined) throw error
    return made
  }
}

/** The properties that say whose table it is and what it is made of. */
export function tableProperties(plan: Plan, definition: TableDefinition): Record<string, string> {
  return { ...definition.table.properties, [OWNER]: plan.pipeline, [DEFINITION]: fingerprint(definition) }
}

/** Whether the pipeline is the one that writes the table. */
export function isOwner(table: Table, { pipeline }: Plan): boolean {
  return table.metadata.properties[OWNER] === pipeline
}

/** Refuses a table that another pipeline writes: checkpoint/foreign-table. */
export function checkOwner(table: Table, { pipeline }: Plan): void {
  const owner = table.metadata.properties[OWNER]
  if (owner === pipeline) return
  throw smeltError('checkpoint/foreign-table', {
    table: tableKey(table.identifier),
    pipeline,
    owner: owner ?? 'nobody',
  })
}

function fingerprint({ table }: TableDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify([table.columns, table.partitionBy]))
    .digest('hex')
}
