import type { SourcePlan } from '#plan'
import { expressionSql } from './expression.ts'
import { fieldColumn, shredSql, validateSql } from './contract.ts'
import {
  bronzeRelation,
  checkedRelation,
  doubtedRelation,
  EVENT_TIME,
  explainedRelation,
  marksRelation,
  NEWEST,
  newestRelation,
  rawRelation,
  RECORD_TIME,
  recordsRelation,
  timelyRelation,
  tombstonesRelation,
  untimelyRelation,
} from './names.ts'
import { readRecord } from './read-column.ts'
import { storedSql } from './stored.ts'
import { codeSql, intervalSql } from './text.ts'

/** The statements that take a staged batch of one source to valid, typed, timed records. Run in this order. */
export interface SourceProgram {
  /** Once per session. */
  readonly setup: readonly string[]
  /** The view that bronze is written from. */
  readonly bronze: string
  /** Fast verdict and typed fields of every record. */
  readonly check: string
  /** How many records there are, and how many the fast predicate refused: consumed, doubted. */
  readonly census: string
  /** Sets aside the records the fast predicate refused. */
  readonly doubt: string
  /** Some of them, by number: kafka_partition, kafka_offset, kafka_timestamp (microseconds), kafka_value. */
  readonly doubted: (from: number, to: number) => string
  /** Valid records; the second form adds those the row-by-row reference sent back. */
  readonly records: { readonly accepted: string; readonly withExplained: string }
  /** Per valid record the newest earlier event time of its topic partition (DESIGN section 5, watermark). */
  readonly marks: string
  /** The same for records that are judged again: by what is known now, whatever their offsets. */
  readonly marksNow: string
  /** Valid records out of event-time bounds, one row each: kafka_partition, kafka_offset, code. */
  readonly untimely: string
  /**
   * Untimely records by code: code, rows. In the row without a code, what the event times of the valid ones say: `oldest`
   * (microseconds since the epoch), and how far (microseconds) one lies `behind` an earlier one of its topic partition.
   */
  readonly times: string
  /** The records silver reads; the second form leaves out the untimely ones, the third takes but those of a selection. */
  readonly timely: {
    readonly all: string
    readonly withoutUntimely: string
    readonly only: (selection: string) => string
  }
  /** Folds the batch's event times into the per-partition newest. */
  readonly fold: string
  /** kafka_partition and newest (microseconds since the epoch) of every topic partition seen. */
  readonly newest: string
  /** Puts a topic partition's newest event time (microseconds) back. */
  readonly restoreNewest: (partition: number, newest: bigint) => string
}

