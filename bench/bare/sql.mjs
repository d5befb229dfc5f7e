// The SQL of the bare script: the inventory pipeline written by hand, for this one contract and nothing else.

const PARQUET = 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1'
const STRUCTURE = `{"event_id":"VARCHAR","device_id":"JSON","org":"JSON","os":"VARCHAR","os_version":"JSON",
  "reported_at":"VARCHAR","cpu_pct":"JSON","memory_pct":"JSON","disk":{"free_gb":"JSON","total_gb":"JSON"},
  "encrypted":"JSON","user_email":"VARCHAR","agent_version":"VARCHAR","tags":"JSON"}`
/** Everything of a compact record but its values. One that is longer has more in it, such as a key twice. */
const FRAME =
  '{"event_id":"","device_id":,"org":,"os":"","os_version":,"reported_at":"","cpu_pct":,"memory_pct":,' +
  '"disk":{"free_gb":,"total_gb":},"encrypted":,"user_email":"","agent_version":""}'
const VALUES =
  'event_id,device_id,org,os,os_version,reported_at,cpu_pct,memory_pct,free_gb,total_gb,encrypted,user_email,agent_version'
const SYSTEMS = ['windows-10', 'windows-11', 'macos-13', 'macos-14', 'ubuntu-20.04', 'ubuntu-22.04', 'chromeos']
/** Never raises: bytes that are no text become question marks, in the copy that `repeat` makes. */
const DECODED = `decode(repeat(kafka_value, 1), 'replace')`

const text = (value) => `'${value.replaceAll("'", "''")}'`
const shortText = (name, most) => `starts_with(${name}, '"') and strlen(${name}) between 3 and ${most + 2}`

const ACCEPTED = [
  `strlen(t) = ${FRAME.length} + ${VALUES.split(',')
    .map((name) => `strlen(${name})`)
    .join(' + ')} + coalesce(8 + strlen(tags), 0)`,
  'strlen(event_id) = 36 and id is not null',
  shortText('device_id', 64),
  shortText('org', 64),
  `os in (${SYSTEMS.map(text).join(', ')})`,
  shortText('os_version', 32),
  `strlen(reported_at) = 24 and contains(reported_at, 'T') and ends_with(reported_at, 'Z') and event_time is not null`,
  'cpu between 0 and 100 and memory between 0 and 100',
  'free >= 0 and free < 1e300 and total > 0 and total < 1e300',
  `encrypted in ('true', 'false')`,
  `strlen(user_email) <= 254 and regexp_full_match(user_email, '[A-Za-z0-9]+(?:[.][A-Za-z0-9]+)*@[a-z0-9]+(?:[.][a-z0-9]+)*')`,
  `regexp_full_match(agent_version, '[0-9]{1,4}[.][0-9]{1,4}[.][0-9]{1,4}')`,
  `(tags is null or regexp_full_match(tags, '\\["[^"]{1,32}"(?:,"[^"]{1,32}"){0,15}\\]'))`,
].join('\n    and ')

/** Statements that prepare the session. `pad` gives the hex of a padded HMAC key. */
export function setupSql({ catalog, pad }) {
  return [
    `set TimeZone = 'UTC'`,
    `set variable inner_pad = unhex(${text(pad(0x36))})`,
    `set variable outer_pad = unhex(${text(pad(0x5c))})`,
    `create table os_catalog as from read_csv(${text(catalog)}, columns = {os: 'VARCHAR', vendor: 'VARCHAR', eol_date: 'DATE'})`,
    'create table seen(kafka_partition integer, id uuid, event_time timestamp)',
    'create table newest(kafka_partition integer, newest timestamp)',
  ]
}

/** Takes in a batch. From here on the record columns may be filled again. */
export const STAGE = `create or replace temp table raw as
  select kafka_partition, kafka_offset, make_timestamp(timestamp_ms * 1000) as kafka_timestamp, kafka_key, kafka_value,
    []::struct("key" varchar, "value" blob)[] as kafka_headers from feed()`

