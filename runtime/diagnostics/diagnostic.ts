import type { AnyCodeEntry, CodeEntry, Severity } from './entry.ts'
import { CODES, type Code, type ParamsOf } from './codes/index.ts'
import type { Fix } from './fix.ts'
import type { Span } from './span.ts'

/** Another place that helps to understand the problem, with a word on why. */
export interface Related {
  readonly message: string
  readonly span: Span
}

/** One problem, as plain data: what, where, why, and what to do. */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  readonly message: string
  readonly why: string
  readonly help: string
  readonly span?: Span
  /** JSON pointer into the document, where there is one. */
  readonly pointer?: string
  readonly related?: readonly Related[]
  readonly fix?: Fix
  /** Places of the same file whose text may be a secret: a reporter that shows the file shows stars there. */
  readonly hides?: readonly Span[]
  /** The message of the fault underneath, if another system raised one. Never holds a secret. */
  readonly cause?: string
}

export interface Where {
  readonly span?: Span
  readonly pointer?: string
  readonly related?: readonly Related[]
  readonly fix?: Fix
  readonly cause?: string
}

/** The table's entry for `code`. */
export function codeEntry(code: Code): AnyCodeEntry {
  return CODES[code]
}

/** Makes the diagnostic of `code`: message and help come from the table, only parameters and place from the caller. */
export function diagnostic<C extends Code>(code: C, params: ParamsOf<C>, where: Where = {}): Diagnostic {
  const entry = CODES[code] as unknown as CodeEntry<ParamsOf<C>>
  return {
    code,
    severity: entry.severity,
    message: entry.message(params),
    why: entry.why,
    help: typeof entry.fix === 'string' ? entry.fix : entry.fix(params),
    ...where,
  }
}

/** What `code` says in the example that its entry declares, if it declares one. */
export function exampleDiagnostic(code: Code): Diagnostic | undefined {
  const { example } = codeEntry(code)
  return example === undefined ? undefined : diagnostic(code, example as ParamsOf<typeof code>)
}

/** True when any of `diagnostics` is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error')
}
