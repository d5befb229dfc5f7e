import type { Span } from '#diagnostics'
import type { ColumnExpr } from '../types.ts'

/** The names an expression may use. */
export interface Scope {
  /**
   * The column that the first `used` parts of `path` name; further parts are struct fields of it. `broken` when there is
   * one and what it holds is not known, because of a problem that was told where it is: no more is said on its account.
   */
  lookup(path: readonly string[]): { readonly column: ColumnExpr; readonly used: number } | 'broken' | undefined
  /** Every column, and where it is defined if a file says so; for nearest matches. */
  names(): Iterable<{ readonly name: string; readonly where?: Span }>
}
