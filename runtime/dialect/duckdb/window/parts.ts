import type { ColumnExpr, Expr, SilverPlan, SourcePlan, WindowPlan } from '#plan'
import { aggregateSql, type AggregateSql } from '../aggregate.ts'
import { expressionSql, overflowSql } from '../expression.ts'
import { quoteIdentifier } from '../identifier.ts'
import {
  closedVariable,
  EVENT_TIME,
  refusedRelation,
  silverRelation,
  VERDICT,
  windowDelta,
  windowState,
} from '../names.ts'
import { readColumn } from '../read-column.ts'
import { storedSql } from '../stored.ts'

/** A column of the state: whose it is, and which of its parts. */
export interface StateColumn {
  readonly column: string
  readonly of: string
  readonly part: number
}

/** The SQL that all kinds of windows are put together from. Names are quoted. */
export interface WindowParts {
  readonly name: string
  readonly source: SourcePlan
  /** The silver rows of the batch that take part: a `from` clause and a condition. */
  readonly rows: string
  readonly accepted: string
  /** True, over the same rows, where `where` has no answer because it overflows. */
  readonly undecided?: string
  readonly refused: string
  readonly state: string
  readonly delta: string
  /** State of the newest checkpoint and what came since. */
  readonly both: string
  /** Windows that end at or before this timestamp are closed; null before the first. */
  readonly closed: string
  readonly groupNames: readonly string[]
  /** Groups over a silver row. */
  readonly groups: readonly string[]
  readonly namedGroups: readonly string[]
  readonly partialNames: readonly string[]
  /** Partials over rows, over partials, and of no row at all. */
  readonly fromRows: readonly string[]
  readonly merged: readonly string[]
  readonly absent: readonly string[]
  /** The partials that hold every value of their rows, and not one of a fixed size. */
  readonly listNames: readonly string[]
  /** The columns of groups and partials. */
  readonly stateColumns: readonly StateColumn[]
  /** Groups and measures as the table stores them, over groups and merged partials. */
  readonly stored: readonly string[]
  /** Conditions over a silver row under which it cannot be held, with the column or measure at fault. */
  readonly overflows: readonly { readonly rule: string; readonly sql: string }[]
}

/** The parts of a window table's SQL. */
export function windowParts(table: WindowPlan, silver: SilverPlan, source: SourcePlan): WindowParts {
  const { name } = table.table
  const aggregates = compileAggregates(table)
  const partials = aggregates.flatMap(({ sql }) => sql.partials)
  const where = table.where ? ` and (${expressionSql(table.where, readColumn)})` : ''
  const overflow = table.where && overflowSql(table.where, readColumn)
  const decided = overflow === undefined ? '' : ` and not (${overflow})`
  const [state, delta] = [windowState(name), windowDelta(name)]
  const as = (value: string, column: string): string => `${value} as ${quoteIdentifier(column)}`
  return {
    name,
    source,
    rows: silverRelation(silver.table.name),
    accepted: `${VERDICT} is null${where}${decided}`,
    ...(overflow === undefined ? {} : { undecided: `${VERDICT} is null and (${overflow})` }),
    refused: refusedRelation(name),
    state,
    delta,
    both: `(select * from ${state} union all select * from ${delta})`,
    closed: `getvariable('${closedVariable(name)}')::timestamp`,
    groupNames: table.groupBy.map((column) => quoteIdentifier(column.name)),
    groups: table.groupBy.map(groupSql),
    namedGroups: table.groupBy.map((column) => as(groupSql(column), column.name)),
    partialNames: partials.map((each) => quoteIdentifier(each.name)),
    listNames: partials.filter(({ type }) => type.endsWith('[]')).map((each) => quoteIdentifier(each.name)),
    fromRows: partials.map((each) => as(each.fromRows, each.name)),
    merged: partials.map((each) => as(each.merge, each.name)),
    absent: partials.map((each) => as(`null::${each.type}`, each.name)),
    stateColumns: [
      ...table.groupBy.map(({ name }) => ({ column: name, of: name, part: 0 })),
      ...aggregates.flatMap(({ rule, sql }, index) =>
        sql.partials.map((each, part) => ({
          column: each.name,
          of: rule,
          part: partsBefore(aggregates, index) + part,
        })),
      ),
    ],
    stored: [
      ...table.groupBy.map(({ name, type }) => as(storedSql(type, quoteIdentifier(name)), name)),
      ...measuresSql(table, aggregates),
    ],
    overflows: overflows(table, aggregates),
  }
}

/** SQL that is true where `each` and `touched` agree in the columns; null agrees with null. */
export function sameWindow(columns: readonly string[]): string {
  return columns.map((column) => `each.${column} is not distinct from touched.${column}`).join(' and ')
}

interface MeasureAggregate {
  readonly measure: number
  readonly rule: string
  readonly sql: AggregateSql
}

function compileAggregates(table: WindowPlan): MeasureAggregate[] {
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
function partsBefore(aggregates: readonly MeasureAggregate[], index: number): number {
  const earlier = aggregates.slice(0, index).filter(({ measure }) => measure === aggregates[index]?.measure)
  return earlier.reduce((sum, { sql }) => sum + sql.partials.length, 0)
}

function measuresSql(table: WindowPlan, aggregates: readonly MeasureAggregate[]): string[] {
  return table.measures.map((measure, index) => {
    const finals = aggregates.filter((each) => each.measure === index).map((each) => each.sql.final)
    const read = (column: ColumnExpr): string => finals[Number(column.path[0]?.slice(1))] ?? 'null'
    return `${storedSql(measure.type, expressionSql(measure.expr, read))} as ${quoteIdentifier(measure.name)}`
  })
}

function groupSql(column: WindowPlan['groupBy'][number]): string {
  const value = column.value.kind === 'expression' ? expressionSql(column.value.expr, readColumn) : 'null'
  // Minus zero equals zero, so which of the two a group is named by would depend on the order of rows.
  return column.type.kind === 'double' ? `(${value}) + 0e0` : value
}

function overflows(table: WindowPlan, aggregates: readonly MeasureAggregate[]): { rule: string; sql: string }[] {
  const found: { rule: string; sql: string | undefined }[] = []
  const add = (rule: string, expr: Expr): void => {
    found.push({ rule, sql: overflowSql(expr, readColumn) })
  }
  for (const column of table.groupBy) if (column.value.kind === 'expression') add(column.name, column.value.expr)
  for (const { rule, sql } of aggregates) found.push({ rule, sql: sql.reject })
  return found.flatMap(({ rule, sql }) => (sql === undefined ? [] : [{ rule, sql }]))
}
