import type { IncomingMessage } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { nearestMatch, smeltError } from '#diagnostics'
import { recordKey, type OutgoingRecord } from '#stream'
import { MAX_REFUSED, type RefusedRecord } from './answer.ts'
import type { Appender } from './appender.ts'
import type { Hold } from './budget.ts'
import type { Gate } from './gate.ts'
import type { IngestLimits } from './limits.ts'
import { QUERY_PARAMETERS } from './openapi.ts'
import { readBody } from './read-body.ts'
import { requestKey, type RequestKey } from './request-key.ts'
import type { ServedTopic } from './served-topic.ts'
import { BODY_FORMS, splitBody, type BodyForm, type GivenRecord } from './split-body.ts'
import type { Stored } from './submission.ts'

/** A topic with what it takes to store its records. */
export interface OpenTopic {
  readonly served: ServedTopic
  readonly gate: Gate
  readonly appender: Appender
}

export interface Taking {
  readonly topic: OpenTopic
  readonly query: URLSearchParams
  readonly hold: Hold
  readonly limits: IngestLimits
  readonly clock: () => number
}

/** What became of a request that sends records. */
export interface Taken {
  readonly stored?: Stored
  /** Records that break the contract: taken all the same, or why nothing was; the first of `refusedCount`. */
  readonly refused: readonly RefusedRecord[]
  readonly refusedCount: number
  readonly records: number
  readonly bytes: number
}

/** How a request wants to be understood. */
interface Wish {
  readonly form: BodyForm
  readonly gzip: boolean
  readonly accept: boolean
  readonly keyField: string | undefined
  readonly idempotencyKey: string | undefined
}

/** Takes the records of an authorised request. `stored` is missing when the contract refuses them. Throws ingest/*. */
export async function takeRecords(request: IncomingMessage, taking: Taking): Promise<Taken> {
  const { topic, hold, limits, clock } = taking
  const wish = wishOf(request, taking)
  const body = await readBody(request, { gzip: wish.gzip, hold, limits })
  const key = keyOf(wish, body)
  const known = key && topic.appender.known(key)
  if (known !== undefined) {
    return { stored: known, refused: [], refusedCount: 0, records: known.positions.length, bytes: body.length }
  }
  const given = splitBody(body, wish.form, clock())
  const { records, refused, refusedCount } = await judge(given, wish, taking)
  const counts = { refused, refusedCount, records: given.length, bytes: body.length }
  if (refusedCount > 0 && !wish.accept) return counts
  return { ...counts, stored: await topic.appender.submit({ records, ...(key !== undefined && { key }) }) }
}

function wishOf({ headers }: IncomingMessage, { query, topic }: Taking): Wish {
  for (const name of new Set(query.keys())) {
    if (!QUERY_PARAMETERS.includes(name)) throw unknownParameter(name)
    if (query.getAll(name).length > 1) throw badParameter(name, 'it is given twice')
  }
  const mode = query.get('mode') ?? 'strict'
  if (mode !== 'strict' && mode !== 'accept') throw badParameter('mode', 'it is `strict` or `accept`')
  const keyField = query.get('key') ?? topic.served.keyField
  if (keyField === '') throw badParameter('key', 'it names no field')
  const type = mediaType(headers['content-type'])
  const form = BODY_FORMS.get(type)
  if (form === undefined) throw unsupported('content-type', type, [...BODY_FORMS.keys()])
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'gzip' && encoding !== 'identity') throw unsupported('content-encoding', encoding, ['gzip'])
  const idempotencyKey = headers['idempotency-key']?.toString()
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw badParameter('idempotency-key', 'it has 1 to 255 printable characters of ASCII, no blank')
  }
  return { form, gzip: encoding === 'gzip', accept: mode === 'accept', keyField, idempotencyKey }
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function unknownParameter(name: string): Error {
  const nearest = nearestMatch(name, QUERY_PARAMETERS)
  const known = QUERY_PARAMETERS.map((each) => `\`${each}\``).join(' and ')
  return badParameter(name, nearest === undefined ? `known are ${known}` : `did you mean \`${nearest}\`?`)
}

/** What a client wrote is quoted, cut and without what would break the quotes. */
function badParameter(name: string, detail: string): Error {
  return smeltError('ingest/bad-parameter', { name: plain(name), detail })
}

function unsupported(header: string, value: string, known: readonly string[]): Error {
  return smeltError('ingest/unsupported-body', { header, value: plain(value), known })
}

/** A text of a client, fit for a message. */
export function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]|`/g, '?').slice(0, 100)
}

function keyOf({ idempotencyKey, form, keyField }: Wish, body: Buffer): RequestKey | undefined {
  return idempotencyKey === undefined ? undefined : requestKey(idempotencyKey, [form, keyField ?? '', body])
}

/** After so many records others get their turn. */
const SLICE = 500

async function judge(
  given: readonly GivenRecord[],
  { keyField }: Wish,
  { topic, limits }: Taking,
): Promise<{ records: OutgoingRecord[]; refused: RefusedRecord[]; refusedCount: number }> {
  const records: OutgoingRecord[] = []
  const refused: RefusedRecord[] = []
  let refusedCount = 0
  for (const [record, each] of given.entries()) {
    if (record > 0 && record % SLICE === 0) await nextTurn()
    const outgoing = outgoingOf(each, keyField)
    const bytes = bytesOf(outgoing)
    const limit = limits.maxRecordBytes
    if (bytes > limit) throw smeltError('ingest/record-too-large', { record, bytes, limit })
    const refusal = topic.gate(outgoing.value, outgoing.key)
    if (refusal !== undefined) {
      refusedCount += 1
      if (refused.length < MAX_REFUSED) refused.push({ record, ...refusal })
    }
    records.push(outgoing)
  }
  return { records, refused, refusedCount }
}

function outgoingOf({ key, value, ...rest }: GivenRecord, keyField: string | undefined): OutgoingRecord {
  if (key !== undefined) return { key, value, ...rest }
  return { key: value === null || keyField === undefined ? null : recordKey(value, keyField), value, ...rest }
}

/** A little more than what the record takes in a batch, with room for the mark of an idempotent request. */
function bytesOf({ key, value, headers = [] }: OutgoingRecord): number {
  const own = headers.reduce((sum, [name, bytes]) => sum + 4 * name.length + (bytes?.length ?? 0) + 10, 0)
  return (key?.length ?? 0) + (value?.length ?? 0) + own
}
