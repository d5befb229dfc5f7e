import { rm } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { quoteText } from '#dialect/duckdb'
import { avroText, quoteName, type ObjectStore } from '#lake'
import type { Plan } from '#plan'
import type { Broker, StoredRecord } from '#stream'
import type { Session } from '../embedded/session.ts'
import { planTables, tableKey } from '../tables.ts'
import { alertTopics } from './alert-topics.ts'
import { stateColumns } from './erase-state.ts'
import { openAlertMatcher } from './find-alerts.ts'
import { columnsOf } from './find-columns.ts'
import { findInTopic } from './find-in-topic.ts'
import { mayHold } from './find-records.ts'
import { holds } from './find-rows.ts'
import { openMatcher, type Matcher } from './matcher.ts'
import { subjectIn, subjectTexts, type Subject } from './subject.ts'

export interface ScanOptions {
  readonly store: ObjectStore
  readonly broker: Broker
  /** Of every pipeline of the tenant: they tell which topics there are, and what the field is. */
  readonly plans: readonly Plan[]
  readonly session: Session
  /** A folder of this work alone. */
  readonly scratch: string
  readonly subject: Subject
}

/** A place that holds the subject: an object of the lake, or records of a topic. */
export interface Occurrence {
  readonly place: string
  /** Where in it: a column, `bytes`, or a topic partition and offset. */
  readonly within: string
}

/**
 * Looks for the subject in every object of a tenant's lake and in the topics that its pipelines read and send alerts to: values
 * of Parquet files decoded, manifests unpacked, and all bytes as they lie. Reads everything there is. A number is looked for
 * where the field is and where its values go, as every other number may be a count, a size or an offset.
 */
export async function findOccurrences(options: ScanOptions): Promise<Occurrence[]> {
  const { store, plans } = options
  const sources = plans.flatMap((plan) => plan.sources)
  const scan = { ...options, subject: subjectIn(options.subject, sources) }
  const matcher = openMatcher(scan.subject)
  const found: Occurrence[] = []
  for await (const { key } of store.list('')) {
    for (const within of await occurrencesIn(scan, key, matcher)) found.push({ place: key, within })
  }
  for (const topic of new Set(sources.map((source) => source.topic)))
    found.push(...(await occurrencesOf(scan, topic, (record) => matcher.anywhere(record))))
  for (const topic of new Set(plans.flatMap(alertTopics))) {
    const alerts = plans.map((plan) => openAlertMatcher(plan, scan.subject, {}))
    found.push(...(await occurrencesOf(scan, topic, (record) => alerts.some((each) => each.inRecord(record)))))
  }
  return found
}

async function occurrencesOf(
  { broker }: ScanOptions,
  topic: string,
  holds: (record: StoredRecord) => boolean,
): Promise<Occurrence[]> {
  const held = await findInTopic(broker, topic, (_, record) => holds(record))
  return held.map(({ partition, offset }) => ({
    place: topic,
    within: `topic partition ${partition}, offset ${offset}`,
  }))
}

async function occurrencesIn(options: ScanOptions, key: string, matcher: Matcher): Promise<string[]> {
  const bytes = await options.store.read(key)
  if (bytes === undefined) return []
  const { subject } = options
  if (key.endsWith('.parquet')) return [...(await columnsWith(options, key, matcher)), ...rawly(bytes, subject)]
  // Numbers of documents, which Smelt writes itself, count rows, bytes and offsets.
  if (subject.numbers !== undefined && /\.(?:avro|json)$/.test(key)) return []
  if (key.endsWith('.avro'))
    return matcher.inText(Buffer.from(avroText(bytes, key))) ? ['bytes'] : rawly(bytes, subject)
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  return matcher.inText(plain) ? ['bytes'] : []
}

/** Columns of a Parquet file with the subject in one of their values. */
async function columnsWith(
  { store, session, scratch, subject, plans }: ScanOptions,
  key: string,
  matcher: Matcher,
): Promise<string[]> {
  const direct = store.localPath(key)
  const local = direct ?? path.join(scratch, `scan-${path.basename(key)}`)
  if (direct === undefined) await store.download(key, local)
  try {
    const file = `read_parquet(${quoteText(local)})`
    const columns = await session.rows(
      `select column_name as name, column_type as type from (describe select * from ${file})`,
    )
    const found: string[] = []
    const isOf = searchedIn(plans, subject, key)
    for (const column of columns) {
      const name = column.name as string
      if (!isOf(name)) continue
      if (column.type === 'BLOB') {
        const rows = await session.rows(`select ${quoteName(name)} as value from ${file}
          where ${mayHold(quoteName(name), subject)}`)
        if (rows.some(({ value }) => isIn(matcher, name, value as Uint8Array | null))) found.push(name)
      } else if (await session.count(`select count(*) from ${file} where ${holds(quoteName(name), subject)}`))
        found.push(name)
    }
    return found
  } finally {
    if (direct === undefined) await rm(local, { force: true })
  }
}

/** A key may hold a number as it is, a value in its field. */
function isIn(matcher: Matcher, column: string, bytes: Uint8Array | null): boolean {
  return matcher.anywhere(column === 'kafka_key' ? { key: bytes, value: null } : { key: null, value: bytes })
}

const RECORD_COLUMNS = new Set(['kafka_key', 'kafka_value'])

/** The columns of a file to look in: all of them, but for a number those of its field. */
function searchedIn(plans: readonly Plan[], subject: Subject, key: string): (column: string) => boolean {
  if (subject.numbers === undefined) return () => true
  const [layer = '', name = '', , file = ''] = key.split('/')
  const table = `${layer}.${name}`
  if (layer === 'state') {
    const plan = plans.find(({ pipeline }) => pipeline === name)
    const columns = plan && stateColumns(plan, subject, file.replace(/-[0-9a-f-]{36}\.parquet$/, ''))
    return (column) => columns?.(column) !== false
  }
  const written = plans.filter((plan) => planTables(plan).some(({ identifier }) => tableKey(identifier) === table))
  const columns = new Set(written.flatMap((plan) => columnsOf(plan, subject, table)))
  return (column) =>
    RECORD_COLUMNS.has(column) || columns.has(column) || (written.length === 0 && !/kafka_/.test(column))
}

/** Statistics in a footer are preceded by their length, which may look like a letter: what comes before says nothing there. */
function rawly(bytes: Buffer, subject: Subject): string[] {
  if (subject.numbers !== undefined) return []
  const held = subjectTexts(subject).some((text) => {
    const wanted = Buffer.from(text)
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
      if (bytes[at - 1] === wanted.length || bytes[at - 1] === 0 || at === 0) return true
    }
    return false
  })
  return held ? ['bytes'] : []
}
