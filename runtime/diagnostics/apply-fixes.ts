import type { Diagnostic } from './diagnostic.ts'
import type { Confidence, Edit } from './fix.ts'
import type { Texts } from './reporters/reporter.ts'
import { sortedByPlace } from './reporters/sort.ts'

/** What came of applying fixes. */
export interface Applied {
  /** The new text of each file that changed. */
  readonly texts: Texts
  /** The problems whose fix was applied, by file and place. */
  readonly fixed: readonly Diagnostic[]
}

/**
 * Applies the fixes of these confidences to `texts`, all edits of a fix or none. Where two fixes touch the same
 * characters, the first by place is applied: the other is for the next round, if it is still due. Every other byte stays.
 */
export function applyFixes(
  diagnostics: readonly Diagnostic[],
  texts: Texts,
  confidences: readonly Confidence[],
): Applied {
  const edits = new Map<string, Edit[]>()
  const fixed: Diagnostic[] = []
  for (const problem of sortedByPlace(diagnostics)) {
    const { fix } = problem
    if (fix === undefined || fix.edits.length === 0 || !confidences.includes(fix.confidence)) continue
    if (!fix.edits.every((edit) => stands(edit, texts) && !touches(edit, edits.get(edit.span.file) ?? []))) continue
    for (const edit of fix.edits) edits.set(edit.span.file, [...(edits.get(edit.span.file) ?? []), edit])
    fixed.push(problem)
  }
  return { texts: new Map([...edits].map(([file, own]) => [file, edited(texts.get(file) ?? '', own)])), fixed }
}

/** `text` after `edits`, none of which touches another. */
export function edited(text: string, edits: readonly Edit[]): string {
  const backwards = [...edits].sort((a, b) => b.span.start.offset - a.span.start.offset)
  return backwards.reduce(
    (whole, { span, text: by }) => whole.slice(0, span.start.offset) + by + whole.slice(span.end.offset),
    text,
  )
}

function stands({ span, replaces }: Edit, texts: Texts): boolean {
  return texts.get(span.file)?.slice(span.start.offset, span.end.offset) === replaces
}

/** Edits side by side touch too: which of them comes first would be a guess. */
function touches(edit: Edit, others: readonly Edit[]): boolean {
  const { start, end } = edit.span
  return others.some(({ span }) => start.offset <= span.end.offset && span.start.offset <= end.offset)
}
