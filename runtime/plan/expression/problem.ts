import { diagnostic, type Code, type Diagnostic, type ParamsOf, type Where } from '#diagnostics'
import type { Range } from './ast.ts'

/** A diagnostic before it knows its file: its place is a range of the expression's own text. */
export interface Problem extends Range {
  readonly code: Code
  /** Makes the diagnostic, once the place in the file is known. */
  readonly locate: (where: Where) => Diagnostic
}

/** Makes the problem of `code` at `range`; `related` says where the nearest match is defined. */
export function problem<C extends Code>(
  code: C,
  params: ParamsOf<C>,
  range: Range,
  related?: Where['related'],
): Problem {
  const locate = (where: Where): Diagnostic => diagnostic(code, params, { ...where, ...(related && { related }) })
  return { code, start: range.start, end: range.end, locate }
}
