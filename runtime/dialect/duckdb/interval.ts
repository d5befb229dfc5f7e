import { columnsRead, type Expr, type IntervalPlan, type SilverPlan, type SourcePlan } from '#plan'
import { diagnostic } from '#diagnostics'
import { expressionSql } from './expression.ts'
import { quoteIdentifier, quoteText } from './identifier.ts'
import { lateSql } from './interval-late.ts'
import { conditionSql, joinedField, joinedValues, openVerdicts, readJoined, storedValues, takenSql } from './joined.ts'
import {
  closedVariable,
  enteredRelation,
  EVENT_TIME,
  intervalDelta,
  intervalState,
  joinedRelation,
  metRelation,
  nearVariables,
  QUARANTINE_PENDING,
  rawRelation,
  refusedRelation,
  silverRelation,
  VERDICT,
  type JoinSide,
} from './names.ts'
import type { Verdict } from './silver.ts'
import { intervalSql } from './text.ts'

/**
 * Pairs of rows of two silver tables that are near in event time (DESIGN section 5, interval join). Each side waits in
 * state for rows of the other; a pair is written when its second row is worked on. So a pair depends on its two rows
 * alone, and on neither being too late: a row is when `within` after its event time lies behind the watermark of its own
 * topic partition. A row in time may meet rows as old as three times `within` behind the watermark at most, so a row
 * waits until the pipeline watermark is twice `within` past its event time.
 */
export interface IntervalProgram {
  readonly verdicts: readonly Verdict[]
  /** Once per session, when the silver tables of both sources are there. */
  readonly setup: readonly string[]
  /** The tables among them. */
  readonly state: readonly string[]
  /** What a batch of each source does, by source. */
  readonly steps: ReadonlyMap<string, IntervalStep>
  /** Of a left join: puts together what waits no longer and met nothing, by the variable `closed_<table>`. */
  readonly unmet: readonly string[] | undefined
  /** The view of the pairs the table receives, columns in table order. */
  readonly accepted: string
  /** Left out where no pair can overflow. */
  readonly overflow:
    | {
        /** Pairs that do: rows. */
        readonly rows: string
        /** Sends them to quarantine, with the record of the silver table and the place of the other. */
        readonly refuse: string
      }
    | undefined
  /** The time of the watermark at which the last row stops waiting: last, microseconds since the epoch. */
  readonly lastEnd: string
  /** Drops what no row in time can meet. */
  readonly drop: (side: JoinSide) => readonly string[]
  /** Gives the room of dropped rows back. */
  readonly compact: (side: JoinSide) => readonly string[]
  /** The silver columns of a side that its state holds, in order. */
  readonly held: (side: JoinSide) => readonly string[]
}

/** What a batch of one source does to a join: it may have one side of it, or both. */
export interface IntervalStep {
  /** Rows this table refuses: kafka_partition, kafka_offset, verdict. */
  readonly refuse: string
  /** The same for an audit: records that came when the rows they could meet were gone are declared. */
  readonly refuseDeclared: string
  readonly sides: readonly {
    /** Takes the rows of the batch in, and puts them beside those that wait. */
    readonly meet: readonly string[]
    /** Lets them wait in turn. */
    readonly remember: string
  }[]
}

/** The silver tables that are joined, each with its source. */
export type JoinedTables = Readonly<Record<JoinSide, { readonly silver: SilverPlan; readonly source: SourcePlan }>>

const LINEAGE = ['kafka_partition', 'kafka_offset'] as const
const PARTNER = ['_partner_partition', '_partner_offset'] as const
const PARTNER_TIME = '_partner_time'
const TIME = '_time'
const RAW = '_raw'
const RAW_FIELDS = ['kafka_timestamp', 'kafka_key', 'kafka_value', 'kafka_headers'] as const
const SIDES = ['left', 'right'] as const

