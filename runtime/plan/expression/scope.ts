import type { Span } from '#diagnostics'
import type { ColumnExpr } from '../types.ts'

/** The names an expression may use. */
export interface Scope {
  /** The column that the first `used` parts of `path` name; further parts are struct fields of it. */
  lookup(path: readonly string[]): { readonly column: ColumnExpr; readonly used: number } | undefined
  /** Every column, and where it is defined if a file says so; for nearest matches. */
  names(): Iterable<{ readonly name: string; readonly where?: Span }>
}
