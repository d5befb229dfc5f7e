import type { Diagnostic } from './diagnostic.ts'
import type { Edit } from './fix.ts'
import type { Texts } from './reporters/reporter.ts'
import type { Position } from './span.ts'

/**
 * The diagnostics with only those fixes that can be made: each edit's `replaces` stands in the text where the edit says.
 * A name that stands there in quotes is replaced within them. What a placeholder brought does not stand there, so it is
 * not touched.
 */
export function groundFixes(diagnostics: readonly Diagnostic[], texts: Texts): readonly Diagnostic[] {
  return diagnostics.map((each) => {
    if (each.fix === undefined) return each
    const { fix, ...rest } = each
    const edits = fix.edits.flatMap((edit) => grounded(edit, texts.get(edit.span.file)) ?? [])
    return edits.length === fix.edits.length ? { ...rest, fix: { ...fix, edits } } : rest
  })
}

function grounded(edit: Edit, text: string | undefined): Edit | undefined {
  if (text === undefined) return undefined
  const { start, end } = edit.span
  const found = text.slice(start.offset, end.offset)
  if (found === edit.replaces) return edit
  const quoted = [`"${edit.replaces}"`, `'${edit.replaces}'`].includes(found)
  return quoted ? { ...edit, span: { ...edit.span, start: moved(start, 1), end: moved(end, -1) } } : undefined
}

function moved({ offset, line, column }: Position, by: number): Position {
  return { offset: offset + by, line, column: column + by }
}
