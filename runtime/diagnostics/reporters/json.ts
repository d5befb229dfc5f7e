import type { Diagnostic } from '../diagnostic.ts'
import { codeEntry } from '../diagnostic.ts'
import type { Reporter } from './reporter.ts'
import { sortedByPlace } from './sort.ts'

/**
 * For programs: one JSON object, `{ "version": 1, "diagnostics": [...], "counts": {...} }`, sorted by file and place.
 * Absent values are `null`, so that every diagnostic has the same keys. Lines and columns count from 1, offsets from 0
 * in UTF-16 units.
 */
export const jsonReporter: Reporter = (diagnostics) => {
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((each) => each.severity === severity).length
  const report = {
    version: 1,
    diagnostics: sortedByPlace(diagnostics).map(shape),
    counts: { error: count('error'), warning: count('warning'), info: count('info') },
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function shape(problem: Diagnostic): Readonly<Record<string, unknown>> {
  const { code, severity, message, why, help, span, pointer, related, fix, cause } = problem
  const { title, domain, retry } = codeEntry(code)
  return {
    code,
    severity,
    title,
    message,
    why,
    help,
    domain,
    retry,
    span: span ?? null,
    pointer: pointer ?? null,
    related: related ?? [],
    fix: fix ?? null,
    cause: cause ?? null,
  }
}
