import type { ColumnExpr } from '../types.ts'
import { pathText } from './expression-text.ts'

/** The id of a column or field in the lineage; names that are no plain word are quoted in it. */
export function nodeId(of: string, path: readonly string[]): string {
  return `${of}.${pathText(path)}`
}

/**
 * The ids of columns that an expression reads: of columns of `table`, which are whole, and of contract fields of
 * `source`, as deep as they are named. Each once.
 */
export function readIds(columns: readonly ColumnExpr[], table: string, source: string): string[] {
  const ids = columns.flatMap(({ scope, path }) => {
    if (scope === 'aggregate') return []
    return scope === 'source' ? [nodeId(`source.${source}`, path)] : [nodeId(table, path.slice(0, 1))]
  })
  return [...new Set(ids)]
}
