import type { Expr, LatestPlan, SilverPlan } from '#plan'
import { expressionSql, overflowSql } from './expression.ts'
import { quoteIdentifier } from './identifier.ts'
import {
  EVENT_TIME,
  latestChanges,
  latestIndex,
  latestPending,
  refusedRelation,
  silverRelation,
  VERDICT,
} from './names.ts'
import { readColumn } from './read-column.ts'
import { overflowVerdict, type Verdict } from './silver.ts'
import { storedSql } from './stored.ts'

/**
 * A latest table: per key the row greatest by (event time, topic partition, offset) (DESIGN section 5, latest_by).
 * The index tells, per key, the live row's order and its place in the table, so that it can be deleted by position.
 */
export interface LatestProgram {
  readonly setup: readonly string[]
  readonly verdicts: readonly Verdict[]
  /** Silver rows this table refuses: kafka_partition, kafka_offset, verdict. Left out where it takes any. */
  readonly refuse?: string
  /** Adds the batch's winner per key to the pending ones. */
  readonly fold: string
  /** The pending winners that beat the live row of their key, with that row's place (_live_path, _live_pos) and lineage. */
  readonly settle: string
  /** What the table receives: the settled rows in table order. */
  readonly written: string
  /** The table's columns by name, in order. */
  readonly columns: string
  /** Takes settled changes over into the index, their place unknown yet, and forgets the pending rows. */
  readonly take: readonly string[]
  /** Leaves of the pending rows only the winners: many batches may pass before they are settled. */
  readonly compact: readonly string[]
  /** Forgets pending rows, none of which changed anything. */
  readonly forget: string
  /** Fills places in from the relation `placed`(kafka_partition, kafka_offset, file_path, pos). */
  readonly place: string
  /** Adds the rows of the query `rows` (table columns, _file_path, _pos) to the index. */
  readonly restore: (rows: string) => string
}

/** Compiles a latest table's part of the plan. */
export function compileLatest(table: LatestPlan, silver: SilverPlan): LatestProgram {
  const name = table.table.name
  const rows = silverRelation(silver.table.name)
  const pending = latestPending(name)
  const changes = latestChanges(name)
  const index = latestIndex(name)
  const lineage = 'kafka_partition, kafka_offset'
  const names = table.columns.map((column) => quoteIdentifier(column.name))
  const columns = table.columns.map((column, position) => {
    const value = column.value.kind === 'expression' ? expressionSql(column.value.expr, readColumn) : 'null'
    return `${value} as ${names[position] ?? ''}`
  })
  const keyNames = table.latestBy.map((_, position) => `_key${position}`)
  const keys = table.latestBy.map((key, position) => `${quoteIdentifier(key)} as _key${position}`)
  const key = keyNames.join(', ')
  const where = table.where ? ` and (${expressionSql(table.where, readColumn)})` : ''
  const { verdicts, sql: refuse } = compileRefusal(table, rows)
  const fitting = refuse === undefined ? '' : `anti join ${refusedRelation(name)} using (${lineage}) `
  const shaped = (from: string): string =>
    `select ${[...keys, '*'].join(', ')} from (select ${[...columns, lineage, EVENT_TIME].join(', ')} from ${from})`
  const winners = (from: string): string =>
    `select * from ${from} semi join (select unnest(winner) from (
      select max({'time': ${EVENT_TIME}, 'kafka_partition': kafka_partition, 'kafka_offset': kafka_offset}) as winner
      from ${from} group by ${key})) won using (${lineage})`
  const order = (of: string): string =>
    `{'time': ${of}.${EVENT_TIME}, 'partition': ${of}.kafka_partition, 'offset': ${of}.kafka_offset}`
  const same = (a: string, b: string): string =>
    keyNames.map((each) => `${a}.${each} is not distinct from ${b}.${each}`).join(' and ')
  const stored = table.columns.map((column) => {
    const quoted = quoteIdentifier(column.name)
    return `${storedSql(column.type, quoted)} as ${quoted}`
  })
  return {
    setup: [
      `create table if not exists ${pending} as ${shaped(rows)} limit 0`,
      `create table if not exists ${index} as select ${key}, ${EVENT_TIME}, ${lineage},
        null::varchar as file_path, null::bigint as pos from ${pending} limit 0`,
    ],
    verdicts,
    ...(refuse === undefined ? {} : { refuse }),
    fold: `insert into ${pending} with shaped as materialized (${shaped(`${rows} ${fitting}where ${VERDICT} is null${where}`)}) ${winners('shaped')}`,
    settle: `create or replace temp table ${changes} as
      with pending as materialized (select * from ${pending}), winner as (${winners('pending')})
      select winner.*, live.file_path as _live_path, live.pos as _live_pos,
        live.kafka_partition as _live_partition, live.kafka_offset as _live_offset
      from winner left join ${index} live on ${same('winner', 'live')}
      where live.kafka_offset is null or ${order('winner')} > ${order('live')}`,
    written: `select ${[...stored, lineage].join(', ')} from ${changes}`,
    columns: [...names, lineage].join(', '),
    take: [
      `delete from ${index} live using ${changes} changed where ${same('live', 'changed')}`,
      `insert into ${index} select ${key}, ${EVENT_TIME}, ${lineage}, null, null from ${changes}`,
      `truncate ${pending}`,
    ],
    compact: [
      `create or replace temp table compacted as ${winners(pending)}`,
      `truncate ${pending}`,
      `insert into ${pending} select * from compacted`,
      'drop table compacted',
    ],
    forget: `truncate ${pending}`,
    place: `update ${index} live set file_path = placed.file_path, pos = placed.pos from placed
      where live.kafka_partition = placed.kafka_partition and live.kafka_offset = placed.kafka_offset`,
    restore: (
      from,
    ) => `insert into ${index} select ${keys.join(', ')}, ${quoteIdentifier(table.eventTimeColumn)}, ${lineage},
      _file_path, _pos from (${from})`,
  }
}

/** What overflows in `where`, or in a column of a row that takes part. */
function compileRefusal(
  table: LatestPlan,
  rows: string,
): { readonly verdicts: readonly Verdict[]; readonly sql: string | undefined } {
  const verdicts: Verdict[] = []
  const cases = (rule: string, expr: Expr | undefined): string[] => {
    const overflow = expr && overflowSql(expr, readColumn)
    return overflow === undefined ? [] : [`when ${overflow} then ${verdicts.push(overflowVerdict(rule)) - 1}`]
  }
  const undecided = cases('where', table.where)
  const left = table.where ? [`when (${expressionSql(table.where, readColumn)}) is not true then null`] : []
  const columns = table.columns.flatMap(({ name, value }) =>
    value.kind === 'expression' ? cases(name, value.expr) : [],
  )
  if (verdicts.length === 0) return { verdicts, sql: undefined }
  const verdict = `(case ${[...undecided, ...left, ...columns].join(' ')} end)::smallint as verdict`
  return {
    verdicts,
    sql: `create or replace temp table ${refusedRelation(table.table.name)} as select * from (
        select kafka_partition, kafka_offset, ${verdict} from ${rows} where ${VERDICT} is null) where verdict is not null`,
  }
}
