import { diagnostic } from '#diagnostics'
import type { IntervalPlan } from '#plan'
import { quoteIdentifier, quoteText } from '../identifier.ts'
import { conditionSql, joinedValues, storedValues, takenSql } from '../joined.ts'
import { joinedRelation, metRelation, QUARANTINE_PENDING, VERDICT } from '../names.ts'
import type { Verdict } from '../silver.ts'
import { intervalSql } from '../text.ts'
import { LINEAGE, PARTNER, PARTNER_TIME, RAW, RAW_FIELDS, TIME, type Parts } from './sides.ts'

/** Puts pairs of rows together: `pair` is a query over both sides. */
export function joinSql({ table, name, raw, pairs }: Parts, pair: string): string {
  const lineage = [...LINEAGE, ...PARTNER.map((each, index) => `${each} as ${partnerColumn(table, index)}`)]
  const values = [...lineage, ...joinedValues(table), `${takenSql(table)} as _taken`, ...(raw ? [RAW] : [])]
  return `create or replace temp table ${joinedRelation(name)} as
      select ${values.join(', ')}, (${pairs})::smallint as ${VERDICT} from (${pair})`
}

/** Whether two rows meet. */
export function metSql({ table: { join } }: Parts): string {
  const within = intervalSql(join.withinMs)
  const equal = join.on.map((_, index) => `_on${index} = _partner_on${index}`)
  const also = conditionSql(join.also)
  const near = `${PARTNER_TIME} between ${TIME} - ${within} and ${TIME} + ${within}`
  return [...equal, near, ...(also === undefined ? [] : [`(${also})`])].join(' and ')
}

/** The view of the pairs that the table receives. */
export function acceptedSql({ table, name }: Parts): string {
  const lineage = [...LINEAGE, ...PARTNER.map((_, index) => partnerColumn(table, index))]
  return `create or replace temp view ${metRelation(name)} as
      select ${[...storedValues(table), ...lineage].join(', ')} from ${joinedRelation(name)} where _taken and ${VERDICT} is null`
}

/** What becomes of pairs of which a value overflows. */
export interface PairOverflow {
  /** Pairs that do: rows. */
  readonly rows: string
  /** Sends them to quarantine, with the record of the silver table and the place of the other. */
  readonly refuse: string
}

/** Pairs and not records are refused here, so a record may stand in quarantine once for each row that it met. */
export function overflowSqls({ table, tables, name }: Parts, verdicts: readonly Verdict[]): PairOverflow {
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

/** The verdict on a record that came when the rows it could meet were gone. */
export function lateVerdict(name: string, rule: string): Verdict {
  const { message } = diagnostic('record/late', { table: `gold.${name}`, joined: true })
  return { kind: 'quarantine', code: 'record/late', rule, message }
}

function partnerColumn({ join }: IntervalPlan, index: number): string {
  return quoteIdentifier(`${join.name}_${LINEAGE[index] ?? ''}`)
}