/** Compiles an interval join's part of the plan. */
export function compileInterval(table: IntervalPlan, tables: JoinedTables): IntervalProgram {
  const { join } = table
  const name = table.table.name
  const { verdicts, cases, pairs } = openVerdicts([lateVerdict(name, 'watermark'), lateVerdict(name, 'closed')])
  const alone = {
    left: join.on.flatMap(({ left }) => cases('on', left)),
    right: join.on.flatMap(({ right }) => cases('on', right, readOther)),
  }
  const ofPairs = pairs(table)
  const parts: Parts = { table, tables, name, raw: ofPairs !== undefined, pairs: ofPairs ?? 'null' }
  const both = (side: JoinSide): string => waitingSql(name, side)
  const left = join.kind === 'left'
  return {
    verdicts,
    setup: SIDES.flatMap((side) =>
      [intervalState(name, side), intervalDelta(name, side)].map(
        (each) => `create table if not exists ${each} as select * from (${enterSql(parts, side)}) limit 0`,
      ),
    ),
    state: SIDES.flatMap((side) => [intervalState(name, side), intervalDelta(name, side)]),
    steps: stepsOf(parts, alone),
    unmet: left ? unmetSql(parts) : undefined,
    accepted: acceptedSql(parts),
    overflow: ofPairs === undefined ? undefined : overflowSqls(parts, verdicts),
    lastEnd: `select epoch_us(max(${TIME}) + ${intervalSql(2 * join.withinMs)}) + 1 as last from ${both('left')}`,
    drop: (side) => {
      // A row that met nothing is found by looking once more, at rows `within` older than itself.
      const waits = intervalSql((left && side === 'right' ? 3 : 2) * join.withinMs)
      return [intervalState(name, side), intervalDelta(name, side)].map(
        (each) => `delete from ${each} where ${TIME} < ${closedSql(name)} - ${waits}`,
      )
    },
    compact: (side) => [
      `create or replace temp table compacted as select * from ${intervalState(name, side)}`,
      `truncate ${intervalState(name, side)}`,
      `insert into ${intervalState(name, side)} select * from compacted`,
      'drop table compacted',
    ],
    held: (side) => heldColumns(table, tables[side].silver, side),
  }
}

interface Parts {
  readonly table: IntervalPlan
  readonly tables: JoinedTables
  readonly name: string
  /** Whether the left side keeps the bytes of its records: quarantine may need them. */
  readonly raw: boolean
  /** The verdict on a pair. */
  readonly pairs: string
}

function stepsOf(parts: Parts, alone: Readonly<Record<JoinSide, readonly string[]>>): Map<string, IntervalStep> {
  const sources = new Set(SIDES.map((side) => parts.tables[side].source.name))
  return new Map(
    [...sources].map((source) => {
      const sides = SIDES.filter((side) => parts.tables[side].source.name === source)
      const step = {
        refuse: refuseSql(parts, sides, { alone, rebuild: false }),
        refuseDeclared: refuseSql(parts, sides, { alone, rebuild: true }),
        // In this order a row of both sides meets what came before it once from each.
        sides: sides.map((side) => ({
          meet: meetSql(parts, side),
          remember: `insert into ${intervalDelta(parts.name, side)} select * from ${enteredRelation(parts.name, side)}`,
        })),
      }
      return [source, step]
    }),
  )
}

/** Each record once, whichever sides it is on: what refuses it on one refuses it. */
function refuseSql(
  { table, tables, name }: Parts,
  sides: readonly JoinSide[],
  { alone, rebuild }: { alone: Readonly<Record<JoinSide, readonly string[]>>; rebuild: boolean },
): string {
  const accepted = sides.map(
    (side) =>
      `select kafka_partition, kafka_offset from ${silverRelation(tables[side].silver.table.name)} where ${VERDICT} is null`,
  )
  const source = tables[sides[0] ?? 'left'].source
  const overflowed = sides.flatMap((side) => {
    if (alone[side].length === 0) return []
    const silver = silverRelation(tables[side].silver.table.name)
    return `union all select kafka_partition, kafka_offset, (case ${alone[side].join(' ')} end)::smallint
        from ${silver} where ${VERDICT} is null`
  })
  return `create or replace temp table ${refusedRelation(name)} as
      select kafka_partition, kafka_offset, min(verdict) as verdict from (
        select late.* from (${lateSql({ name, source, closed: closedSql(name), withinMs: table.join.withinMs }, rebuild)}) late
          semi join (${accepted.join(' union all ')}) silver using (kafka_partition, kafka_offset)
        ${overflowed.join('\n        ')}) where verdict is not null group by all`
}

