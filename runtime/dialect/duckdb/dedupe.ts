import type { SilverPlan } from '#plan'
import { quoteIdentifier, quoteText } from './identifier.ts'
import {
  contestedRelation,
  dedupeDelta,
  dedupeState,
  EVENT_TIME,
  newestRelation,
  reachVariable,
  silverRelation,
  VERDICT,
} from './names.ts'
import { intervalSql } from './text.ts'

/**
 * Finds duplicates of a silver batch (DESIGN section 5, dedupe): a row is one when an earlier accepted row of its topic
 * partition with the same key lies at most `within` away in event time. Keys met once and unknown to the state, nearly
 * all, are settled by two joins. The contested rest goes in rounds: each accepts every row that has no earlier undecided
 * one of its key near it, and marks what those knock out. A row with a null in its key is never a duplicate.
 */
export interface DedupeProgram {
  readonly setup: readonly string[]
  /** Collects the rows whose key is met twice or known. */
  readonly contest: readonly string[]
  /** Contested rows, and whether any key is remembered that they may duplicate: rows, remembered. */
  readonly contested: string
  /** Marks contested rows that duplicate a row accepted in an earlier batch. */
  readonly againstState: string
  /** One round: settles at least the first undecided row of every key. Repeat while `undecided` is not 0. */
  readonly round: string
  /** Contested rows not settled yet: rows. */
  readonly undecided: string
  /** Writes the duplicate verdict into the silver batch. */
  readonly mark: string
  /** Remembers the accepted keys. */
  readonly remember: string
  /** Drops keys that no acceptable record can meet again. */
  readonly expire: readonly string[]
}

/** Compiles the dedupe of a silver table; `verdict` is the number of its duplicate verdict. */
export function compileDedupe(table: SilverPlan, verdict: number, horizonMs: number): DedupeProgram | undefined {
  if (table.dedupe === undefined) return undefined
  const name = table.table.name
  const silver = silverRelation(name)
  const contested = contestedRelation(name)
  const keys = table.dedupe.by.map(quoteIdentifier)
  // State is searched by a number: comparing keys themselves would cost more with every one that is remembered. MD5 and
  // not the engine's own hash, because state files outlive the engine's version; equal keys are compared in the end.
  const hash = `md5_number_lower(${keys.map((each) => `${each}::varchar`).join(` || chr(31) || `)})`
  const key = ['kafka_partition', ...keys].join(', ')
  const within = intervalSql(table.dedupe.withinMs)
  const state = `(select * from ${dedupeState(name)} union all select * from ${dedupeDelta(name)})`
  const candidates = `select ${key}, ${hash} as _hash, kafka_offset, ${EVENT_TIME} from ${silver}
    where ${VERDICT} is null and ${keys.map((each) => `${each} is not null`).join(' and ')}`
  const near = (other: string): string => `${EVENT_TIME} between ${other} - ${within} and ${other} + ${within}`
  const frame = `partition by ${key} order by ${EVENT_TIME} range between ${within} preceding and ${within} following`
  const reach = (bound: string): string => `(getvariable(${quoteText(reachVariable(name))}).${bound})::timestamp`
  const shape = `select ${key}, ${hash} as _hash, ${EVENT_TIME} as _time from ${silver}`
  const expired = `using ${newestRelation(table.source)} newest
    where newest.kafka_partition = state.kafka_partition and state._time < newest.newest - ${intervalSql(horizonMs + table.dedupe.withinMs)}`
  return {
    setup: [
      `create table if not exists ${dedupeState(name)} as ${shape} limit 0`,
      `create table if not exists ${dedupeDelta(name)} as ${shape} limit 0`,
    ],
    // What is remembered is looked through for the keys of the batch, and never hashed itself: that would cost ten times as
    // much. The bounds are a variable, so that whole row groups are passed over.
    contest: [
      `set variable ${quoteIdentifier(reachVariable(name))} = (select {
        'low': min(${EVENT_TIME}) - ${within}, 'high': max(${EVENT_TIME}) + ${within}} from ${silver} where ${VERDICT} is null)`,
      `create or replace temp table ${contested} as
      with candidate as materialized (${candidates}),
      known as materialized (select kafka_partition, _hash from ${state}
        semi join candidate using (kafka_partition, _hash) where _time between ${reach('low')} and ${reach('high')})
      select *, null::boolean as _duplicate from candidate semi join (
        select kafka_partition, _hash from candidate group by all having count(*) > 1
        union all select * from known
      ) met using (kafka_partition, _hash)`,
    ],
    contested: `select (select count(*) from ${contested}) as rows, exists (from ${state}) as remembered`,
    againstState: `update ${contested} row set _duplicate = true from ${state} known
      where ${['kafka_partition', '_hash', ...keys].map((each) => `row.${each} = known.${each}`).join(' and ')}
      and row.${near('known._time')}`,
    round: `update ${contested} row set _duplicate = settled._duplicate from (
        select kafka_partition, kafka_offset, case when _first = kafka_offset then false
          when min(case when _first = kafka_offset then kafka_offset end) over near < kafka_offset then true end as _duplicate
        from (select *, min(kafka_offset) over near as _first from ${contested} where _duplicate is null window near as (${frame}))
        window near as (${frame})
      ) settled where row._duplicate is null and settled._duplicate is not null
      and row.kafka_partition = settled.kafka_partition and row.kafka_offset = settled.kafka_offset`,
    undecided: `select count(*) as rows from ${contested} where _duplicate is null`,
    mark: `update ${silver} row set ${VERDICT} = ${verdict} from ${contested} settled
      where settled._duplicate and row.kafka_partition = settled.kafka_partition and row.kafka_offset = settled.kafka_offset`,
    remember: `insert into ${dedupeDelta(name)} select ${key}, ${hash}, ${EVENT_TIME} from ${silver}
      where ${VERDICT} is null and ${keys.map((each) => `${each} is not null`).join(' and ')}`,
    expire: [dedupeState(name), dedupeDelta(name)].map((each) => `delete from ${each} state ${expired}`),
  }
}
