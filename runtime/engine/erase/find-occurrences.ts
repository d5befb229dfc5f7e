import { rm } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { quoteText } from '#dialect/duckdb'
import { avroText, quoteName, type ObjectStore } from '#lake'
import type { Broker } from '#stream'
import type { Session } from '../embedded/session.ts'
import { findInTopic } from './find-in-topic.ts'
import { mayHold } from './find-records.ts'
import { holds } from './find-rows.ts'
import { openMatcher, subjectTexts, type Matcher, type Subject } from './subject.ts'

export interface ScanOptions {
  readonly store: ObjectStore
  readonly broker: Broker
  readonly topics: readonly string[]
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
 * Looks for the subject in every object of a tenant's lake and in the topics: values of Parquet files decoded, manifests
 * unpacked, and all bytes as they lie. Reads everything there is.
 */
export async function findOccurrences(options: ScanOptions): Promise<Occurrence[]> {
  const { store, broker, topics, subject } = options
  const matcher = openMatcher(subject)
  const found: Occurrence[] = []
  for await (const { key } of store.list('')) {
    for (const within of await occurrencesIn(options, key, matcher)) found.push({ place: key, within })
  }
  for (const topic of topics) {
    const held = await findInTopic(broker, topic, (_, { key, value, headers }) =>
      [key, value, ...headers].some((bytes) => matcher.inText(bytes)),
    )
    for (const { partition, offset } of held)
      found.push({ place: topic, within: `topic partition ${partition}, offset ${offset}` })
  }
  return found
}

async function occurrencesIn(options: ScanOptions, key: string, matcher: Matcher): Promise<string[]> {
  const bytes = await options.store.read(key)
  if (bytes === undefined) return []
  if (key.endsWith('.parquet')) return [...(await columnsWith(options, key, matcher)), ...rawly(bytes, options.subject)]
  if (key.endsWith('.avro'))
    return matcher.inText(Buffer.from(avroText(bytes, key))) ? ['bytes'] : rawly(bytes, options.subject)
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  return matcher.inText(plain) ? ['bytes'] : []
}

/** Columns of a Parquet file with the subject in one of their values. */
async function columnsWith(
  { store, session, scratch, subject }: ScanOptions,
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
    for (const column of columns) {
      const name = column.name as string
      if (column.type === 'BLOB') {
        const rows = await session.rows(`select ${quoteName(name)} as value from ${file}
          where ${mayHold(quoteName(name), subject)}`)
        if (rows.some(({ value }) => matcher.inText(value as Uint8Array | null))) found.push(name)
      } else if (await session.count(`select count(*) from ${file} where ${holds(quoteName(name), subject)}`))
        found.push(name)
    }
    return found
  } finally {
    if (direct === undefined) await rm(local, { force: true })
  }
}

/** Statistics in a footer are preceded by their length, which may look like a letter: what comes before says nothing there. */
function rawly(bytes: Buffer, subject: Subject): string[] {
  const held = subjectTexts(subject).some((text) => {
    const wanted = Buffer.from(text)
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
      if (bytes[at - 1] === wanted.length || bytes[at - 1] === 0 || at === 0) return true
    }
    return false
  })
  return held ? ['bytes'] : []
}
