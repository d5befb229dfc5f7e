import type { Diagnostic } from '../diagnostic.ts'

/** The text of each file that a diagnostic may point into. */
export type Texts = ReadonlyMap<string, string>

/** Turns diagnostics into text that ends with a line feed, or is empty. Pure: the command line writes it out. */
export type Reporter = (diagnostics: readonly Diagnostic[], texts: Texts) => string

/** `2 errors, 1 warning`, or `no problems`. */
export function countLine(diagnostics: readonly Diagnostic[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = diagnostics.filter((each) => each.severity === severity).length
    const noun = severity === 'info' ? 'note' : severity
    return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? 'no problems' : parts.join(', ')
}
