import { heldColumns, type IntervalPlan, type SilverPlan, type SourcePlan } from '#plan'
import { expressionSql } from '../expression.ts'
import { quoteIdentifier, quoteText } from '../identifier.ts'
import { joinedField, readJoined } from '../joined.ts'
import {
  closedVariable,
  EVENT_TIME,
  intervalDelta,
  intervalState,
  nearVariables,
  rawRelation,
  silverRelation,
  VERDICT,
  type JoinSide,
} from '../names.ts'
import { intervalSql } from '../text.ts'

/** The silver tables that are joined, each with its source. */
export type JoinedTables = Readonly<Record<JoinSide, { readonly silver: SilverPlan; readonly source: SourcePlan }>>

export const LINEAGE = ['kafka_partition', 'kafka_offset'] as const
export const RAW_FIELDS = ['kafka_timestamp', 'kafka_key', 'kafka_value', 'kafka_headers'] as const
/** Columns of a row that waits. */
export const TIME = '_time'
export const RAW = '_raw'
/** Of a row of the other side, beside one of the left. */
export const PARTNER = ['_partner_partition', '_partner_offset'] as const
export const PARTNER_TIME = '_partner_time'

/** What the statements of one interval join are made of. */
export interface Parts {
  readonly table: IntervalPlan
  readonly tables: JoinedTables
  readonly name: string
  /** Whether the left side keeps the bytes of its records: quarantine may need them. */
  readonly raw: boolean
  /** The verdict on a pair. */
  readonly pairs: string
}

/** The accepted rows of a batch on one side, as they wait. */
export function enterSql({ table, tables, raw }: Parts, side: JoinSide): string {
  const { silver, source } = tables[side]
  const read = side === 'left' ? readJoined : readOther
  const withRaw = raw && side === 'left'
  const bytes = RAW_FIELDS.map((field) => `'${field}': raw.${field}`).join(', ')
  const columns = [
    ...LINEAGE.map((each) => `silver.${each}`),
    `${EVENT_TIME} as ${TIME}`,
    ...table.join.on.map((on, index) => `${expressionSql(on[side], read)} as _on${index}`),
    ...columnsHeld(table, silver, side).map(quoteIdentifier),
    ...(withRaw ? [`{${bytes}} as ${RAW}`] : []),
  ]
  const records = withRaw ? `join ${rawRelation(source.name)} raw using (${LINEAGE.join(', ')})` : ''
  return `select ${columns.join(', ')} from ${silverRelation(silver.table.name)} silver ${records} where ${VERDICT} is null`
}

/** The rows that wait on a side. */
export function waitingSql(name: string, side: JoinSide): string {
  return `(select * from ${intervalState(name, side)} union all select * from ${intervalDelta(name, side)})`
}

/** Between which times rows lie that those of a relation may meet; variables, so that whole row groups are passed over. */
export function nearBounds({ name, table }: Parts, relation: string): string[] {
  const { low, high } = nearVariables(name)
  const within = intervalSql(table.join.withinMs)
  return [
    `set variable ${quoteIdentifier(low)} = (select min(${TIME}) - ${within} from ${relation})`,
    `set variable ${quoteIdentifier(high)} = (select max(${TIME}) + ${within} from ${relation})`,
  ]
}

/** The rows that wait on a side between those times. */
export function nearSql(name: string, side: JoinSide): string {
  const { low, high } = nearVariables(name)
  const variable = (each: string): string => `getvariable(${quoteText(each)})::timestamp`
  const near = `${TIME} between ${variable(low)} and ${variable(high)}`
  return `(select * from ${intervalState(name, side)} where ${near}
        union all select * from ${intervalDelta(name, side)} where ${near})`
}

/** Rows of the left side, as `enterSql` gives them, with what a pair is made of. */
export function leftSql({ table, tables, raw }: Parts, relation: string): string {
  const ons = table.join.on.map((_, index) => `_on${index}`)
  const held = columnsHeld(table, tables.left.silver, 'left').map(quoteIdentifier)
  return `(select ${[...LINEAGE, TIME, ...ons, ...held, ...(raw ? [RAW] : [])].join(', ')} from ${relation})`
}

/** The other side under names of its own. */
export function rightSql({ table, tables }: Parts, relation: string): string {
  const place = LINEAGE.map((each, index) => `${each} as ${PARTNER[index]}`)
  const ons = table.join.on.map((_, index) => `_on${index} as _partner_on${index}`)
  const held = columnsHeld(table, tables.right.silver, 'right').map(
    (column) => `${quoteIdentifier(column)} as ${joinedField(column)}`,
  )
  return `(select ${[...place, `${TIME} as ${PARTNER_TIME}`, ...ons, ...held].join(', ')} from ${relation})`
}

/** The pipeline watermark up to which the join has let go of rows. */
export function closedSql(name: string): string {
  return `getvariable(${quoteText(closedVariable(name))})::timestamp`
}

/** The silver columns of a side that pairs are made of, in the order of their table. */
export function columnsHeld(table: IntervalPlan, silver: SilverPlan, side: JoinSide): string[] {
  const held = heldColumns(table)[side]
  return silver.columns.flatMap(({ name }) => (held.has(name) ? [name] : []))
}

/** A column of the other silver table by itself. */
export function readOther({ path: [, name = '', ...rest] }: Parameters<typeof readJoined>[0]): string {
  return [name, ...rest].map(quoteIdentifier).join('.')
}
