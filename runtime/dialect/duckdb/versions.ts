import type { Field, SourcePlan } from '#plan'
import { fieldColumn } from './contract.ts'
import { quoteText } from './identifier.ts'
import { EVENT_TIME, rawRelation, timelyRelation, tombstonesRelation, versionDelta, versionState } from './names.ts'

/**
 * The versions of a changelog: one row per record, from `_effective` on, deletions among them. `_arrived` counts the
 * batches of versions, so that what was known when can be told later.
 */
export interface VersionsProgram {
  readonly setup: readonly string[]
  /** Finds the records of the batch that delete a key: before the ones with a null value are refused. */
  readonly tombstones: string
  /** How many there are: rows. */
  readonly deleted: string
  /** Adds the batch to the versions. */
  readonly fold: string
}

/** Every version known, as a relation. */
export function versionsSql(source: string): string {
  return `(select * from ${versionState(source)} union all select * from ${versionDelta(source)})`
}

/** Compiles the versions of a source; undefined when it has none. */
export function compileVersions(source: SourcePlan): VersionsProgram | undefined {
  const { name, contract, versionedBy } = source
  if (versionedBy === undefined) return undefined
  const tombstones = tombstonesRelation(name)
  const fields = contract.fields.map((field) => fieldColumn(field.name))
  const keys = versionedBy.flatMap((key) => contract.fields.find((field) => field.name === key) ?? [])
  const timely = timelyRelation(name)
  const place = 'kafka_partition, kafka_offset'
  const rows = `select ${[...fields, `${EVENT_TIME} as _effective`, place].join(', ')}, false as _deleted from ${timely}`
  const deletions = `select ${[...keys.map((key) => fieldColumn(key.name)), '_effective', place].join(', ')}, true as _deleted from ${tombstones}`
  const arrived = `(select coalesce(max(_arrived), 0) + 1 from ${versionsSql(name)})`
  const shape = `select *, 0::bigint as _arrived from (${rows}) limit 0`
  return {
    setup: [versionState(name), versionDelta(name)].map((each) => `create table if not exists ${each} as ${shape}`),
    tombstones: `create or replace temp table ${tombstones} as
      select ${place}, _effective, ${keys.map((key) => fieldColumn(key.name)).join(', ')}
      from (select *, ${keys.map((key) => `${keySql(key, keys)} as ${fieldColumn(key.name)}`).join(', ')}
      from (select *, case when encode(_decoded) = kafka_key then _decoded end as _text
      from (select ${place}, kafka_timestamp as _effective, kafka_key, decode(repeat(kafka_key, 1), 'replace') as _decoded
        from ${rawRelation(name)} where kafka_value is null and kafka_key is not null)))
      where ${keys.map((key) => `${fieldColumn(key.name)} is not null`).join(' and ')}`,
    deleted: `select count(*) as rows from ${tombstones}`,
    fold: `insert into ${versionDelta(name)} by name
      select *, ${arrived} as _arrived from (${rows} union all by name ${deletions})`,
  }
}

/**
 * A key column in the bytes of a record key, null where they do not hold it: the text itself for the one column of a key,
 * in decimal digits for a number; for several columns, a JSON object with exactly these members.
 */
function keySql(key: Field, keys: readonly Field[]): string {
  const whole = key.type.kind === 'long'
  if (keys.length === 1) return whole ? `case when ${digits('_text')} then try_cast(_text as bigint) end` : '_text'
  const path = quoteText(`$."${key.name}"`)
  const member = `json_extract(_text, ${path})`
  const names = `list_sort([${keys.map(({ name }) => quoteText(name)).join(', ')}])`
  const value = whole
    ? `case when ${digits(`${member}::varchar`)} then try_cast(${member}::varchar as bigint) end`
    : `case when json_type(${member}) = 'VARCHAR' then json_extract_string(_text, ${path}) end`
  return `case when json_valid(_text) then case when json_type(_text) = 'OBJECT' then
        case when list_sort(json_keys(_text)) = ${names} then ${value} end end end`
}

function digits(text: string): string {
  return `regexp_full_match(${text}, '-?(0|[1-9][0-9]*)')`
}
