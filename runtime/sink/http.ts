import { isSmeltError } from '#diagnostics'
import type { Retry } from './sink.ts'

/** A request as `post` makes it, and what it needs of the answer: `fetch` of the platform will do, too. */
export interface HttpRequest {
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/** The one thing a sink needs of HTTP. */
export type Fetch = (url: string, request: HttpRequest) => Promise<HttpResponse>

/** A receiver's answer, or why there was none. */
export type Answer =
  | { readonly status: number; readonly text: string; readonly retryAfterMs?: number }
  | { readonly status: undefined; readonly reason: string }

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly nowMs: number
}

/** Statuses after which the same request may succeed: RFC 9110, 6585 and 8470. */
const TRANSIENT = new Set([408, 425, 429])
const MAX_TEXT = 10_000_000
const MAX_REASON = 300

/**
 * Sends a POST. Redirects are not followed: what stands in the body is meant for the configured address only. Never
 * throws for what the network or the receiver does.
 */
export async function post(fetch: Fetch, { url, headers, body, timeoutMs, signal, nowMs }: Post): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const text = (await response.text()).slice(0, MAX_TEXT)
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), nowMs)
    return { status: response.status, text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  } catch (error) {
    return { status: undefined, reason: reasonOf(error, timeoutMs) }
  }
}

/** Why to try again after this answer; undefined when the same request will not do better. */
export function retryOf(answer: Answer): Retry | undefined {
  if (answer.status === undefined) return { reason: answer.reason }
  const { status, retryAfterMs } = answer
  if (!TRANSIENT.has(status) && status < 500) return undefined
  return { reason: `it answered ${status}`, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) }
}

/** What the receiver said, as one short line. */
export function shortText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}...` : line
}

/** `Retry-After` of RFC 9110: seconds, or a date. */
function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** Without the address, which may hold a secret. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error) || isSmeltError(error)) throw error
  if (error.name === 'TimeoutError') return `it gave no answer within ${timeoutMs} ms`
  if (error.name === 'AbortError') return 'the delivery was stopped'
  const code = [error, error.cause].map(codeOf).find((each) => each !== undefined)
  return code === undefined ? 'it cannot be reached' : `it cannot be reached (${code})`
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
