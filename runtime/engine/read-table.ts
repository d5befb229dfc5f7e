import {
  currentSchema,
  planScan,
  scanSql,
  type Catalog,
  type Identifier,
  type Localizer,
  type ScanPlan,
  type Snapshot,
  type Table,
} from '#lake'
import { smeltError } from '#diagnostics'

/** A table's rows as a query, valid until `release`. */
export interface TableRows {
  readonly table: Table
  readonly plan: ScanPlan
  readonly sql: string
  release(): void
}

/**
 * Reads a table at its current snapshot, or at one of its snapshots, in the columns it has now. catalog/no-such-table when
 * there is none.
 */
export async function readTable(
  catalog: Catalog,
  localizer: Localizer,
  identifier: Identifier,
  snapshot?: Snapshot,
): Promise<TableRows> {
  const table = await catalog.load(identifier)
  if (table === undefined) {
    throw smeltError('catalog/no-such-table', {
      table: `${identifier.layer}.${identifier.name}`,
      root: catalog.store.root,
    })
  }
  const plan = await planScan(catalog, table, snapshot ? { snapshot: { id: snapshot.snapshotId } } : {})
  const files = await localizer.fetch(plan)
  const sql = scanSql({ ...plan, schema: currentSchema(table) }, files.paths)
  return { table, plan, sql, release: () => files.release() }
}
