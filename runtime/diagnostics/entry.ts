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
  /** Why the code is given no more, and which one took its place. */
  readonly deprecated?: string
  /**
   * Parameters of a believable case, for a code that only a running system gives. Any other code is shown by its golden
   * case, which provokes it.
   */
  readonly example?: P
  /** The marked text may be a secret: reporters name the place and never show the text. */
  readonly hidesText?: true
}

/** An entry of whichever parameters: what can be told about a code without a case at hand. */
export type AnyCodeEntry = Omit<CodeEntry<never>, 'example'> & { readonly example?: unknown }

/** Declares one code; exists so that the parameter type is written once, at the entry. */
export function entry<P>(code: CodeEntry<P>): CodeEntry<P> {
  return code
}
