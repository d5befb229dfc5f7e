/** How bad a diagnostic is. Only `error` makes a command fail. */
export type Severity = 'error' | 'warning' | 'info'

/** Who can mend it: the user's files, something outside the process, or Smelt itself. */
export type Domain = 'user' | 'external' | 'internal'

/** What a retry loop may do with it: nothing, try again later, or try again after re-reading. */
export type Retry = 'never' | 'backoff' | 'refresh'

/** One row of the code table: everything a reader may want to know about a code, with a message typed by its parameters. */
export interface CodeEntry<P> {
  /** A few words, sentence case. */
  readonly title: string
  readonly severity: Severity
  readonly domain: Domain
  readonly retry: Retry
  /** What happened, in one sentence with the values in backticks. */
  readonly message: (params: P) => string
  /** Why it is a problem. */
  readonly why: string
  /** What to do about it. */
  readonly fix: string | ((params: P) => string)
  /** The version that brought the code. Codes are permanent: deprecate, never delete. */
  readonly since: string
  readonly deprecated?: string
  /** The marked text may be a secret: reporters name the place and never show the text. */
  readonly hidesText?: true
}

/** Declares one code; exists so that the parameter type is written once, at the entry. */
export function entry<P>(code: CodeEntry<P>): CodeEntry<P> {
  return code
}
