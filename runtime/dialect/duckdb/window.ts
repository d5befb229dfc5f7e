import type { ColumnExpr, Expr, SilverPlan, SourcePlan, WindowPlan } from '#plan'
import { diagnostic } from '#diagnostics'
import { aggregateSql, type AggregateSql } from './aggregate.ts'
import { expressionSql, overflowSql } from './expression.ts'
import { quoteIdentifier } from './identifier.ts'
import {
  closedRelation,
  closedVariable,
  declaredLateRelation,
  EVENT_TIME,
  marksRelation,
  NEWEST,
  refusedRelation,
  silverRelation,
  VERDICT,
  windowDelta,
  windowState,
} from './names.ts'
import { readColumn } from './read-column.ts'
import type { Verdict } from './silver.ts'
import { storedSql } from './stored.ts'
import { intervalSql, windowStartSql } from './text.ts'

/**
 * A window table keeps partial aggregates: every batch appends one row per (window, group), closing merges them. So
 * state only grows by appending, and no result depends on how records were cut into batches.
 */
export interface WindowProgram {
  readonly verdicts: readonly Verdict[]
  readonly setup: readonly string[]
  /** Silver rows this table refuses: kafka_partition, kafka_offset, verdict. Late ones by DESIGN section 5. */
  readonly refuse: string
  /**
   * The same for an audit, which replays records without knowing when windows were closed: those found late for a closed
   * window stand in the relation `declared_late_<table>`(kafka_partition, kafka_offset).
   */
  readonly refuseDeclared: string
  /** Folds the batch in; the second form leaves out refused rows. */
  readonly fold: { readonly all: string; readonly withoutRefused: string }
  /** Merges and finishes the windows that end at or before the session variable `closed_<table>`. */
  readonly close: string
  /** The end of the last open window: last, microseconds since the epoch. */
  readonly lastEnd: string
  /** Drops what `close` read. */
  readonly drop: readonly string[]
  /** The columns of the state after `window_start`, in order: whose they are (a group or measure), and which of its parts. */
  readonly stateColumns: readonly { readonly column: string; readonly of: string; readonly part: number }[]
  /** Replaces many partials of a window and group by one. */
  readonly compact: readonly string[]
}

