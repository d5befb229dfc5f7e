import type { AsOfPlan, ColumnExpr, SilverPlan, SourcePlan } from '#plan'
import { fieldColumn } from './contract.ts'
import { expressionSql } from './expression.ts'
import { quoteIdentifier } from './identifier.ts'
import { conditionSql, joinedField, joinedValues, openVerdicts, readJoined, storedValues, takenSql } from './joined.ts'
import {
  declaredArrivalsRelation,
  declaredKnownRelation,
  joinedRelation,
  knownDelta,
  knownState,
  metRelation,
  rawRelation,
  refusedRelation,
  silverRelation,
  VERDICT,
} from './names.ts'
import type { Verdict } from './silver.ts'
import { versionsSql } from './versions.ts'

/**
 * A table of silver rows beside the versions they meet (DESIGN section 5, as-of join). Of every key that ever had the
 * row's values, one search by time finds the version that held; whether it still has them is asked of that version.
 */
export interface AsOfProgram {
  readonly verdicts: readonly Verdict[]
  readonly setup: readonly string[]
  /** Notes how many arrivals of versions the records of the batch know, where that changed. */
  readonly note: string
  /** The rows of the batch beside their versions, with what `where` and overflow say of them. */
  readonly join: string
  /** The same for an audit, which knows every version: those that came later are left out. */
  readonly joinDeclared: string
  /** Silver rows this table refuses: kafka_partition, kafka_offset, verdict. */
  readonly refuse: string
  /** The view of the rows the table receives, columns in table order. */
  readonly accepted: string
}

const LINEAGE = ['kafka_partition', 'kafka_offset'] as const
const VERSION = ['_version_partition', '_version_offset'] as const

/** Compiles an as-of table's part of the plan; `source` has the versions. */
export function compileAsOf(table: AsOfPlan, silver: SilverPlan, source: SourcePlan): AsOfProgram {
  const name = table.table.name
  const joined = joinedRelation(name)
  const refused = refusedRelation(name)
  const version = VERSION.map((each, index) => `${each} as ${versionColumn(table, index)}`)
  const outputs = joinedValues(table)
  const overflows = compileOverflows(table)
  const where = takenSql(table)
  const joinSql = (declared: boolean): string => `create or replace temp table ${joined} as
      ${pairsSql(table, silver, source, declared)}
      select ${[...LINEAGE, ...version, ...outputs].join(', ')}, ${where} as _taken, (${overflows.pairs})::smallint as ${VERDICT}
      from _pair`
  const stored = storedValues(table)
  return {
    verdicts: overflows.verdicts,
    setup: [knownState(name), knownDelta(name)].map(
      (each) => `create table if not exists ${each}(kafka_partition integer, kafka_offset bigint, known bigint)`,
    ),
    note: noteSql(table, silver.source),
    join: joinSql(false),
    joinDeclared: joinSql(true),
    refuse: refuseSql(table, silver, overflows.rows),
    accepted: `create or replace temp view ${metRelation(name)} as
      select ${[...stored, ...LINEAGE, ...VERSION.map((_, index) => versionColumn(table, index))].join(', ')} from ${joined}
      anti join ${refused} using (kafka_partition, kafka_offset) where _taken`,
  }
}

function versionColumn({ join }: AsOfPlan, index: number): string {
  return quoteIdentifier(`${join.name}_${LINEAGE[index] ?? ''}`)
}

function refuseSql({ table: { name } }: AsOfPlan, silver: SilverPlan, rows: string | undefined): string {
  const pairs = `select kafka_partition, kafka_offset, ${VERDICT} as verdict from ${joinedRelation(name)}`
  const alone =
    rows === undefined
      ? ''
      : `union all select kafka_partition, kafka_offset, (${rows})::smallint from ${silverRelation(silver.table.name)} where ${VERDICT} is null`
  return `create or replace temp table ${refusedRelation(name)} as
      select kafka_partition, kafka_offset, min(verdict) as verdict from (${pairs} ${alone})
      where verdict is not null group by all`
}

