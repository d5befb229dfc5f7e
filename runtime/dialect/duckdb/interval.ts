import type { IntervalPlan } from '#plan'
import { intervalSql } from './text.ts'
import { lateSql } from './interval/late.ts'
import { acceptedSql, joinSql, lateVerdict, metSql, overflowSqls, type PairOverflow } from './interval/pairs.ts'
import {
  closedSql,
  enterSql,
  columnsHeld,
  leftSql,
  LINEAGE,
  nearBounds,
  nearSql,
  PARTNER,
  readOther,
  rightSql,
  TIME,
  waitingSql,
  type JoinedTables,
  type Parts,
} from './interval/sides.ts'
import { openVerdicts } from './joined.ts'
import {
  enteredRelation,
  intervalDelta,
  intervalState,
  JOIN_SIDES,
  refusedRelation,
  silverRelation,
  VERDICT,
  type JoinSide,
} from './names.ts'
import type { Verdict } from './silver.ts'

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
  readonly overflow: PairOverflow | undefined
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
    setup: JOIN_SIDES.flatMap((side) =>
      [intervalState(name, side), intervalDelta(name, side)].map(
        (each) => `create table if not exists ${each} as select * from (${enterSql(parts, side)}) limit 0`,
      ),
    ),
    state: JOIN_SIDES.flatMap((side) => [intervalState(name, side), intervalDelta(name, side)]),
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
    held: (side) => columnsHeld(table, tables[side].silver, side),
  }
}

function stepsOf(parts: Parts, alone: Readonly<Record<JoinSide, readonly string[]>>): Map<string, IntervalStep> {
  const sources = new Set(JOIN_SIDES.map((side) => parts.tables[side].source.name))
  return new Map(
    [...sources].map((source) => {
      const sides = JOIN_SIDES.filter((side) => parts.tables[side].source.name === source)
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
