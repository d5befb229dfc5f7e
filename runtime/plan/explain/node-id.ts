import { columnsRead } from '../expression/index.ts'
import type { ColumnExpr, GoldPlan, SourcePlan } from '../types.ts'
import { pathText } from './expression-text.ts'

/** The id of a column or field in the lineage; names that are no plain word are quoted in it. */
export function nodeId(of: string, path: readonly string[]): string {
  return `${of}.${pathText(path)}`
}

/** The ids of what the event time of a source is made of. */
export function eventTimeIds({ name, eventTime }: SourcePlan): string[] {
  return readIds(columnsRead(eventTime), '', name)
}

/**
 * The ids of columns that an expression reads: of columns of `table`, which are whole, of contract fields of `source`,
 * as deep as they are named, and of its record. What is joined is of the source or the silver table `joined`. Each once.
 */
export function readIds(columns: readonly ColumnExpr[], table: string, source: string, joined = ''): string[] {
  const ids = columns.flatMap(({ scope, path }) => {
    switch (scope) {
      case 'aggregate':
        return []
      case 'source':
        return [nodeId(`source.${source}`, path)]
      case 'record':
        return [nodeId(`bronze.${source}`, path)]
      case 'joined':
        return [nodeId(joined, joined.startsWith('silver.') ? path.slice(1, 2) : path.slice(1))]
      case 'table':
        return [nodeId(table, path.slice(0, 1))]
    }
  })
  return [...new Set(ids)]
}

/** The source or silver table that a gold table joins; empty when it joins none. */
export function joinedId(table: GoldPlan): string {
  if (table.kind === 'as-of') return `source.${table.join.source}`
  return table.kind === 'interval' ? `silver.${table.join.table}` : ''
}
