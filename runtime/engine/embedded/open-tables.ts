import { createHash } from 'node:crypto'
import { isSmeltError, smeltError } from '#diagnostics'
import type { Table } from '#lake'
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
  const { properties } = table.metadata
  if (properties[OWNER] !== plan.pipeline) {
    const owner = properties[OWNER] ?? 'nobody'
    throw smeltError('checkpoint/foreign-table', { table: tableKey(identifier), pipeline: plan.pipeline, owner })
  }
  if (properties[DEFINITION] !== fingerprint(definition)) {
    throw smeltError('checkpoint/table-differs', { table: tableKey(identifier), location: table.location })
  }
  return table
}

async function createTable({ catalog, clock, plan }: Instance, definition: TableDefinition): Promise<Table> {
  const { identifier, table } = definition
  const properties = { ...table.properties, [OWNER]: plan.pipeline, [DEFINITION]: fingerprint(definition) }
  try {
    return await catalog.create(identifier, { ...table, properties }, { clock })
  } catch (error) {
    // Another process came first; what it made is as good.
    const made = isSmeltError(error, 'catalog/table-exists') ? await catalog.load(identifier) : undefined
    if (made === undefined) throw error
    return made
  }
}

function fingerprint({ table }: TableDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify([table.columns, table.partitionBy]))
    .digest('hex')
}
