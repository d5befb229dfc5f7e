import { misspelling, type Diagnostic, type Position, type Span } from '#diagnostics'
import type { LocatedText } from '#spec'
import type { Expr } from '../types.ts'
import { check } from './check.ts'
import { MAX_SIZE, type Checked, type Context } from './checked.ts'
import { parseExpression } from './parse.ts'
import { problem, type Problem, type Rename } from './problem.ts'
import type { Scope } from './scope.ts'

/**
 * Parses, names and types an expression that sees one row. Either `expr` is there, or at least one diagnostic is, or the
 * expression reads a column that the scope calls broken; all problems of the text are found in one go. Overflow is no
 * matter of types: see `overflowSql` of the dialect.
 */
export function compileExpression(
  text: LocatedText,
  scope: Scope,
): { expr?: Expr; diagnostics: readonly Diagnostic[] } {
  const context: Context = { scope, problems: [], level: 'row', aggregates: [], check }
  const found = checkText(text, context)
  const diagnostics = locate(text, context.problems)
  return found && diagnostics.length === 0 ? { expr: found.expr, diagnostics } : { diagnostics }
}

/** Parses and checks a whole text; a null that nothing gives a type is a problem. */
export function checkText(text: LocatedText, context: Context): Checked | undefined {
  const { ast, problems } = parseExpression(text.value)
  context.problems.push(...problems)
  const found = ast && check(ast, context)
  if (found === undefined) return undefined
  if (found.open === 'null') context.problems.push(problem('plan/untyped-null', {}, found))
  if (found.size > MAX_SIZE) context.problems.push(problem('plan/expression-too-large', { limit: MAX_SIZE }, found))
  return found
}

/** The problems as diagnostics, in the order of the text. */
export function locate(text: LocatedText, problems: readonly Problem[]): readonly Diagnostic[] {
  const inOrder = [...problems].sort((a, b) => a.start - b.start || a.end - b.end)
  return inOrder.map((each) => {
    const where = { span: spanWithin(text, each.start, each.end), pointer: text.pointer }
    return each.locate({ ...where, ...(each.rename && renamed(text, each.rename)) })
  })
}

function renamed(text: LocatedText, { start, end, text: name, to }: Rename): ReturnType<typeof misspelling> {
  return misspelling(spanWithin(text, start, end), name, to)
}

/** The place in the file of the characters `start` to `end` (exclusive) of a text read from it. */
export function spanWithin(text: LocatedText, start: number, end: number): Span {
  const { span, offsets, lineStarts } = text
  const first = positionAt(lineStarts, offsets.at(start) ?? span.end.offset)
  if (end <= start) return { file: span.file, start: first, end: first }
  const last = positionAt(lineStarts, offsets.at(end - 1) ?? span.end.offset)
  // A character may be written as several, an escape or a placeholder: it ends where the next one starts.
  const next = positionAt(lineStarts, offsets.at(end) ?? last.offset)
  const after = next.line === last.line && next.offset > last.offset ? next.offset : last.offset + 1
  return { file: span.file, start: first, end: positionAt(lineStarts, after) }
}

function positionAt(lineStarts: readonly number[], offset: number): Position {
  let low = 0
  let high = lineStarts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lineStarts[middle] ?? Infinity) <= offset) low = middle + 1
    else high = middle
  }
  const lineStart = lineStarts[low - 1] ?? 0
  return { offset, line: Math.max(1, low), column: offset - lineStart + 1 }
}
