import { diagnostic, type Code, type Diagnostic, type ParamsOf, type Where } from '#diagnostics'
import type { Range } from './ast.ts'

/** A diagnostic before it knows its file: its place is a range of the expression's own text. */
export interface Problem extends Range {
  readonly code: Code
  /** Makes the diagnostic, once the place in the file is known. */
  readonly locate: (where: Where) => Diagnostic
  /** A name in the expression and the one that was probably meant. */
  readonly rename?: Rename
}

/** A name, as a range of the expression's own text, and what to write instead. */
export interface Rename extends Range {
  readonly text: string
  readonly to: string | undefined
}

/** Makes the problem of `code` at `range`; `more` says what was probably meant, and where that is defined. */
export function problem<C extends Code>(
  code: C,
  params: ParamsOf<C>,
  range: Range,
  more: { readonly related?: Where['related']; readonly rename?: Rename } = {},
): Problem {
  const { related, rename } = more
  const locate = (where: Where): Diagnostic => diagnostic(code, params, { ...where, ...(related && { related }) })
  return { code, start: range.start, end: range.end, locate, ...(rename && { rename }) }
}