/** The statements of one batch, in order. */
export function batchSql(folder, batch) {
  const file = (table) => text(`${folder}/${table}-${batch}.parquet`)
  return [
    `copy (select * replace (kafka_timestamp::timestamptz as kafka_timestamp) from raw) to ${file('bronze')} (${PARQUET})`,
    PARSE,
    REFUSED,
    MARKS,
    EXCLUDED,
    DUPLICATES,
    LATE,
    `insert into newest by name select kafka_partition, max(event_time) as newest from marks group by all`,
    `insert into seen select kafka_partition, id, event_time from parsed anti join excluded using (kafka_partition, kafka_offset) where ok`,
    `copy (${silver('parsed')}) to ${file('silver')} (${PARQUET})`,
    `copy (select raw.*, code from raw join (select kafka_partition, kafka_offset, code from refused
      union all select * from excluded where code is not null union all select * from late) using (kafka_partition, kafka_offset))
      to ${file('quarantine')} (${PARQUET})`,
    batch === 0 ? `create table gold as ${GOLD_ROWS}` : `insert into gold ${GOLD_ROWS}`,
    batch === 0 ? `create table latest as ${LATEST_ROWS}` : `insert into latest ${LATEST_ROWS}`,
    batch === 0 ? `create table counts as ${COUNTS}` : `insert into counts ${COUNTS}`,
  ]
}

/** The gold tables, once all batches are in. */
export function goldSql(folder) {
  return [
    `copy (select time_bucket(interval 1 hour, event_time) as window_start, org, os, count(*) as reports,
      count(distinct device) as devices, avg(cpu) as avg_cpu_pct, min(disk_free_pct) as min_disk_free_pct,
      count(distinct device) filter (where disk_free_pct < 10) as low_disk_devices,
      avg(case when encrypted then 0.0 else 1.0 end) as unencrypted_share
      from gold group by all) to ${text(`${folder}/fleet_health.parquet`)} (${PARQUET})`,
    `create or replace temp table excluded as from excluded limit 0`,
    `create or replace temp table parsed as from latest semi join (${winners('latest')}) using (kafka_partition, kafka_offset)`,
    `copy (${silver('parsed')})
      to ${text(`${folder}/device_status.parquet`)} (${PARQUET})`,
  ]
}

/** Rows by outcome over all batches. */
export function countsSql(folder) {
  return `select code, sum(rows)::integer as rows from counts group by all
    union all select 'gold', count(*)::integer from ${text(`${folder}/fleet_health.parquet`)}`
}

const PARSE = `create or replace temp table parsed as
  select kafka_partition, kafka_offset, kafka_timestamp, id, event_time, event_id, lower(device_id[2:-2]) as device,
    org[2:-2] as org, os, os_version[2:-2] as os_version, agent_version, cpu, memory, free, total, encrypted = 'true' as encrypted,
    user_email, 100.0 * free / total as disk_free_pct, coalesce(${ACCEPTED}, false) as ok
  from (select *, try_cast(event_id as uuid) as id, try_cast(reported_at as timestamp) as event_time, try_cast(cpu_pct::varchar as double) as cpu,
    try_cast(memory_pct::varchar as double) as memory, try_cast(free_gb::varchar as double) as free, try_cast(total_gb::varchar as double) as total
  from (select kafka_partition, kafka_offset, kafka_timestamp, t, j.*, j.disk.free_gb, j.disk.total_gb
  from (select kafka_partition, kafka_offset, kafka_timestamp, t, json_transform(t, ${text(STRUCTURE)}) as j
  from (select kafka_partition, kafka_offset, kafka_timestamp,
    case when not contains(d, '\\') and encode(d) = kafka_value and json_valid(d) then d end as t
  from (select *, ${DECODED} as d from raw)))))`

