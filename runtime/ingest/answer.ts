import { codeEntry, diagnostic, isSmeltError, type Code, type Diagnostic } from '#diagnostics'
import type { Refusal } from './gate.ts'
import type { Stored } from './submission.ts'

/** The HTTP status of each code that a client may be answered with. */
export const STATUS = {
  'ingest/bad-parameter': 400,
  'ingest/bad-body': 400,
  'ingest/records-refused': 400,
  'ingest/unauthorized': 401,
  'ingest/forbidden': 403,
  'ingest/suspended': 403,
  'ingest/unknown-topic': 404,
  'ingest/unknown-path': 404,
  'ingest/wrong-method': 405,
  'ingest/body-timeout': 408,
  'ingest/body-too-large': 413,
  'ingest/record-too-large': 413,
  'ingest/unsupported-body': 415,
  'ingest/key-reused': 422,
  'ingest/busy': 429,
  'internal/bug': 500,
  'ingest/refused-by-broker': 502,
  'ingest/unavailable': 503,
  'ingest/draining': 503,
} as const satisfies Partial<Record<Code, number>>

/** A code that a client may be answered with. */
export type AnswerCode = keyof typeof STATUS

/** What a client is answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A record that breaks the contract, and its place in the request, from 0. */
export interface RefusedRecord extends Refusal {
  readonly record: number
}

/** Refused records that are named; the message counts all. */
export const MAX_REFUSED = 100
const RETRY_AFTER_SECONDS = 1

/** Everything is stored. The positions are in the order of the records. */
export function storedAnswer(
  about: { readonly requestId: string; readonly topic: string; readonly refused: readonly RefusedRecord[] },
  { positions, repeated }: Stored,
): Answer {
  const { requestId, topic, refused } = about
  // By hand: there may be many, and each is two numbers.
  const places = positions.map(({ partition, offset }) => `{"partition":${partition},"offset":${offset}}`)
  const head = JSON.stringify({ request_id: requestId, topic, records: positions.length, repeated })
  const tail = refused.length === 0 ? '' : `,"refused":${JSON.stringify(refused)}`
  return json(200, `${head.slice(0, -1)},"positions":[${places.join(',')}]${tail}}\n`)
}

/** What was thrown, as an answer: with our code, and nothing of what is inside. */
export function problemAnswer(requestId: string, error: unknown, refused: readonly RefusedRecord[] = []): Answer {
  const problem = problemOf(error)
  const { code, message, why, help } = problem
  const status = isAnswerCode(code) ? STATUS[code] : 500
  const body = {
    request_id: requestId,
    error: { code, message, why, fix: help },
    ...(refused.length > 0 && { refused }),
  }
  const isPassing = codeEntry(code).retry === 'backoff' && status !== 408
  return json(status, `${JSON.stringify(body)}\n`, {
    ...(isPassing && { 'Retry-After': String(RETRY_AFTER_SECONDS) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
  })
}

/** A JSON answer. */
export function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body }
}

/** What a client may be told of an error: its own code, or that we have a fault. */
function problemOf(error: unknown): Diagnostic {
  if (isSmeltError(error) && isAnswerCode(error.code)) return error.diagnostic
  return diagnostic('internal/bug', { detail: 'the log of the server has the details under the id of the request' })
}

function isAnswerCode(code: Code): code is AnswerCode {
  return Object.hasOwn(STATUS, code)
}
