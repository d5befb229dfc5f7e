import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isSmeltError, smeltError } from '#diagnostics'
import { problemAnswer, type Answer } from './answer.ts'
import type { Place } from './authorise.ts'
import { ClientGone } from './read-body.ts'
import type { RequestLine } from './request-log.ts'
import { plain } from './take-records.ts'

/** The id that the client gave, when it is fit to be written, or a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']?.toString()
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

/** The address of a request. Throws ingest/unknown-path for what is none. */
export function urlOf(text: string): URL {
  try {
    return new URL(text, 'http://ingest')
  } catch {
    throw smeltError('ingest/unknown-path', { path: plain(text) })
  }
}

/** Names are taken as they are written: nothing in them needs an escape. */
export function placeOf(pathname: string): Place | undefined {
  const [, tenant, topic] = /^\/v1\/([a-z0-9-]{1,64})\/([A-Za-z0-9._-]{1,249})$/.exec(pathname) ?? []
  return tenant === undefined || topic === undefined ? undefined : { tenant, topic }
}

/** The answer to a method that the path does not know; undefined when it does. */
export function wrongMethod({ method = '' }: IncomingMessage, requestId: string, allowed: string): Answer | undefined {
  if (method === allowed || (allowed === 'GET' && method === 'HEAD')) return undefined
  const { headers, ...answer } = problemAnswer(
    requestId,
    smeltError('ingest/wrong-method', { method: plain(method), allowed }),
  )
  return { ...answer, headers: { ...headers, Allow: allowed } }
}

/** What the log tells of a fault and the answer does not. */
export function faultOf(error: unknown): Pick<RequestLine, 'code' | 'cause'> {
  if (error instanceof ClientGone) return { cause: error.message }
  if (!isSmeltError(error)) return { code: 'internal/bug', cause: error instanceof Error ? (error.stack ?? '') : '' }
  const { code, cause } = error.diagnostic
  return { code, ...(cause !== undefined && { cause }) }
}