/** The accepted rows of a batch on one side, as they wait. */
function enterSql({ table, tables, raw }: Parts, side: JoinSide): string {
  const { silver, source } = tables[side]
  const read = side === 'left' ? readJoined : readOther
  const withRaw = raw && side === 'left'
  const bytes = RAW_FIELDS.map((field) => `'${field}': raw.${field}`).join(', ')
  const columns = [
    ...LINEAGE.map((each) => `silver.${each}`),
    `${EVENT_TIME} as ${TIME}`,
    ...table.join.on.map((on, index) => `${expressionSql(on[side], read)} as _on${index}`),
    ...heldColumns(table, silver, side).map(quoteIdentifier),
    ...(withRaw ? [`{${bytes}} as ${RAW}`] : []),
  ]
  const records = withRaw ? `join ${rawRelation(source.name)} raw using (${LINEAGE.join(', ')})` : ''
  return `select ${columns.join(', ')} from ${silverRelation(silver.table.name)} silver ${records} where ${VERDICT} is null`
}

function meetSql(parts: Parts, side: JoinSide): string[] {
  const { name } = parts
  const entered = enteredRelation(name, side)
  const other = side === 'left' ? 'right' : 'left'
  const sides = { [side]: entered, [other]: nearSql(name, other) } as Record<JoinSide, string>
  return [
    `create or replace temp table ${entered} as select * from (${enterSql(parts, side)})
      anti join ${refusedRelation(name)} using (${LINEAGE.join(', ')})`,
    ...nearBounds(parts, entered),
    joinSql(
      parts,
      `select * from ${leftSql(parts, sides.left)} join ${rightSql(parts, sides.right)} on ${metSql(parts)}`,
    ),
  ]
}

/** Rows of the silver table that wait no longer, beside the nothing that they met. */
function unmetSql(parts: Parts): string[] {
  const { name, table } = parts
  const leaving = enteredRelation(name, 'left')
  const until = `${closedSql(name)} - ${intervalSql(2 * table.join.withinMs)}`
  return [
    `create or replace temp table ${leaving} as select * from ${waitingSql(name, 'left')} where ${TIME} < ${until}`,
    ...nearBounds(parts, leaving),
    joinSql(
      parts,
      `select * from ${leftSql(parts, leaving)} left join ${rightSql(parts, nearSql(name, 'right'))} on ${metSql(parts)}
        where ${PARTNER[0]} is null`,
    ),
  ]
}

/** Between which times rows lie that those of a relation may meet; variables, so that whole row groups are passed over. */
function nearBounds({ name, table }: Parts, relation: string): string[] {
  const { low, high } = nearVariables(name)
  const within = intervalSql(table.join.withinMs)
  return [
    `set variable ${quoteIdentifier(low)} = (select min(${TIME}) - ${within} from ${relation})`,
    `set variable ${quoteIdentifier(high)} = (select max(${TIME}) + ${within} from ${relation})`,
  ]
}

function nearSql(name: string, side: JoinSide): string {
  const { low, high } = nearVariables(name)
  const variable = (each: string): string => `getvariable(${quoteText(each)})::timestamp`
  const near = `${TIME} between ${variable(low)} and ${variable(high)}`
  return `(select * from ${intervalState(name, side)} where ${near}
        union all select * from ${intervalDelta(name, side)} where ${near})`
}

function waitingSql(name: string, side: JoinSide): string {
  return `(select * from ${intervalState(name, side)} union all select * from ${intervalDelta(name, side)})`
}

function joinSql({ table, name, raw, pairs }: Parts, pair: string): string {
  const lineage = [...LINEAGE, ...PARTNER.map((each, index) => `${each} as ${partnerColumn(table, index)}`)]
  const values = [...lineage, ...joinedValues(table), `${takenSql(table)} as _taken`, ...(raw ? [RAW] : [])]
  return `create or replace temp table ${joinedRelation(name)} as
      select ${values.join(', ')}, (${pairs})::smallint as ${VERDICT} from (${pair})`
}

function leftSql({ table, tables, raw }: Parts, relation: string): string {
  const ons = table.join.on.map((_, index) => `_on${index}`)
  const held = heldColumns(table, tables.left.silver, 'left').map(quoteIdentifier)
  return `(select ${[...LINEAGE, TIME, ...ons, ...held, ...(raw ? [RAW] : [])].join(', ')} from ${relation})`
}

