import {
  bronzeRelation,
  CLEAR_REFUSALS,
  quarantineSql,
  rawRelation,
  refuseSql,
  untimelyRelation,
  type SourceNode,
} from '#dialect/duckdb'
import { diagnostic } from '#diagnostics'
import { columnsRead, durationText, type Expr } from '#plan'
import type { RecordColumns } from '#stream'
import { addAccounting, addCounts, type Counts, type SilverAccount } from '../accounting.ts'
import { explainRefused } from './explain-refused.ts'
import type { Instance } from './instance.ts'
import { processSilver } from './process-silver.ts'
import { writeTable } from './write-table.ts'

/** Hands a batch to the engine; its columns may be reused once this resolves. */
export async function stageBatch(instance: Instance, source: SourceNode, columns: RecordColumns): Promise<void> {
  await instance.staging.stage(source.plan.name, columns)
  instance.step('batch-staged')
}

/**
 * Takes a staged batch of one source through bronze, validation, silver and the gold state (DESIGN section 7). Writes
 * data files and changes state in memory; nothing is visible to anyone before the next checkpoint.
 */
export async function processBatch(instance: Instance, source: SourceNode): Promise<void> {
  const { session } = instance
  const { sql, plan, versions } = source
  await session.run(sql.bronze)
  await writeTable(instance, `bronze.${plan.name}`, bronzeRelation(plan.name))
  instance.step('bronze-written')

  const { deleted, quarantined } = await judgeBatch(instance, source, sql.marks)

  const silver: Record<string, SilverAccount> = {}
  for (const table of source.silver) {
    const account = await processSilver(instance, table)
    silver[table.plan.table.name] = deleted === 0 ? account : withDeleted(account, deleted)
  }
  instance.step('silver-written')
  await session.runAll([quarantineSql(plan), sql.fold, ...(versions === undefined ? [] : [versions.fold])])

  const consumed = await session.count(`select count(*) from ${rawRelation(plan.name)}`)
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: { [plan.name]: { consumed, quarantined, silver } },
    gold: {},
  })
  instance.step('batch-processed')
}

/** What a staged batch comes to before any table sees it. */
export interface JudgedBatch {
  /** Records that delete a key. */
  readonly deleted: number
  readonly quarantined: Counts
}

/**
 * Validates a staged batch and looks at its event times: those it refuses are on the list of refusals, the others are what
 * silver tables read. `marks` is the statement that finds the newest event time before each record.
 */
export async function judgeBatch(instance: Instance, source: SourceNode, marks: string): Promise<JudgedBatch> {
  const { session } = instance
  const { sql, versions } = source
  await session.runAll([CLEAR_REFUSALS, sql.check, ...(versions === undefined ? [] : [versions.tombstones])])
  const deleted = versions === undefined ? 0 : await session.count(versions.deleted)
  const explained = await explainRefused(instance, source)
  const records = explained.accepted > 0 ? sql.records.withExplained : sql.records.accepted
  await session.runAll([records, marks, sql.untimely])
  const untimely = await sendUntimely(instance, source)
  await session.run(Object.keys(untimely).length > 0 ? sql.timely.withoutUntimely : sql.timely.all)
  return { deleted, quarantined: addCounts(explained.quarantined, untimely) }
}

/** A record that deletes a key has no columns, so it is no row: the rule is no name that a check can have. */
export function withDeleted(account: SilverAccount, deleted: number): SilverAccount {
  return { ...account, filtered: addCounts(account.filtered, { 'null-value': deleted }) }
}

async function sendUntimely(instance: Instance, source: SourceNode): Promise<Counts> {
  const { session } = instance
  const { name, eventTime } = source.plan
  const untimely = untimelyRelation(name)
  const rows = await session.rows(`select code, count(*) as rows from ${untimely} group by all`)
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const code = row.code as 'record/no-event-time' | 'record/future-event-time' | 'record/too-old'
    counts[code] = Number(row.rows)
    const selection = `select kafka_partition, kafka_offset from ${untimely} where code = '${code}'`
    await session.run(
      refuseSql({
        selection,
        code,
        rule: null,
        path: fieldPointer(eventTime),
        message: untimelyMessage(source, code),
      }),
    )
  }
  return counts
}

function untimelyMessage(
  source: SourceNode,
  code: 'record/no-event-time' | 'record/future-event-time' | 'record/too-old',
): string {
  const { eventTime, maxAheadMs, horizonMs } = source.plan
  switch (code) {
    case 'record/no-event-time':
      return diagnostic(code, { field: fieldNames(eventTime), computed: eventTime.kind !== 'column' }).message
    case 'record/future-event-time':
      return diagnostic(code, { limit: durationText(maxAheadMs) }).message
    case 'record/too-old':
      return diagnostic(code, { limit: durationText(horizonMs) }).message
  }
}

/** The place of the field the event time is made of; of the whole value when there is not exactly one. */
function fieldPointer(eventTime: Expr): string {
  const [only, ...more] = new Set(fieldsOf(eventTime).map((path) => `/${path.map(escapePointer).join('/')}`))
  return only === undefined || more.length > 0 ? '' : only
}

function fieldNames(eventTime: Expr): string {
  return [...new Set(fieldsOf(eventTime).map((path) => path.join('.')))].join(', ')
}

function fieldsOf(eventTime: Expr): (readonly string[])[] {
  return columnsRead(eventTime).flatMap((column) => (column.scope === 'source' ? [column.path] : []))
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
