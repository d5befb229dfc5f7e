import { diagnostic, isSmeltError, jsonReporter, terminalReporter, type Diagnostic, type Texts } from '#diagnostics'
import { exitCodeOf, worstExit, type ExitCode } from './exit-code.ts'
import type { Output } from './host.ts'

export interface ReportStyle {
  readonly colours: boolean
  readonly json: boolean
}

/** Writes diagnostics for people, or as JSON, and gives the exit code that the worst of them asks for. */
export function report(
  to: Output,
  diagnostics: readonly Diagnostic[],
  style: ReportStyle,
  texts: Texts = new Map(),
): ExitCode {
  const reporter = style.json ? jsonReporter : terminalReporter({ colours: style.colours })
  const text = reporter(diagnostics, texts)
  // The counts say nothing when there is one problem only.
  to.write(style.json || diagnostics.length > 1 ? text : `${text.slice(0, text.lastIndexOf('\n\n'))}\n`)
  return worstExit(diagnostics.map(exitCodeOf))
}

/** What was thrown, as a diagnostic: a foreign error is a fault of ours. */
export function diagnosticOf(error: unknown): Diagnostic {
  if (isSmeltError(error)) return error.diagnostic
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return diagnostic('internal/bug', { detail })
}