/** Compiles a source's part of the plan (DESIGN section 7). */
export function compileSource(source: SourcePlan): SourceProgram {
  const raw = rawRelation(source.name)
  const checked = checkedRelation(source.name)
  const explained = explainedRelation(source.name)
  const records = recordsRelation(source.name)
  const marks = marksRelation(source.name)
  const untimely = untimelyRelation(source.name)
  const timely = timelyRelation(source.name)
  const newest = newestRelation(source.name)
  const kept = ['kafka_partition', 'kafka_offset', `kafka_timestamp as ${RECORD_TIME}`]
  const fields = source.contract.fields.map((field) => fieldColumn(field.name))
  const eventTime = expressionSql(source.eventTime, (column) => readRecord(column))
  const select = (from: string): string =>
    `select *, case when ${EVENT_TIME} is null then ${codeSql('record/no-event-time')}
        when ${EVENT_TIME} > ${RECORD_TIME} + ${intervalSql(source.maxAheadMs)} then ${codeSql('record/future-event-time')} end as _code
      from (select *, ${eventTime} as ${EVENT_TIME}
      from (select ${[...kept, ...fields].join(', ')} from ${from}))`
  const accepted = select(`(select * from ${checked} where accepted)`)
  const sentBack = select(
    `(${shredSql(
      source.contract,
      `(select kafka_partition, kafka_offset, kafka_timestamp, text from ${explained} where text is not null)`,
    )})`,
  )
  // A record that deletes a key is not doubted: it was understood.
  const deleting =
    source.versionedBy === undefined
      ? ''
      : `\n      anti join ${tombstonesRelation(source.name)} using (kafka_partition, kafka_offset)`
  return {
    setup: [
      `create table if not exists ${newest}(kafka_partition integer, newest timestamp)`,
      `create or replace temp table ${raw}(kafka_partition integer, kafka_offset bigint, kafka_timestamp timestamp,
        kafka_key blob, kafka_value blob, kafka_headers struct(key varchar, value blob)[])`,
      `create or replace temp table ${explained}(kafka_partition integer, kafka_offset bigint, kafka_timestamp timestamp,
        code varchar, path varchar, message varchar, text varchar)`,
    ],
    bronze: `create or replace temp view ${bronzeRelation(source.name)} as
      select * replace (${storedSql({ kind: 'timestamp' }, 'kafka_timestamp')} as kafka_timestamp) from ${raw}`,
    check: `create or replace temp table ${checked} as ${validateSql(source.contract, raw, { maxRecordBytes: source.maxRecordBytes })}`,
    census: `select count(*) as consumed, count(*) filter (where not accepted) as doubted from ${checked}`,
    doubt: `create or replace temp table ${doubtedRelation(source.name)} as
      select kafka_partition, kafka_offset, epoch_us(kafka_timestamp) as kafka_timestamp, kafka_value from ${raw}
      semi join (select kafka_partition, kafka_offset from ${checked} where not accepted) using (kafka_partition, kafka_offset)${deleting}`,
    doubted: (from, to) => `select * from ${doubtedRelation(source.name)} where rowid >= ${from} and rowid < ${to}`,
    records: {
      accepted: `create or replace temp view ${records} as ${accepted}`,
      withExplained: `create or replace temp view ${records} as ${accepted} union all ${sentBack}`,
    },
    marks: `create or replace temp table ${marks} as
      select batch.kafka_partition, kafka_offset, ${EVENT_TIME}, greatest(newest, max(${EVENT_TIME}) over (
        partition by batch.kafka_partition order by kafka_offset rows between unbounded preceding and 1 preceding)) as ${NEWEST}
      from (select kafka_partition, kafka_offset, ${EVENT_TIME} from ${records} where _code is null) batch
      left join ${newest} carried on carried.kafka_partition = batch.kafka_partition`,
    marksNow: `create or replace temp table ${marks} as
      select batch.kafka_partition, kafka_offset, ${EVENT_TIME}, newest as ${NEWEST}
      from (select kafka_partition, kafka_offset, ${EVENT_TIME} from ${records} where _code is null) batch
      left join ${newest} carried on carried.kafka_partition = batch.kafka_partition`,
    untimely: `create or replace temp table ${untimely} as
      select kafka_partition, kafka_offset, _code as code from ${records} where _code is not null
      union all select kafka_partition, kafka_offset, ${codeSql('record/too-old')} from ${marks}
        where ${EVENT_TIME} < ${NEWEST} - ${intervalSql(source.horizonMs)}`,
    times: `select code, count(*) as rows, null::bigint as oldest, null::bigint as behind from ${untimely} group by all
      union all select null, 0, epoch_us(min(${EVENT_TIME})), max(epoch_us(${NEWEST}) - epoch_us(${EVENT_TIME})) from ${marks}`,
    timely: {
      all: `create or replace temp view ${timely} as select * from ${records}`,
      withoutUntimely: `create or replace temp view ${timely} as
        select * from ${records} anti join ${untimely} using (kafka_partition, kafka_offset)`,
      only: (selection) => `create or replace temp view ${timely} as
        select * from ${records} semi join (${selection}) chosen using (kafka_partition, kafka_offset)`,
    },
    fold: `create or replace table ${newest} as select kafka_partition, max(newest) as newest from (
      select kafka_partition, newest from ${newest} union all
      select kafka_partition, max(${EVENT_TIME}) from ${marks} group by all) group by all`,
    newest: `select kafka_partition, epoch_us(newest) as newest from ${newest}`,
    restoreNewest: (partition, time) => `insert into ${newest} values (${partition}, make_timestamp(${time}))`,
  }
}