/** The precise reason of every refused record. All of them are bad in the data of the bench. */
const REFUSED = `create or replace temp table refused as
  select kafka_partition, kafka_offset, case when kafka_value is null then 'record/null-value'
    when encode(d) <> kafka_value then 'record/not-utf8'
    when not json_valid(d) then 'record/not-json'
    when len(json_keys(d)) <> len(list_distinct(json_keys(d))) then 'record/duplicate-key'
    when coalesce(isinf(free), false) then 'record/number-out-of-range'
    else 'record/contract-violation' end as code
  from (select kafka_partition, kafka_offset, kafka_value, ${DECODED} as d from raw)
  join (select kafka_partition, kafka_offset, free from parsed where not ok) using (kafka_partition, kafka_offset)`

/** The newest event time before each valid record, in its topic partition. */
const MARKS = `create or replace temp table marks as
  select kafka_partition, kafka_offset, event_time, greatest(carried, max(event_time) over (partition by kafka_partition
    order by kafka_offset rows between unbounded preceding and 1 preceding)) as before
  from parsed left join (select kafka_partition, max(newest) as carried from newest group by all) using (kafka_partition)
  where ok and event_time <= kafka_timestamp + interval 1 hour`

/** Valid records that silver does not take; a null code is a duplicate. */
const EXCLUDED = `create or replace temp table excluded as
  select kafka_partition, kafka_offset, 'record/future-event-time' as code from parsed
    where ok and event_time > kafka_timestamp + interval 1 hour
  union all select kafka_partition, kafka_offset, 'record/too-old' from marks where event_time < before - interval 7 days
  union all select kafka_partition, kafka_offset, 'record/check-failed' from parsed where ok and disk_free_pct not between 0 and 100`

const DUPLICATES = `insert into excluded
  with candidate as (select kafka_partition, kafka_offset, id, event_time from parsed anti join excluded using (kafka_partition, kafka_offset) where ok),
  twice as (select kafka_partition, id, min(kafka_offset) as first from candidate group by all having count(*) > 1)
  select candidate.kafka_partition, kafka_offset, null from candidate join twice using (kafka_partition, id) where kafka_offset > first
  union select candidate.kafka_partition, kafka_offset, null from candidate join seen using (kafka_partition, id)
    where abs(epoch_ms(candidate.event_time) - epoch_ms(seen.event_time)) <= 86400000`

const LATE = `create or replace temp table late as
  select kafka_partition, kafka_offset, 'record/late' as code from marks anti join excluded using (kafka_partition, kafka_offset)
  where time_bucket(interval 1 hour, event_time) + interval 1 hour <= before - interval 5 minutes`

const GOLD_ROWS = `select event_time, org, os, device, cpu, disk_free_pct, encrypted from parsed
  anti join excluded using (kafka_partition, kafka_offset) anti join late using (kafka_partition, kafka_offset) where ok`

const LATEST_ROWS = `select * from parsed
  semi join (${winners('parsed anti join excluded using (kafka_partition, kafka_offset) where ok')}) using (kafka_partition, kafka_offset)`

const COUNTS = `select code, count(*) as rows from (select code from refused
    union all select coalesce(code, 'duplicate') from excluded union all select code from late) group by all
  union all select 'silver', count(*) - (select count(*) from excluded) from parsed where ok
  union all select 'bronze', count(*) from raw`

function winners(from) {
  return `select unnest(winner) from (select max({event_time: event_time, kafka_partition: kafka_partition, kafka_offset: kafka_offset}) as winner
    from ${from} group by device)`
}

function silver(from) {
  return `select event_id, device as device_id, org, os, os_version, agent_version, event_time::timestamptz as reported_at, cpu as cpu_pct,
    memory as memory_pct, free as disk_free_gb, total as disk_total_gb, disk_free_pct, disk_free_pct < 10 as low_disk, encrypted,
    user_ref,
    coalesce(vendor, 'unknown') as os_vendor, eol_date as os_eol, kafka_partition, kafka_offset
    from ${from} left join os_catalog using (os) join (${HASHED_USERS}) using (user_email)
    anti join excluded using (kafka_partition, kafka_offset) where ok`
}

/** Each user is hashed once per batch: the two hashes would be the largest cost of silver. */
const HASHED_USERS = `select user_email, sha256(getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(user_email)))) as user_ref
  from (select distinct user_email from parsed where ok)`
