import {
  acceptedRelation,
  CLEAR_REFUSALS,
  quarantineSql,
  quoteText,
  rawRelation,
  REFUSALS,
  silverRelation,
  timelyRelation,
  VERDICT,
  type SourceNode,
} from '#dialect/duckdb'
import { quoteName } from '#lake'
import { addAccounting, type Counts, type SilverAccount } from '../accounting.ts'
import { viewSql, type Instance } from '../embedded/instance.ts'
import { judgeBatch, takeCensus, withDeleted, type JudgedBatch } from '../embedded/process-batch.ts'
import { meetInterval } from '../embedded/process-interval.ts'
import { checkFailed, processSilver } from '../embedded/process-silver.ts'
import { tableKey } from '../tables.ts'
import { RECORDS, SELECTED } from './select-refused.ts'

/** The rows that leave quarantine: those of `SELECTED` that were accepted, or refused for another reason. */
export const GONE = 'refused_gone'
/** The selected rows of a batch, with what judged the record anew and refused it. */
const BATCH = 'refused_batch'
const PLACE = 'kafka_partition, kafka_offset'

/** A row of a silver table as texts, by column. */
export type SampleRow = Readonly<Record<string, string | null>>

export interface JudgeOptions {
  /** Rows to show of each silver table. */
  readonly samples: number
  readonly onSilver: (table: string, account: SilverAccount, rows: readonly SampleRow[]) => void
}

type Table = SourceNode['silver'][number]

/** Sets up what `judgeRefused` fills. */
export async function openGone({ session }: Instance): Promise<void> {
  await session.run(
    `create or replace temp table ${GONE} as select source, table_name, ${PLACE}, code, _file_path, _pos from ${SELECTED} limit 0`,
  )
}

/**
 * Runs the selected records numbered `from` to `to` through the plan as if they came now, each through the tables that it
 * has not been through: all of its source when no table saw it, else the one that refused it. What is still refused for the
 * same reason stays; a record that is too old by now stays too, and so does one that a silver table refused and the contract
 * would refuse today, because other tables may hold it.
 */
export async function judgeRefused(
  instance: Instance,
  node: SourceNode,
  range: { readonly from: number; readonly to: number },
  options: JudgeOptions,
): Promise<void> {
  const { session } = instance
  const { plan, sql, versions } = node
  const { deleted, times } = await openBatch(instance, node, range)
  const silver: Record<string, SilverAccount> = {}
  for (const table of node.silver) {
    await readFor(instance, node, [null, tableKey(table.plan.table)])
    const refusals: string[] = []
    const account = await processSilver(instance, table, { source: node, refusals, times, again: true })
    await session.runAll(refusals)
    const { name } = table.plan.table
    await keepSame(instance, tableKey(table.plan.table))
    silver[name] = deleted === 0 ? account : withDeleted(account, deleted)
  }
  for (const join of node.intervals) {
    const refusals: string[] = []
    await meetInterval(instance, join, { source: node, refusals, times, again: true })
    await session.runAll(refusals)
  }
  await leave(instance)
  if (versions !== undefined) {
    await readFor(instance, node, [null])
    await session.run(versions.fold)
  }
  await session.run(quarantineSql(plan))
  for (const table of node.silver) {
    const { name } = table.plan.table
    const quarantined = await changeOf(instance, tableKey(table.plan.table))
    const account = { ...(silver[name] ?? NO_ROWS), quarantined }
    silver[name] = account
    options.onSilver(name, account, await sampleRows(instance, table, account.rows > 0 ? options.samples : 0))
  }
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: { [plan.name]: { consumed: 0, quarantined: await changeOf(instance, null), silver } },
    gold: {},
  })
  await session.runAll(viewSql(instance, timelyRelation(plan.name), sql.timely.all))
}

const NO_ROWS: SilverAccount = { rows: 0, quarantined: {}, deduplicated: 0, filtered: {}, warned: {} }

/** Rejects with checkpoint/check-failed where a check that stops a pipeline is false for a record; changes no state. */
export async function checkStops(
  instance: Instance,
  node: SourceNode,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  const stopping = node.silver.filter(({ sql }) => sql.verdicts.some(({ kind }) => kind === 'fail'))
  if (stopping.length === 0) return
  await openBatch(instance, node, range)
  for (const { plan, sql } of stopping) {
    const { name } = plan.table
    await readFor(instance, node, [null, tableKey(plan.table)])
    await instance.session.run(sql.shape)
    for (const [number, verdict] of sql.verdicts.entries()) {
      if (verdict.kind !== 'fail') continue
      const selection = `select ${PLACE} from ${silverRelation(name)} where ${VERDICT} = ${number}`
      if ((await instance.session.count(`select count(*) from (${selection})`)) > 0)
        throw await checkFailed(instance, name, verdict.rule, selection)
    }
  }
}

