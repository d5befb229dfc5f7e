import type { Diagnostic } from '#diagnostics'

/** Each problem once: a pipeline is read for every tenant that runs it, and is mostly wrong for all of them alike. */
export function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>()
  return diagnostics.filter(({ code, message, span }) => {
    const key = JSON.stringify([code, message, span?.file, span?.start.offset])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
