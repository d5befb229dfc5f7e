import type { SilverPlan, SourcePlan, WindowPlan } from '#plan'
import { quoteIdentifier } from './identifier.ts'
import { closedRelation, COMPACTED } from './names.ts'
import { overflowVerdict, type Verdict } from './silver.ts'
import { storedSql } from './stored.ts'
import { compileCurrent, type CurrentProgram } from './window/current.ts'
import type { WindowCuts } from './window/cuts.ts'
import { windowParts, type StateColumn, type WindowParts } from './window/parts.ts'
import { sessionCuts } from './window/session.ts'
import { compileSlices, slicedParts, type WindowSlices } from './window/slices.ts'
import { slidingCuts } from './window/sliding.ts'
import { tumblingCuts } from './window/tumbling.ts'

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
   * window stand in the relation `declared_late_<table>`(kafka_partition, kafka_offset, missed), with how many of their
   * windows were closed.
   */
  readonly refuseDeclared: string
  /** Folds the batch in; the second form leaves out refused rows, or the windows that they are late for. */
  readonly fold: { readonly all: string; readonly withoutRefused: string }
  /** Merges and finishes the windows that close by the session variable `closed_<table>`, a time of the watermark. */
  readonly close: string
  /**
   * Between which times of the watermark open windows close: none before `first`, all by `last`, microseconds since the
   * epoch. Null when no window is open.
   */
  readonly ends: string
  /** Whether values may be refused for their size: otherwise only late rows are. */
  readonly overflows: boolean
  /** Drops what `close` read. */
  readonly drop: readonly string[]
  /** The columns of the state, in order: whose they are (a window, group or measure), and which of its parts. */
  readonly stateColumns: readonly StateColumn[]
  /** Left out where a row is written once, when its window closes. */
  readonly current?: CurrentProgram
  /** Puts one partial in the place of many of a window and group: merges them aside, then takes them over. */
  readonly merge: string
  readonly takeMerged: readonly string[]
  /** The same of a slice of the groups: `close`, `merge` and the changes of `current`. Left out where nothing needs it. */
  readonly slices?: WindowSlices
}

/** Compiles a window table's part of the plan. */
export function compileWindow(table: WindowPlan, silver: SilverPlan, source: SourcePlan): WindowProgram {
  const parts = windowParts(table, silver, source)
  const cuts = compileCuts(table, parts)
  const { state, delta } = parts
  const timestamp = { kind: 'timestamp' } as const
  const bounds = ['window_start', 'window_end'].map((name) => `${storedSql(timestamp, name)} as ${name}`)
  const rowsOf = (merged: string): string => `select ${[...bounds, ...parts.stored].join(', ')} from (${merged})`
  const sliced = slicedParts(parts)
  const shape = `select ${[...cuts.keys.map((key) => `null::timestamp as ${key}`), ...parts.namedGroups, ...parts.absent].join(', ')}
    from ${parts.rows} limit 0`
  return {
    verdicts: [
      ...cuts.verdicts,
      ...parts.overflows.map(({ rule }) => overflowVerdict(rule)),
      ...(parts.undecided === undefined ? [] : [overflowVerdict('where')]),
    ],
    setup: [`create table if not exists ${state} as ${shape}`, `create table if not exists ${delta} as ${shape}`],
    refuse: refuseSql(parts, cuts, false),
    refuseDeclared: refuseSql(parts, cuts, true),
    fold: {
      all: `insert into ${delta} ${cuts.fold.all}`,
      withoutRefused: `insert into ${delta} ${cuts.fold.withoutRefused}`,
    },
    close: `create or replace temp table ${closedRelation(parts.name)} as
      ${rowsOf(cuts.closing)}`,
    ends: `select epoch_us(${cuts.firstEnd}) as first, epoch_us(${cuts.lastEnd}) as last from ${parts.both}`,
    overflows: parts.overflows.length > 0 || parts.undecided !== undefined,
    drop: cuts.drop,
    stateColumns: [...cuts.keys.map((key) => ({ column: key, of: key, part: 0 })), ...parts.stateColumns],
    ...(table.emit === 'on_change' ? { current: compileCurrent(parts, cuts, columnNames(table)) } : {}),
    merge: `create or replace temp table ${COMPACTED} as ${cuts.compacted}`,
    takeMerged: [
      `truncate ${state}`,
      `insert into ${state} select ${[...cuts.keys, ...parts.groupNames, ...parts.partialNames].join(', ')} from ${COMPACTED}`,
      `drop table ${COMPACTED}`,
    ],
    ...(sliced === undefined ? {} : { slices: compileSlices({ parts, cuts }, compileCuts(table, sliced), rowsOf) }),
  }
}

function columnNames({ groupBy, measures }: WindowPlan): { groups: string[]; measures: string[] } {
  return { groups: groupBy.map(({ name }) => name), measures: measures.map(({ name }) => quoteIdentifier(name)) }
}

function compileCuts({ window }: WindowPlan, parts: WindowParts): WindowCuts {
  switch (window.kind) {
    case 'tumbling':
      return tumblingCuts(parts, window.sizeMs)
    case 'sliding':
      return slidingCuts(parts, window)
    case 'session':
      return sessionCuts(parts, window.gapMs)
  }
}

/** What `where` cannot decide about is refused; of the rest that takes part, what is late or does not fit. */
function refuseSql(parts: WindowParts, cuts: WindowCuts, rebuild: boolean): string {
  const refused = lateOrOverflowing(parts, cuts, rebuild)
  if (parts.undecided === undefined) return refused
  const verdict = cuts.verdicts.length + parts.overflows.length
  return `${refused} union all select kafka_partition, kafka_offset, ${verdict}::smallint
      from ${parts.rows} where ${parts.undecided}`
}

/** A record that is late for all of its windows is late, whatever else; one that is in some must fit them. */
function lateOrOverflowing(parts: WindowParts, cuts: WindowCuts, rebuild: boolean): string {
  const accepted = `(select * from ${parts.rows} where ${parts.accepted})`
  const late = `select late.* from (${cuts.late(rebuild)}) late
      semi join ${accepted} silver using (kafka_partition, kafka_offset)`
  const create = `create or replace temp table ${parts.refused} as`
  if (parts.overflows.length === 0) return `${create} ${late}`
  const cases = parts.overflows.map(({ sql }, index) => `when ${sql} then ${cuts.verdicts.length + index}`)
  const overflowed = `select * from (select kafka_partition, kafka_offset, (case ${cases.join(' ')} end)::smallint as verdict
        from ${accepted}) overflowed where verdict is not null`
  const key = 'using (kafka_partition, kafka_offset)'
  if (cuts.lost === undefined)
    return `${create} with late as materialized (${late})
      select * from late union all select * from (${overflowed}) anti join late ${key}`
  return `${create} with late as materialized (${late}), overflowed as materialized (
        select * from (${overflowed}) anti join (select * from late where ${cuts.lost}) lost ${key})
      select * from late anti join overflowed ${key} union all select * from overflowed`
}