/** Stages the records and judges them as far as no table is needed. */
async function openBatch(
  instance: Instance,
  node: SourceNode,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<JudgedBatch> {
  const { session } = instance
  const { plan, sql } = node
  const rows = `${SELECTED} semi join (from ${RECORDS} where _n >= ${from} and _n < ${to}) using (${PLACE})
    where source = ${quoteText(plan.name)}`
  const raw = rawRelation(plan.name)
  await session.runAll([
    `truncate ${raw}`,
    `insert into ${raw} select distinct on (${PLACE}) kafka_partition::integer, kafka_offset, kafka_timestamp::timestamp,
      kafka_key, kafka_value, kafka_headers from ${rows}`,
  ])
  const { doubted } = await takeCensus(instance, node)
  const judged = await judgeBatch(instance, node, { marks: sql.marksNow, doubted })
  await session.runAll([
    CLEAR_REFUSALS,
    ...judged.refusals,
    `create or replace temp table ${BATCH} as
      select source, table_name, ${PLACE}, rows.code, rows.rule, rows.path, rows.message, _file_path, _pos, judged.code as judged,
        judged.code is not null and (table_name is not null or judged.code = 'record/too-old'
          or (rows.code = judged.code and ${same('rows', 'judged')})) as stays
      from (select * from ${rows}) rows
      left join (select ${PLACE}, code, rule, path, message from ${REFUSALS} where table_name is null) judged using (${PLACE})`,
    // A refusal that is news of a record that no table saw takes the place of the old one; no other is kept.
    `delete from ${REFUSALS} where table_name is null and (${PLACE}) not in (
      select (${PLACE}) from ${BATCH} where table_name is null and judged is not null and not stays)`,
  ])
  return judged
}

const same = (a: string, b: string): string =>
  ['rule', 'path', 'message'].map((each) => `${a}.${each} is not distinct from ${b}.${each}`).join(' and ')

/** Lets silver tables read the records of the batch that were judged well and that these tables refused. */
async function readFor(instance: Instance, node: SourceNode, refusedBy: readonly (string | null)[]): Promise<void> {
  const tables = refusedBy.map((each) => (each === null ? 'table_name is null' : `table_name = ${quoteText(each)}`))
  const timely = node.sql.timely.only(`select ${PLACE} from ${BATCH} where judged is null and (${tables.join(' or ')})`)
  await instance.session.runAll(viewSql(instance, timelyRelation(node.plan.name), timely))
}

/** A table's refusal for the reason that stands in quarantine already changes nothing. */
async function keepSame({ session }: Instance, table: string): Promise<void> {
  const name = quoteText(table)
  await session.runAll([
    `update ${BATCH} rows set stays = true from ${REFUSALS} refused where rows.table_name = ${name}
      and refused.table_name = ${name} and rows.kafka_partition = refused.kafka_partition
      and rows.kafka_offset = refused.kafka_offset and rows.code = refused.code and ${same('rows', 'refused')}`,
    `delete from ${REFUSALS} where table_name = ${name} and (${PLACE}) in (
      select (${PLACE}) from ${BATCH} where table_name = ${name} and stays)`,
  ])
}

async function leave({ session }: Instance): Promise<void> {
  await session.run(
    `insert into ${GONE} select source, table_name, ${PLACE}, code, _file_path, _pos from ${BATCH} where not stays`,
  )
}

/** What the batch adds to and takes from the quarantined rows of a table, by code. */
async function changeOf({ session }: Instance, table: string | null): Promise<Counts> {
  const of = `where table_name is not distinct from ${table === null ? 'null' : quoteText(table)}`
  const rows = await session.rows(`select code, sum(n)::bigint as n from (
      select code, 1 as n from ${REFUSALS} ${of} union all select code, -1 from ${BATCH} ${of} and not stays)
    group by all having sum(n) <> 0`)
  return Object.fromEntries(rows.map(({ code, n }) => [String(code), Number(n)]))
}

async function sampleRows({ session }: Instance, { plan }: Table, samples: number): Promise<SampleRow[]> {
  if (samples === 0) return []
  const texts = plan.columns.map(({ name }) => `${quoteName(name)}::varchar as ${quoteName(name)}`)
  const rows = await session.rows(
    `select kafka_partition::varchar as kafka_partition, kafka_offset::varchar as kafka_offset, ${texts.join(', ')}
      from ${acceptedRelation(plan.table.name)} order by all limit ${samples}`,
  )
  return rows as SampleRow[]
}
