import { isUtf8 } from 'node:buffer'
import { readJson, type JsonNode, type JsonObject } from '#contract'
import { smeltError } from '#diagnostics'
import type { Header } from '#stream'

/** A record as a body gives it. Values are the bytes that were sent, never written anew. */
export interface GivenRecord {
  readonly value: Buffer | null
  /** Undefined: the field that holds the key decides. */
  readonly key?: Buffer | null
  readonly headers?: readonly Header[]
  /** Unix milliseconds. */
  readonly timestampMs?: number
}

/** How a body is divided into records. */
export type BodyForm = 'one' | 'lines' | 'batch'

/** The forms by media type. */
export const BODY_FORMS: ReadonlyMap<string, BodyForm> = new Map([
  ['application/json', 'one'],
  ['application/x-ndjson', 'lines'],
  ['application/vnd.smelt.batch+json', 'batch'],
])

/** A record may be dated this far ahead of the clock of the server; brokers refuse more. */
const MAX_AHEAD_MS = 5 * 60_000

/** Divides a body into its records, in order. Throws ingest/bad-body, and nothing is guessed. */
export function splitBody(body: Buffer, form: BodyForm, nowMs: number): GivenRecord[] {
  const records = form === 'one' ? [{ value: body }] : form === 'lines' ? lines(body) : batch(body, nowMs)
  if (body.length === 0 || records.length === 0) throw bad('it holds no record')
  return records
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** Line ends (LF, CR LF) are taken off, blank lines left out, as `smelt produce` does. */
function lines(body: Buffer): GivenRecord[] {
  const records: GivenRecord[] = []
  for (let from = 0; from < body.length;) {
    const found = body.indexOf(LINE_FEED, from)
    const end = found < 0 ? body.length : found
    const last = end > from && body[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (last > from) records.push({ value: body.subarray(from, last) })
    from = end + 1
  }
  return records
}

function batch(body: Buffer, nowMs: number): GivenRecord[] {
  if (!isUtf8(body)) throw bad('it is not UTF-8')
  const text = body.toString('utf8')
  const reading = readJson(text)
  if (!reading.ok) throw bad(`it is not JSON: ${reading.detail}, at character ${reading.offset + 1}`)
  if (reading.root.kind !== 'array') throw bad('a batch is an array of objects with `value`')
  return reading.root.items.map((item, index) => batchRecord(item, index, { text, nowMs }))
}

const MEMBERS = ['value', 'key', 'headers', 'timestamp'] as const

function batchRecord(item: JsonNode, index: number, { text, nowMs }: { text: string; nowMs: number }): GivenRecord {
  const say = (what: string): Error => bad(`record ${index} ${what}`)
  if (item.kind !== 'object') throw say('is not an object with `value`')
  const members = membersOf(item, say)
  const unknown = [...members.keys()].find((name) => !MEMBERS.some((each) => each === name))
  if (unknown !== undefined) throw say(`has a member beside ${MEMBERS.map((name) => `\`${name}\``).join(', ')}`)
  const value = members.get('value')
  if (value === undefined) throw say('has no `value`')
  const key = members.get('key')
  const headers = members.get('headers')
  const timestamp = members.get('timestamp')
  return {
    value: value.kind === 'null' ? null : Buffer.from(text.slice(value.start, value.end)),
    ...(key !== undefined && { key: textOrNull(key, () => say('has a `key` that is neither text nor null')) }),
    ...(headers !== undefined && { headers: headersOf(headers, say) }),
    ...(timestamp !== undefined && { timestampMs: timeOf(timestamp, nowMs, say) }),
  }
}

function membersOf(object: JsonObject, say: (what: string) => Error): Map<string, JsonNode> {
  const members = new Map<string, JsonNode>()
  for (const { key, value } of object.entries) {
    if (members.has(key)) throw say('has a member twice')
    members.set(key, value)
  }
  return members
}

function textOrNull(node: JsonNode, fault: () => Error): Buffer | null {
  if (node.kind === 'null') return null
  // Half of a surrogate pair has no bytes.
  if (node.kind !== 'string' || /\p{Surrogate}/u.test(node.value)) throw fault()
  return Buffer.from(node.value)
}

/** Names that begin with `smelt-` are ours: a client could write the marks of another request with them. */
function headersOf(node: JsonNode, say: (what: string) => Error): Header[] {
  if (node.kind !== 'object') throw say('has `headers` that are no object')
  return node.entries.map(({ key, value }): Header => {
    if (key.toLowerCase().startsWith('smelt-')) throw say('has a header whose name begins with `smelt-`')
    return [key, textOrNull(value, () => say('has a header whose value is neither text nor null'))]
  })
}

function timeOf(node: JsonNode, nowMs: number, say: (what: string) => Error): number {
  const time = node.kind === 'number' && /^[0-9]{1,15}$/.test(node.text) ? Number(node.text) : undefined
  if (time === undefined) throw say('has a `timestamp` that is no whole number of milliseconds since 1970')
  if (time > nowMs + MAX_AHEAD_MS) throw say('has a `timestamp` more than five minutes ahead')
  return time
}

function bad(detail: string): Error {
  return smeltError('ingest/bad-body', { detail })
}
