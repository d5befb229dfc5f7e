import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Field } from '#contract'
import { quoteIdentifier } from '#dialect/duckdb'
import {
  closeInstance,
  EMPTY_ACCOUNTING,
  openInstance,
  planTables,
  quarantineName,
  readTable,
  run,
  tableKey,
  type Engine,
  type Instance,
  type TableDefinition,
} from '#engine'
import { openLocalizer, openMemoryStore, type Localizer } from '#lake'
import type { Plan } from '#plan'
import { openMemoryBroker } from '#stream'
import type { Row, Value } from '../dialect/duckdb/reference.ts'
import type { GivenRecord, Refusal } from './given.ts'
import type { ModelInput, Outcome } from './pipeline-model.ts'

export interface ModelBedOptions extends Omit<ModelInput, 'schemas'> {
  /** Topic partitions per source. */
  readonly partitions: number
  /** Beds side by side may share one. */
  readonly engine: Engine
  readonly folder: string
}

/** How one run is cut. */
export interface Cut {
  readonly keepWindows: boolean
  readonly batchRows: number
  /** A checkpoint after every batch, or one at the end. */
  readonly everyBatch: boolean
}

/** The real engine on topics and a lake in memory. */
export interface ModelBed {
  /** Appends the records and runs to the end of the topics in a new instance; tells what stands in the lake then. */
  run(records: readonly GivenRecord[], cut: Cut): Promise<Outcome>
  close(): Promise<void>
}

const CLOCK_MS = 1_790_000_000_000

/** Opens an empty lake for a plan. */
export async function openModelBed(options: ModelBedOptions): Promise<ModelBed> {
  const { plan, references, piiKey, engine, partitions } = options
  const folder = path.join(options.folder, randomUUID())
  const store = openMemoryStore(path.join(folder, 'lake'))
  const broker = openMemoryBroker()
  for (const { topic } of plan.sources) await broker.createTopic(topic, { partitions })
  const topics = new Map(plan.sources.map(({ name, topic }) => [name, topic]))
  return {
    async run(records, { keepWindows, batchRows, everyBatch }) {
      for (const { source, ...record } of records) broker.append(topics.get(source) ?? source, [record])
      const scratch = path.join(folder, 'scratch')
      const clock = (): number => CLOCK_MS
      const limits = { memoryLimitBytes: 256 << 20, threads: 1 }
      const instance = await openInstance({ plan, references, store, clock, piiKey, engine, ...limits, scratch })
      try {
        const checkpointEveryMs = everyBatch ? 0 : 3_600_000
        const settings = { broker, batchRows, batchBytes: 1 << 20, checkpointEveryMs, untilEnd: true, keepWindows }
        const checkpoint = await run(instance, settings)
        return { ...(await readLake(instance, plan)), books: checkpoint?.accounting ?? EMPTY_ACCOUNTING }
      } finally {
        await closeInstance(instance)
      }
    },
    async close() {
      await broker.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function readLake(instance: Instance, plan: Plan): Promise<Pick<Outcome, 'tables' | 'quarantine'>> {
  const folder = path.join(instance.scratch, 'read')
  const localizer = openLocalizer({ store: instance.store, folder, maxBytes: 1 << 30 })
  const tables = new Map<string, Row[]>()
  for (const definition of planTables(plan))
    tables.set(tableKey(definition.identifier), await readRows(instance, localizer, definition))
  const key = tableKey(quarantineName(plan))
  const quarantine = (tables.get(key) ?? []).map(refusalOf)
  tables.delete(key)
  return { tables, quarantine }
}

async function readRows(instance: Instance, localizer: Localizer, definition: TableDefinition): Promise<Row[]> {
  const table = await readTable(instance.catalog, localizer, definition.identifier)
  try {
    const columns = definition.columns.filter(({ name }) => name !== 'kafka_headers')
    const rows = await instance.session.rows(`select ${columns.map(plainSql).join(', ')} from (${table.sql})`)
    return rows as Row[]
  } finally {
    table.release()
  }
}

/** A column as the model holds it: decimals in units of their scale, timestamps in microseconds, bytes as hex. */
function plainSql({ name, type }: Field): string {
  const column = quoteIdentifier(name)
  const forms: Partial<Record<typeof type.kind, string>> = {
    long: `${column}::bigint`,
    decimal: `replace(${column}::varchar, '.', '')::hugeint`,
    timestamp: `epoch_us(${column})`,
    binary: `lower(hex(${column}))`,
  }
  return `${forms[type.kind] ?? column} as ${column}`
}

function refusalOf(row: Row): Refusal {
  const text = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null)
  return {
    source: text(row.source) ?? '',
    partition: Number(row.kafka_partition),
    offset: BigInt(row.kafka_offset ?? -1),
    table: text(row.table_name),
    code: text(row.code) ?? '',
    rule: text(row.rule),
  }
}
