import type { Located, Named, PipelineNode } from '#spec'
import type { GoldPlan, PartitionField, Plan, RetentionPlan, TableName } from '../types.ts'
import { brokenAt } from './broken.ts'
import type { Problems } from './context.ts'

/** A table whose rows may go, with what the pipeline says of them. */
interface Candidate {
  readonly table: TableName
  readonly partitionBy: readonly PartitionField[]
  /** `retention` of the table itself. */
  readonly own?: Located<number>
  /** Why no row of it may go. */
  readonly keeps?: string
  /** Where it stands in the file; the quarantine table stands nowhere. */
  readonly key?: Located<string>
}

const TIMES: readonly PartitionField['transform'][] = ['year', 'month', 'day', 'hour']

/**
 * How long rows are kept, per table that drops any. `retention` of a table counts before that of its layer. A problem where
 * a table says so and cannot drop rows; where only its layer does, a warning unless the table keeps current rows.
 */
export function resolveRetention(
  pipeline: PipelineNode,
  tables: Pick<Plan, 'sources' | 'silver' | 'gold'>,
  problems: Problems,
): RetentionPlan[] {
  if (keepsAll(pipeline)) return []
  return candidates(pipeline, tables).flatMap((candidate): RetentionPlan[] => {
    const { table, own, keeps, key } = candidate
    // What its rows go by may be what could not be read.
    if (key !== undefined && brokenAt(pipeline, key.pointer).length > 0) return []
    const wanted = own ?? pipeline.retention?.[table.layer]
    if (wanted === undefined) return []
    const time = candidate.partitionBy.find(({ transform }) => TIMES.includes(transform))
    if (keeps === undefined && time !== undefined) return [{ table, column: time.column, keepMs: wanted.value }]
    const name = `${table.layer}.${table.name}`
    if (own !== undefined) {
      problems.add('plan/no-retention', { table: name, because: keeps ?? 'it is not partitioned by a time' }, own)
    } else if (keeps === undefined && key !== undefined)
      problems.add('plan/kept-for-ever', { table: name, layer: table.layer }, key)
    return []
  })
}

/** Most pipelines say nothing of retention. */
function keepsAll({ retention, bronze, silver, gold }: PipelineNode): boolean {
  return (
    retention === undefined &&
    bronze.retention === undefined &&
    [...silver, ...gold].every(({ node }) => node.retention === undefined)
  )
}

function candidates(pipeline: PipelineNode, tables: Pick<Plan, 'sources' | 'silver' | 'gold'>): Candidate[] {
  const { retention } = pipeline.bronze
  return [
    ...tables.sources.map(({ name, bronze }) => ({
      ...bronze,
      ...(retention === undefined ? {} : { own: retention }),
      ...placed(pipeline.sources, name),
    })),
    ...tables.silver.map(({ table, partitionBy }) => ({
      table,
      partitionBy,
      ...retentionOf(pipeline.silver, table.name),
      ...placed(pipeline.silver, table.name),
    })),
    {
      table: { layer: 'quarantine', name: pipeline.name.value } as const,
      partitionBy: [{ column: 'kafka_timestamp', transform: 'day' } as const],
    },
    ...tables.gold.map((gold) => ({
      table: gold.table,
      partitionBy: gold.partitionBy,
      ...retentionOf(pipeline.gold, gold.table.name),
      ...keepsOf(gold),
      ...placed(pipeline.gold, gold.table.name),
    })),
  ]
}

function keepsOf(gold: GoldPlan): Pick<Candidate, 'keeps'> {
  if (gold.kind === 'latest') return { keeps: 'it keeps the row of each key current' }
  return gold.kind === 'window' && gold.emit === 'on_change' ? { keeps: 'it keeps the row of each window current' } : {}
}

function retentionOf(
  nodes: readonly Named<{ readonly retention?: Located<number> }>[],
  name: string,
): Pick<Candidate, 'own'> {
  const own = nodes.find((each) => each.name === name)?.node.retention
  return own === undefined ? {} : { own }
}

function placed(nodes: readonly Named<unknown>[], name: string): Pick<Candidate, 'key'> {
  const key = nodes.find((each) => each.name === name)?.key
  return key === undefined ? {} : { key }
}
