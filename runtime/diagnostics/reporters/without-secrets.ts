import { codeEntry, type Diagnostic } from '../diagnostic.ts'
import type { Span } from '../span.ts'
import type { Texts } from './reporter.ts'

/** The texts with everything that may be a secret made unreadable, also in the frames of problems beside it. */
export function withoutSecrets(diagnostics: readonly Diagnostic[], texts: Texts): Texts {
  const hidden = diagnostics.flatMap(({ code, span, hides = [] }) =>
    span !== undefined && codeEntry(code).hidesText ? [span, ...hides] : hides,
  )
  return hidden.length === 0 ? texts : new Map([...texts].map(([file, text]) => [file, hide(text, file, hidden)]))
}

function hide(text: string, file: string, spans: readonly Span[]): string {
  let result = text
  for (const { start, end } of spans.filter((span) => span.file === file)) {
    const stars = result.slice(start.offset, end.offset).replace(/[^\r\n]/g, '*')
    result = result.slice(0, start.offset) + stars + result.slice(end.offset)
  }
  return result
}
