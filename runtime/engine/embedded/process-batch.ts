import {
  bronzeRelation,
  CLEAR_REFUSALS,
  quarantineSql,
  recordsRelation,
  refuseSql,
  timelyRelation,
  untimelyRelation,
  type SourceNode,
} from '#dialect/duckdb'
import { diagnostic } from '#diagnostics'
import { columnsRead, durationText, type Expr } from '#plan'
import type { RecordColumns } from '#stream'
import { addAccounting, addCounts, type Counts, type SilverAccount } from '../accounting.ts'
import type { EventTimes } from './batch.ts'
import { noteTimes } from './expire-state.ts'
import { explainRefused } from './explain-refused.ts'
import { viewSql, type Instance } from './instance.ts'
import { meetInterval } from './process-interval.ts'
import { processSilver } from './process-silver.ts'
import { writeTable } from './write-table.ts'

/** Hands a batch to the engine; its columns may be reused once this resolves. */
export async function stageBatch(instance: Instance, source: SourceNode, columns: RecordColumns): Promise<void> {
  await instance.staging.stage(source.plan.name, columns)
  instance.step('batch-staged')
}

/**
 * Takes a staged batch of one source through bronze, validation, silver and the gold state (DESIGN section 7). Writes
 * data files and changes state in memory; nothing is visible to anyone before the next checkpoint. Resolves to the
 * newest event time (microseconds) of every topic partition seen so far.
 */
export async function processBatch(instance: Instance, source: SourceNode): Promise<ReadonlyMap<number, bigint>> {
  const { session } = instance
  const { sql, plan, versions } = source
  const { consumed, doubted } = await takeCensus(instance, source)
  await writeTable(instance, `bronze.${plan.name}`, bronzeRelation(plan.name), consumed)
  instance.step('bronze-written')

  const judged = await judgeBatch(instance, source, { marks: sql.marks, doubted })
  const { deleted, quarantined, refusals, times } = judged

  const silver: Record<string, SilverAccount> = {}
  for (const table of source.silver) {
    const account = await processSilver(instance, table, { source, refusals, times })
    silver[table.plan.table.name] = deleted === 0 ? account : withDeleted(account, deleted)
  }
  for (const join of source.intervals) await meetInterval(instance, join, { source, refusals, times })
  instance.step('silver-written')
  const newest = await session.rows([
    ...(refusals.length === 0 ? [] : [CLEAR_REFUSALS, ...refusals, quarantineSql(plan)]),
    sql.fold,
    ...(versions === undefined ? [] : [versions.fold]),
    sql.newest,
  ])

  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: { [plan.name]: { consumed, quarantined, silver } },
    gold: {},
  })
  instance.step('batch-processed')
  const reached = new Map(
    newest.flatMap((row) => (row.newest === null ? [] : [[Number(row.kafka_partition), row.newest as bigint]])),
  )
  noteTimes(instance, source, [...reached.values()], times.oldest)
  return reached
}

const NONE_DOUBTED = { accepted: 0, quarantined: {} }

/** Brings a staged batch to its fast verdict. Resolves to its records, and those among them that the verdict refuses. */
export async function takeCensus(
  instance: Instance,
  { sql, plan }: SourceNode,
): Promise<{ readonly consumed: number; readonly doubted: number }> {
  const bronze = viewSql(instance, bronzeRelation(plan.name), sql.bronze)
  const [row] = await instance.session.rows([...bronze, sql.check, sql.census])
  return { consumed: Number(row?.consumed), doubted: Number(row?.doubted) }
}

/** What a staged batch comes to before any table sees it. */
export interface JudgedBatch {
  /** Records that delete a key. */
  readonly deleted: number
  readonly quarantined: Counts
  /** Statements that list the records that are refused. */
  readonly refusals: string[]
  readonly times: EventTimes
}

/**
 * Validates a batch of which the census was taken, and looks at its event times: those it does not refuse are what silver
 * tables read. `marks` is the statement that finds the newest event time before each record.
 */
export async function judgeBatch(
  instance: Instance,
  source: SourceNode,
  { marks, doubted }: { readonly marks: string; readonly doubted: number },
): Promise<JudgedBatch> {
  const { versions } = source
  const deleted = versions === undefined ? 0 : await instance.session.count([versions.tombstones, versions.deleted])
  const refusals: string[] = []
  const explained = doubted > deleted ? await explainRefused(instance, source, refusals) : NONE_DOUBTED
  const records = explained.accepted > 0 ? source.sql.records.withExplained : source.sql.records.accepted
  const { untimely, times } = await findUntimely(instance, source, { records, marks }, refusals)
  return { deleted, quarantined: addCounts(explained.quarantined, untimely), refusals, times }
}

/** A record that deletes a key has no columns, so it is no row: the rule is no name that a check can have. */
export function withDeleted(account: SilverAccount, deleted: number): SilverAccount {
  return { ...account, filtered: addCounts(account.filtered, { 'null-value': deleted }) }
}

/** Brings the valid records to what silver reads, and lists those out of event-time bounds as refused. */
async function findUntimely(
  instance: Instance,
  source: SourceNode,
  { records, marks }: { readonly records: string; readonly marks: string },
  refusals: string[],
): Promise<{ readonly untimely: Counts; readonly times: EventTimes }> {
  const { session } = instance
  const { sql, plan } = source
  const found = await session.rows([
    ...viewSql(instance, recordsRelation(plan.name), records),
    marks,
    sql.untimely,
    sql.times,
  ])
  const untimely: Record<string, number> = {}
  let times: EventTimes = { oldest: undefined, behind: undefined }
  for (const row of found) {
    if (row.code === null) {
      times = { oldest: (row.oldest as bigint | null) ?? undefined, behind: (row.behind as bigint | null) ?? undefined }
      continue
    }
    const code = row.code as UntimelyCode
    untimely[code] = Number(row.rows)
    refusals.push(refuseUntimely(source, code))
  }
  const timely = Object.keys(untimely).length > 0 ? sql.timely.withoutUntimely : sql.timely.all
  session.later(viewSql(instance, timelyRelation(plan.name), timely))
  return { untimely, times }
}

type UntimelyCode = 'record/no-event-time' | 'record/future-event-time' | 'record/too-old'

function refuseUntimely(source: SourceNode, code: UntimelyCode): string {
  const { name, eventTime } = source.plan
  return refuseSql({
    selection: `select kafka_partition, kafka_offset from ${untimelyRelation(name)} where code = '${code}'`,
    code,
    rule: null,
    path: fieldPointer(eventTime),
    message: untimelyMessage(source, code),
  })
}

function untimelyMessage(source: SourceNode, code: UntimelyCode): string {
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