/** Compiles a window table's part of the plan. */
export function compileWindow(table: WindowPlan, silver: SilverPlan, source: SourcePlan): WindowProgram {
  const name = table.table.name
  const rows = silverRelation(silver.table.name)
  const refused = refusedRelation(name)
  const state = windowState(name)
  const delta = windowDelta(name)
  const closed = `getvariable('${closedVariable(name)}')::timestamp`
  const end = (time: string): string =>
    `${windowStartSql(time, table.window.sizeMs)} + ${intervalSql(table.window.sizeMs)}`
  const where = table.where ? ` and (${expressionSql(table.where, readColumn)})` : ''
  const groups = table.groupBy.map((column) => quoteIdentifier(column.name))
  const partials = compilePartials(table)
  const names = partials.flatMap(({ sql }) => sql.partials.map((each) => quoteIdentifier(each.name)))
  const key = ['window_start', ...groups].join(', ')

  const verdicts: Verdict[] = [
    {
      kind: 'quarantine',
      code: 'record/late',
      rule: 'watermark',
      message: diagnostic('record/late', { table: `gold.${name}` }).message,
    },
    {
      kind: 'quarantine',
      code: 'record/late',
      rule: 'closed',
      message: diagnostic('record/late', { table: `gold.${name}` }).message,
    },
  ]
  const overflowCases = overflows(table, partials).map(({ rule, sql }, index) => {
    const { message } = diagnostic('record/overflow', { column: rule })
    verdicts.push({ kind: 'quarantine', code: 'record/overflow', rule, message })
    return `when ${sql} then ${LATE_VERDICTS + index}`
  })
  const accepted = `(select * from ${rows} where ${VERDICT} is null${where})`
  const late = (closedRows: string): string => `
      select kafka_partition, kafka_offset, 0::smallint as verdict from ${marksRelation(source.name)}
        where ${end(EVENT_TIME)} <= ${NEWEST} - ${intervalSql(source.watermarkMs)}
      union all select kafka_partition, kafka_offset, 1::smallint from (${closedRows}) closed_rows`
  const inTime = `from ${marksRelation(source.name)} where (${end(EVENT_TIME)} > ${NEWEST} - ${intervalSql(source.watermarkMs)} or ${NEWEST} is null)`
  const refuse = (closedRows: string): string => {
    const refusals = `select late.* from (${late(closedRows)}) late semi join ${accepted} silver using (kafka_partition, kafka_offset)`
    const overflowed = `select * from (select kafka_partition, kafka_offset, (case ${overflowCases.join(' ')} end)::smallint as verdict
        from ${accepted}) overflowed where verdict is not null`
    const all =
      overflowCases.length === 0
        ? refusals
        : `with late as materialized (${refusals}) select * from late union all
          select * from (${overflowed}) anti join late using (kafka_partition, kafka_offset)`
    return `create or replace temp table ${refused} as ${all}`
  }
  const fold = (without: string): string => `insert into ${delta}
    select ${windowStartSql(EVENT_TIME, table.window.sizeMs)} as window_start,
      ${[...table.groupBy.map(groupSql), ...partials.flatMap(({ sql }) => sql.partials.map((each) => `${each.fromRows} as ${quoteIdentifier(each.name)}`))].join(',\n      ')}
    from ${rows} ${without} where ${VERDICT} is null${where} group by all`
  const shape = `select ${windowStartSql(EVENT_TIME, table.window.sizeMs)} as window_start,
      ${[...table.groupBy.map(groupSql), ...partials.flatMap(({ sql }) => sql.partials.map((each) => `null::${each.type} as ${quoteIdentifier(each.name)}`))].join(', ')}
    from ${rows} limit 0`
  const merged = partials.flatMap(({ sql }) =>
    sql.partials.map((each) => `${each.merge} as ${quoteIdentifier(each.name)}`),
  )
  const both = `(select * from ${state} union all select * from ${delta})`
  const stored = table.groupBy.map(
    (column) => `${storedSql(column.type, quoteIdentifier(column.name))} as ${quoteIdentifier(column.name)}`,
  )
  const measures = table.measures.map((measure, index) => {
    const finals = partials.filter((each) => each.measure === index).map((each) => each.sql.final)
    const read = (column: ColumnExpr): string => finals[Number(column.path[0]?.slice(1))] ?? 'null'
    return `${storedSql(measure.type, expressionSql(measure.expr, read))} as ${quoteIdentifier(measure.name)}`
  })
  return {
    verdicts,
    setup: [`create table if not exists ${state} as ${shape}`, `create table if not exists ${delta} as ${shape}`],
    refuse: refuse(`select kafka_partition, kafka_offset ${inTime} and ${end(EVENT_TIME)} <= ${closed}`),
    refuseDeclared: refuse(`select kafka_partition, kafka_offset ${inTime}
      and (kafka_partition, kafka_offset) in (select (kafka_partition, kafka_offset) from ${declaredLateRelation(name)})`),
    fold: { all: fold(''), withoutRefused: fold(`anti join ${refused} using (kafka_partition, kafka_offset)`) },
    close: `create or replace temp table ${closedRelation(name)} as
      select ${storedSql({ kind: 'timestamp' }, 'window_start')} as window_start,
        ${storedSql({ kind: 'timestamp' }, `window_start + ${intervalSql(table.window.sizeMs)}`)} as window_end,
        ${[...stored, ...measures].join(', ')}
      from (select ${[key, ...merged].join(', ')} from ${both}
        where window_start + ${intervalSql(table.window.sizeMs)} <= ${closed} group by ${key})`,
    lastEnd: `select epoch_us(max(window_start) + ${intervalSql(table.window.sizeMs)}) as last from ${both}`,
    drop: [state, delta].map(
      (each) => `delete from ${each} where window_start + ${intervalSql(table.window.sizeMs)} <= ${closed}`,
    ),
    stateColumns: [
      ...table.groupBy.map(({ name: group }) => ({ column: group, of: group, part: 0 })),
      ...partials.flatMap(({ rule, sql }, index) =>
        sql.partials.map((each, part) => ({ column: each.name, of: rule, part: partsBefore(partials, index) + part })),
      ),
    ],
    compact: [
      `create or replace temp table compacted as select ${[key, ...merged].join(', ')} from ${state} group by ${key}`,
      `truncate ${state}`,
      `insert into ${state} select ${[key, ...names].join(', ')} from compacted`,
      'drop table compacted',
    ],
  }
}

/** Verdicts 0 and 1 are late by watermark and late for a closed window. */
const LATE_VERDICTS = 2

interface MeasurePartials {
  readonly measure: number
  readonly rule: string
  readonly sql: AggregateSql
}

function compilePartials(table: WindowPlan): MeasurePartials[] {
  const order = { eventTime: EVENT_TIME, partition: 'kafka_partition', offset: 'kafka_offset' }
  let index = 0
  return table.measures.flatMap((measure, position) =>
    measure.aggregates.map((aggregate) => ({
      measure: position,
      rule: measure.name,
      sql: aggregateSql(aggregate, index++, readColumn, order),
    })),
  )
}

/** How many state columns the aggregates of the same measure before this one have. */
function partsBefore(partials: readonly MeasurePartials[], index: number): number {
  const earlier = partials.slice(0, index).filter(({ measure }) => measure === partials[index]?.measure)
  return earlier.reduce((sum, { sql }) => sum + sql.partials.length, 0)
}

function groupSql(column: WindowPlan['groupBy'][number]): string {
  const value = column.value.kind === 'expression' ? expressionSql(column.value.expr, readColumn) : 'null'
  // Minus zero equals zero, so which of the two a group is named by would depend on the order of rows.
  const canonical = column.type.kind === 'double' ? `(${value}) + 0e0` : value
  return `${canonical} as ${quoteIdentifier(column.name)}`
}

function overflows(table: WindowPlan, partials: readonly MeasurePartials[]): { rule: string; sql: string }[] {
  const found: { rule: string; sql: string | undefined }[] = []
  const add = (rule: string, expr: Expr): void => {
    found.push({ rule, sql: overflowSql(expr, readColumn) })
  }
  for (const column of table.groupBy) if (column.value.kind === 'expression') add(column.name, column.value.expr)
  for (const { rule, sql } of partials) found.push({ rule, sql: sql.reject })
  return found.flatMap(({ rule, sql }) => (sql === undefined ? [] : [{ rule, sql }]))
}
