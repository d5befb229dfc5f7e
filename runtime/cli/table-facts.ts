import type { TenantLake } from './lakes.ts'

/** What a table is like at its current snapshot. */
export interface TableFacts {
  readonly table: string
  readonly rows: number
  readonly data_files: number
  readonly delete_files: number
  /** Data and delete files. */
  readonly bytes: number
  /** Null before the first commit. */
  readonly snapshot: string | null
  /** RFC 3339, UTC. */
  readonly committed_at: string | null
  /** The checkpoint that the snapshot belongs to; null when another program committed it. */
  readonly checkpoint: number | null
}

const LAYERS = ['bronze', 'silver', 'gold', 'quarantine'] as const

/** The facts of every table of a lake, layer by layer, from its metadata alone: no data file is opened. */
export async function tableFacts({ tenant, store }: TenantLake): Promise<TableFacts[]> {
  const { currentSnapshot, openCatalog, tableName } = await import('#lake')
  const catalog = openCatalog(store)
  const facts: TableFacts[] = []
  for (const layer of LAYERS) {
    for (const identifier of await catalog.list(layer)) {
      const table = await catalog.load(identifier)
      const snapshot = table === undefined ? undefined : currentSnapshot(table)
      const total = (name: string): number => Number(snapshot?.summary[`total-${name}`] ?? 0)
      const checkpoint = snapshot?.summary['smelt.checkpoint-id']
      facts.push({
        table: `${tenant}.${tableName(identifier)}`,
        // A position delete takes one row away, once.
        rows: total('records') - total('position-deletes'),
        data_files: total('data-files'),
        delete_files: total('delete-files'),
        bytes: total('files-size'),
        snapshot: snapshot?.snapshotId ?? null,
        committed_at: snapshot === undefined ? null : new Date(snapshot.timestampMs).toISOString(),
        checkpoint: checkpoint === undefined ? null : Number(checkpoint),
      })
    }
  }
  return facts
}
