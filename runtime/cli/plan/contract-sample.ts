import { createExplainer, type Explainer } from '#contract'
import type { LakeQuery } from '#engine'
import type { ObjectStore } from '#lake'
import type { Plan, PlanDiff, SourcePlan } from '#plan'
import { bronzeSize } from './replay-cost.ts'

/** What the engine that reads the sample may use. */
export interface SampleEngine {
  readonly clock: () => number
  readonly memoryLimitBytes: number
  readonly threads: number
  /** Parent of the folder for spilled rows and fetched files. */
  readonly scratch: string
}

/** Records of today's bronze under the contract before and the contract after. */
export interface ContractSample {
  readonly source: string
  /** Rows of bronze, and of the sample. */
  readonly rows: number
  readonly sampled: number
  /** Accepted before and refused now, and the other way round. */
  readonly refused: number
  readonly accepted: number
  /** The first refused ones, by topic partition and offset. */
  readonly offenders: readonly Offender[]
}

/** A record that the new contract refuses. */
export interface Offender {
  readonly partition: number
  /** Decimal text. */
  readonly offset: string
  readonly code: string
  /** JSON pointer into the value. */
  readonly path: string
  readonly message: string
}

const SHOWN = 10

/**
 * Judges a sample of bronze by the contracts before and after, for every source where the two may differ. The same rows
 * are taken each time, as long as bronze is the same. Messages name paths and limits, never a value.
 */
export async function sampleContracts(input: {
  readonly before: Plan | undefined
  readonly after: Plan
  readonly diff: PlanDiff
  readonly store: ObjectStore
  readonly rows: number
  readonly engine: SampleEngine
}): Promise<ContractSample[]> {
  const { before, after, diff, store, rows, engine } = input
  const pairs = after.sources.flatMap((source) => {
    const former = before?.sources.find(({ name }) => name === source.name)
    return former !== undefined && mayDiffer(diff, source.name) ? [{ former, source }] : []
  })
  if (pairs.length === 0) return []
  const { openQuery } = await import('#engine')
  const lakes = [{ tenant: after.tenant, store }]
  const mentionedIn = pairs.map(({ source }) => source.bronze.table.name).join(' ')
  const query = await openQuery({ ...engine, lakes, mentionedIn })
  try {
    const found: ContractSample[] = []
    for (const { former, source } of pairs) {
      const judged = await judgeSample(query, { tenant: after.tenant, former, source, rows })
      found.push({ source: source.name, rows: (await bronzeSize(store, source.name)).rows, ...judged })
    }
    return found
  } finally {
    await query.close()
  }
}

function mayDiffer({ contracts, sources }: PlanDiff, name: string): boolean {
  const contract = contracts.find(({ source }) => source === name)
  const settings = sources.find(({ source }) => source === name)?.settings ?? []
  return (
    (contract !== undefined && contract.verdict !== 'unchanged') ||
    settings.some(({ setting }) => setting === 'max_record_bytes')
  )
}

async function judgeSample(
  query: LakeQuery,
  sample: {
    readonly tenant: string
    readonly former: SourcePlan
    readonly source: SourcePlan
    readonly rows: number
  },
): Promise<Pick<ContractSample, 'sampled' | 'refused' | 'accepted' | 'offenders'>> {
  const [before, after] = [await explainerOf(sample.former), await explainerOf(sample.source)]
  const counts = { sampled: 0, refused: 0, accepted: 0 }
  const offenders: Offender[] = []
  for await (const { partition, offset, value } of sampledRecords(query, sample)) {
    counts.sampled++
    const [was, is] = [before(value), after(value)]
    if (is.ok) {
      if (!was.ok) counts.accepted++
    } else if (was.ok) {
      counts.refused++
      const { code, path, message } = is
      if (offenders.length < SHOWN) offenders.push({ partition, offset, code, path, message })
    }
  }
  return { ...counts, offenders }
}

function explainerOf({ contract, maxRecordBytes }: SourcePlan): Promise<Explainer> {
  return createExplainer(contract, { maxRecordBytes })
}

interface SampledRecord {
  readonly partition: number
  readonly offset: string
  readonly value: Uint8Array | null
}

/** Records spread over all of bronze, in topic order: those whose place has the smallest hashes. */
async function* sampledRecords(
  { tables, run }: LakeQuery,
  { tenant, source, rows }: { readonly tenant: string; readonly source: SourcePlan; readonly rows: number },
): AsyncGenerator<SampledRecord> {
  const { layer, name } = source.bronze.table
  // A pipeline that stopped before its first checkpoint may have no bronze yet.
  if (!tables.includes(`${tenant}.${layer}.${name}`)) return
  const table = [tenant, layer, name].map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
  const place = 'kafka_partition, kafka_offset'
  const { chunks } = await run(`select ${place}, hex(kafka_value) from ${table}
    where (${place}) in (select (${place}) from ${table} order by hash(${place}), ${place} limit ${rows})
    order by ${place}`)
  for await (const chunk of chunks) {
    for (const [partition = '', offset = '', value = 'null'] of chunk) {
      const hex = JSON.parse(value) as string | null
      yield { partition: Number(partition), offset, value: hex === null ? null : Buffer.from(hex, 'hex') }
    }
  }
}
