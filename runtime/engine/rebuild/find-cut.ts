import type { Live } from '../audit/open-live.ts'
import type { PastPlan, SourcePosition } from '../checkpoint.ts'

/** Per source and topic partition, the first offset from which rows are worked out anew. */
export type Cut = ReadonlyMap<string, ReadonlyMap<string, bigint>>

/**
 * Where a time cuts the sources: in each topic partition at the first record that the broker got then or later. What stands
 * behind it there comes after the cut too, whatever its own time.
 */
export async function findCut(live: Live, sources: readonly string[], sinceMs: number): Promise<Cut> {
  const cut = new Map<string, ReadonlyMap<string, bigint>>()
  for (const source of sources) {
    const rows = await live.session.rows(
      `select kafka_partition, min(kafka_offset) as first from ${live.views.get(`bronze.${source}`) ?? ''}
        where epoch_ms(kafka_timestamp) >= ${sinceMs} group by all`,
    )
    const found = new Map(rows.map((row) => [String(row.kafka_partition), row.first as bigint]))
    const partitions = Object.entries(live.checkpoint.sources[source]?.partitions ?? {})
    cut.set(
      source,
      new Map(partitions.map(([partition, { next }]) => [partition, found.get(partition) ?? BigInt(next)])),
    )
  }
  return cut
}

/** Whether no record stands before the cut. */
export function cutsNothing(cut: Cut, sources: PastPlan['sources']): boolean {
  return [...cut].every(([source, offsets]) =>
    [...offsets].every(([partition, offset]) => offset <= BigInt(sources[source]?.partitions[partition]?.start ?? 0)),
  )
}

/** Positions, as far as the cut lets them go. */
export function upTo(cut: Cut, sources: PastPlan['sources']): Record<string, SourcePosition> {
  const limited = Object.entries(sources).map(([source, position]) => {
    const partitions = Object.entries(position.partitions).map(([partition, each]) => {
      const limit = cut.get(source)?.get(partition)
      const next = limit !== undefined && limit < BigInt(each.next) ? String(limit) : each.next
      return [partition, { ...each, next }] as const
    })
    return [source, { ...position, partitions: Object.fromEntries(partitions) }] as const
  })
  return Object.fromEntries(limited)
}

/** An SQL condition on rows with a topic partition and an offset of a source: they come before the cut. */
export function beforeCut(cut: Cut, source: string): string {
  const any = [...(cut.get(source) ?? [])].map(
    ([partition, offset]) => `(kafka_partition = ${Number(partition)} and kafka_offset < ${offset})`,
  )
  return `(${any.join(' or ') || 'false'})`
}
