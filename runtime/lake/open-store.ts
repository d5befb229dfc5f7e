import { openFolderStore } from './folder-store.ts'
import type { ObjectStore, StoreConfig } from './object-store.ts'

/** Opens a lake's store. A folder is made when it is missing; a bucket must exist, and is first asked on first use. */
export async function openStore(config: StoreConfig): Promise<ObjectStore> {
  switch (config.kind) {
    case 'folder':
      return await openFolderStore(config.path)
    case 's3': {
      const { openS3Store } = await import('./s3-store.ts')
      return await openS3Store(config)
    }
  }
}