/** The other side under names of its own. */
function rightSql({ table, tables }: Parts, relation: string): string {
  const place = LINEAGE.map((each, index) => `${each} as ${PARTNER[index]}`)
  const ons = table.join.on.map((_, index) => `_on${index} as _partner_on${index}`)
  const held = heldColumns(table, tables.right.silver, 'right').map(
    (column) => `${quoteIdentifier(column)} as ${joinedField(column)}`,
  )
  return `(select ${[...place, `${TIME} as ${PARTNER_TIME}`, ...ons, ...held].join(', ')} from ${relation})`
}

/** Whether two rows meet. */
function metSql({ table: { join } }: Parts): string {
  const within = intervalSql(join.withinMs)
  const equal = join.on.map((_, index) => `_on${index} = _partner_on${index}`)
  const also = conditionSql(join.also)
  const near = `${PARTNER_TIME} between ${TIME} - ${within} and ${TIME} + ${within}`
  return [...equal, near, ...(also === undefined ? [] : [`(${also})`])].join(' and ')
}

function acceptedSql({ table, name }: Parts): string {
  const lineage = [...LINEAGE, ...PARTNER.map((_, index) => partnerColumn(table, index))]
  return `create or replace temp view ${metRelation(name)} as
      select ${[...storedValues(table), ...lineage].join(', ')} from ${joinedRelation(name)} where _taken and ${VERDICT} is null`
}

/** Pairs and not records are refused here, so a record may stand in quarantine once for each row that it met. */
function overflowSqls(
  { table, tables, name }: Parts,
  verdicts: readonly Verdict[],
): NonNullable<IntervalProgram['overflow']> {
  const { source } = tables.left
  const overflowed = `${joinedRelation(name)} where ${VERDICT} is not null`
  const [partition, offset] = PARTNER.map((_, index) => partnerColumn(table, index))
  const values = [
    ...[source.name, source.topic].map(quoteText),
    ...LINEAGE,
    ...RAW_FIELDS.map((field) => `${RAW}.${field}`),
    ...[`gold.${name}`, 'record/overflow'].map(quoteText),
    saidSql(verdicts, ({ rule }) => rule),
    `${quoteText(`${table.join.name}:`)} || ${partition} || ':' || ${offset}`,
    saidSql(verdicts, ({ message }) => message),
  ]
  return {
    rows: `select count(*) as rows from ${overflowed}`,
    refuse: `insert into ${QUARANTINE_PENDING} select ${values.join(', ')} from ${overflowed}`,
  }
}

/** What a verdict says, by its number. */
function saidSql(
  verdicts: readonly Verdict[],
  of: (verdict: Extract<Verdict, { kind: 'quarantine' }>) => string,
): string {
  const cases = verdicts.map((each, index) =>
    each.kind === 'quarantine' ? `when ${index} then ${quoteText(of(each))}` : '',
  )
  return `case ${VERDICT} ${cases.join(' ')} end`
}

function lateVerdict(name: string, rule: string): Verdict {
  const { message } = diagnostic('record/late', { table: `gold.${name}`, joined: true })
  return { kind: 'quarantine', code: 'record/late', rule, message }
}

function partnerColumn({ join }: IntervalPlan, index: number): string {
  return quoteIdentifier(`${join.name}_${LINEAGE[index] ?? ''}`)
}

function closedSql(name: string): string {
  return `getvariable(${quoteText(closedVariable(name))})::timestamp`
}

/** The silver columns of a side that pairs are made of, in the order of their table. */
function heldColumns({ join, where, columns }: IntervalPlan, silver: SilverPlan, side: JoinSide): string[] {
  const values = columns.flatMap(({ value }) => (value.kind === 'expression' ? [value.expr] : value.on))
  const exprs: (Expr | undefined)[] = [join.also, where, ...values]
  const read = exprs.flatMap((expr) => (expr === undefined ? [] : columnsRead(expr)))
  const names = new Set(
    read.flatMap(({ scope, path }) => {
      if (side === 'left') return scope === 'table' ? [path[0]] : []
      return scope === 'joined' ? [path[1]] : []
    }),
  )
  return silver.columns.flatMap(({ name }) => (names.has(name) ? [name] : []))
}

/** A column of the other silver table by itself. */
function readOther({ path: [, name = '', ...rest] }: Parameters<typeof readJoined>[0]): string {
  return [name, ...rest].map(quoteIdentifier).join('.')
}