/** One row per topic partition of the batch to which other versions are known than to the records before it. */
function noteSql(table: AsOfPlan, source: string): string {
  const [state, delta] = [knownState(table.table.name), knownDelta(table.table.name)]
  return `insert into ${delta} select batch.kafka_partition, batch.kafka_offset, arrivals.known from (
        select kafka_partition, min(kafka_offset) as kafka_offset from ${rawRelation(source)} group by all) batch
      cross join (select coalesce(max(_arrived), 0) as known from ${versionsSql(table.join.source)}) arrivals
      left join (select kafka_partition, max(known) as known from (
        select * from ${state} union all select * from ${delta}) group by all) noted using (kafka_partition)
      where arrivals.known > coalesce(noted.known, 0)`
}

/**
 * The common table expressions up to `_pair`: rows of the batch beside versions. `_probe` are the rows, `_asked` a row with
 * each key that ever had its values, `_held` the same with the version of the key that held then.
 */
function pairsSql(table: AsOfPlan, silver: SilverPlan, source: SourcePlan, declared = false): string {
  const { join } = table
  const ons = join.on.map((_, index) => `_on${index}`)
  const keys = (source.versionedBy ?? []).map((_, index) => `_key${index}`)
  const fields = [...source.contract.fields.map(({ name }) => joinedField(name)), ...VERSION]
  const columns = [...LINEAGE, ...silver.columns.map((column) => quoteIdentifier(column.name))]
  const probe = probeSql(table, silver, columns)
  const taken = conditionSql(join.also)
  const also = taken === undefined ? '' : `and (${taken})`
  const equal = ons.map((on) => `_then${on} = ${on}`).join(' and ')
  const unmet = `union all by name select ${columns.join(', ')}, ${fields.map((field) => `null as ${field}`).join(', ')}
        from _probe anti join _found using (kafka_partition, kafka_offset)`
  return `with _probe as materialized (${declared ? knownSql(table.table.name, probe) : probe}),
      _version as not materialized (${versionSql(table, source, declared)}),
      _key as materialized (select distinct ${[...keys, ...ons].join(', ')} from _version
        semi join _probe using (${ons.join(', ')}) where _key0 is not null),
      _asked as materialized (select _probe.*, ${keys.map((key) => `_key.${key}`).join(', ')}
        from _probe join _key using (${ons.join(', ')}) where _as_of is not null),
      _candidate as materialized (select * from _version semi join _key using (${keys.join(', ')})),
      _last as (select * from _candidate semi join (select unnest(_last) from (
        select max({'_version_partition': _version_partition, '_version_offset': _version_offset}) as _last
        from _candidate group by ${[...keys, '_effective'].join(', ')})) using (${VERSION.join(', ')})),
      ${heldSql(keys, [...fields, '_deleted'], ons, declared)},
      _found as materialized (select * from _held where not _deleted and ${equal} ${also}),
      _pair as (select ${[...columns, ...fields].join(', ')} from _found ${join.kind === 'left' ? unmet : ''})`
}

/** The rows of the batch with the time and the values that are looked for. */
function probeSql({ join }: AsOfPlan, silver: SilverPlan, columns: readonly string[]): string {
  const left = join.on.map((on, index) => `${expressionSql(on.left, readJoined)} as _on${index}`)
  const asOf = `${expressionSql(join.asOf, readJoined)} as _as_of`
  return `select ${[...columns, asOf, ...left].join(', ')} from ${silverRelation(silver.table.name)} where ${VERDICT} is null`
}

