import path from 'node:path'
import { contentHashSql, openSession, readTable } from '#engine'
import { currentSchema, openCatalog, openLocalizer, openStore, type Layer, type StoreConfig } from '#lake'
import { temporaryFolder } from './pipeline.ts'

const LAYERS: readonly Layer[] = ['bronze', 'silver', 'gold', 'quarantine']

/** The content hash of every table of a lake, by `layer.name`. */
export async function lakeHashes(config: StoreConfig): Promise<Record<string, string>> {
  const folder = await temporaryFolder()
  const store = await openStore(config)
  const session = await openSession({ memoryLimitBytes: 512 << 20, threads: 2, spill: path.join(folder, 'spill') })
  const catalog = openCatalog(store)
  const localizer = openLocalizer({ store, folder: path.join(folder, 'cache'), maxBytes: 1 << 30 })
  const hashes: Record<string, string> = {}
  try {
    for (const layer of LAYERS) {
      for (const identifier of await catalog.list(layer)) {
        const rows = await readTable(catalog, localizer, identifier)
        const columns = currentSchema(rows.table).fields.map((field) => `"${field.name}"`)
        const [row] = await session.rows(contentHashSql(`(${rows.sql})`, columns))
        hashes[`${layer}.${identifier.name}`] = String(row?.hash)
        rows.release()
      }
    }
  } finally {
    session.close()
    await store.close()
  }
  return hashes
}
