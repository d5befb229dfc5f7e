import { openFilesystemCatalog } from './filesystem-catalog.ts'
import type { Catalog, CatalogConfig } from './catalog.ts'
import type { ObjectStore } from './object-store.ts'

/** How each kind of catalog is opened. */
const OPEN: Record<CatalogConfig['kind'], (store: ObjectStore) => Catalog> = { filesystem: openFilesystemCatalog }

/** Opens a catalog of the tables under the store's root. Reads nothing yet. */
export function openCatalog(store: ObjectStore, config: CatalogConfig = { kind: 'filesystem' }): Catalog {
  return OPEN[config.kind](store)
}