/** All versions with their key, and the values by which they are found. */
function versionSql({ join }: AsOfPlan, source: SourcePlan, declared: boolean): string {
  const keys = (source.versionedBy ?? []).map((key, index) => `${fieldColumn(key)} as _key${index}`)
  const fields = source.contract.fields.map(({ name }) => `${fieldColumn(name)} as ${joinedField(name)}`)
  const right = join.on.map((on, index) => `${expressionSql(on.right, readVersion)} as _on${index}`)
  const place = ['kafka_partition as _version_partition', 'kafka_offset as _version_offset']
  const known = ['_effective', '_deleted', '_arrived']
  return `select ${[...keys, ...fields, ...place, ...known, ...right].join(', ')}
        from ${declared ? arrivalsSql(source.name) : versionsSql(source.name)}`
}

/**
 * `_held`: of each key that was asked for the version with the newest time. An audit finds it the same way; where that
 * version came later than the row was worked on, the newest of those before it is looked for by one more join.
 */
function heldSql(
  keys: readonly string[],
  fields: readonly string[],
  ons: readonly string[],
  declared: boolean,
): string {
  const same = (a: string, b: string): string => keys.map((key) => `${a}.${key} = ${b}.${key}`).join(' and ')
  const found = [...fields.map((field) => `found.${field}`), ...ons.map((on) => `found.${on} as _then${on}`)].join(', ')
  const search = (more: string): string => `select _asked.*, ${found}${more} from _asked
        asof join _last found on ${same('_asked', 'found')} and _asked._as_of >= found._effective`
  if (!declared) return `_held as (${search('')})`
  const row = [...LINEAGE, ...keys].join(', ')
  return `_first as materialized (${search(', found._arrived as _arrived')}),
      _again as (select ${[...LINEAGE, ...keys].map((each) => `late.${each}`).join(', ')}, max({'time': each._effective,
          'partition': each._version_partition, 'offset': each._version_offset}) as _newest
        from (select * from _first where _arrived > _known) late
        join _candidate each on ${same('late', 'each')} and each._effective <= late._as_of and each._arrived <= late._known
        group by all),
      _held as (select * exclude (_arrived) from _first where _arrived <= _known
        union all by name select _asked.*, ${found} from _asked join _again using (${row})
          join _version found on found._version_partition = _again._newest.partition
          and found._version_offset = _again._newest."offset")`
}

/** For an audit: all versions, numbered by when they came to the live tables; one that none of its rows knew is last. */
function arrivalsSql(source: string): string {
  return `(select versions.* replace (coalesce(declared.arrived, 9223372036854775807) as _arrived) from ${versionsSql(source)} versions
        left join ${declaredArrivalsRelation(source)} declared
        on declared.kafka_partition = versions.kafka_partition and declared.kafka_offset = versions.kafka_offset)`
}

/** For an audit: the rows with the number of arrivals that they knew. */
function knownSql(table: string, probe: string): string {
  return `select probe.*, coalesce(noted.known, 0) as _known from (${probe}) probe asof left join (
        select kafka_partition, kafka_offset, max(known) as known from ${declaredKnownRelation(table)} group by all) noted
        on probe.kafka_partition = noted.kafka_partition and probe.kafka_offset >= noted.kafka_offset`
}

interface Overflows {
  readonly verdicts: readonly Verdict[]
  /** Of a row by itself: a verdict, or null. */
  readonly rows: string | undefined
  /** Of a row beside a version. */
  readonly pairs: string
}

function compileOverflows(table: AsOfPlan): Overflows {
  const { join } = table
  const { verdicts, cases, pairs } = openVerdicts()
  const rows = [...cases('as_of', join.asOf), ...join.on.flatMap(({ left }) => cases('on', left))]
  const decided = pairs(table)
  return {
    verdicts,
    rows: rows.length === 0 ? undefined : `case ${rows.join(' ')} end`,
    pairs: decided ?? 'null',
  }
}

/** A field of a version by itself. */
function readVersion({ path: [, name = '', ...rest] }: ColumnExpr): string {
  return [fieldColumn(name), ...rest.map(quoteIdentifier)].join('.')
}
