import type { ObjectStore } from '#lake'
import type { PlanDiff } from '#plan'

/** One source whose bronze is read again, and the tables that are filled from it. */
export interface ReplayCost {
  readonly source: string
  /** Rows of bronze at its current snapshot. */
  readonly rows: number
  readonly bytes: number
  /** `layer.table` */
  readonly tables: readonly string[]
}

/** What a change reads again, from the metadata of bronze alone. */
export async function replayCost(store: ObjectStore, { tables }: PlanDiff): Promise<ReplayCost[]> {
  const replayed = tables.flatMap(({ layer, table, replays }) =>
    replays === undefined ? [] : [{ source: replays, table: `${layer}.${table}` }],
  )
  const sources = [...new Set(replayed.map(({ source }) => source))]
  const found: ReplayCost[] = []
  for (const source of sources) {
    const filled = replayed.filter((each) => each.source === source).map(({ table }) => table)
    found.push({ source, ...(await bronzeSize(store, source)), tables: filled })
  }
  return found
}

/** Rows and bytes of a source's bronze; none before its first commit. */
export async function bronzeSize(store: ObjectStore, source: string): Promise<{ rows: number; bytes: number }> {
  const { currentSnapshot, openCatalog } = await import('#lake')
  const table = await openCatalog(store).load({ layer: 'bronze', name: source })
  const summary = table === undefined ? undefined : currentSnapshot(table)?.summary
  const total = (name: string): number => Number(summary?.[`total-${name}`] ?? 0)
  return { rows: total('records'), bytes: total('files-size') }
}
