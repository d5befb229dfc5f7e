import type { Diagnostic } from '#diagnostics'

/** How much a line is worth: answers by their status, faults of ours and of what is outside above all. */
export type LogLevel = 'info' | 'warn' | 'error'

/** What a server tells of itself. Holds no token, no body and no value of a record. */
export type LogLine = RequestLine | EventLine

/** One request and what became of it. */
export interface RequestLine {
  readonly event: 'request'
  readonly level: LogLevel
  readonly request_id: string
  readonly method: string
  readonly path: string
  /** Missing when the client went away before the answer. */
  readonly status?: number
  readonly ms: number
  readonly tenant?: string
  readonly topic?: string
  /** The id of the token. */
  readonly token?: string
  readonly records?: number
  readonly refused?: number
  readonly bytes?: number
  readonly code?: string
  /** What the client is not told. */
  readonly cause?: string
}

export interface EventLine {
  readonly event: 'listening' | 'draining' | 'ended' | 'notice'
  readonly level: LogLevel
  readonly url?: string
  readonly topics?: number
  readonly diagnostic?: Pick<Diagnostic, 'code' | 'message'>
}

/** The level of a request: what the server could not do is an error, what it would not do a warning. */
export function levelOf(status: number | undefined): LogLevel {
  if (status === undefined || (status >= 400 && status < 500)) return 'warn'
  return status >= 500 ? 'error' : 'info'
}
