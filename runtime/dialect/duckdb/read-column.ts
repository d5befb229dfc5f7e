import type { ColumnExpr } from '#plan'
import { fieldColumn } from './contract.ts'
import { quoteIdentifier } from './identifier.ts'
import { RECORD_TIME } from './names.ts'

/** The column of `records` that holds what a column of scope `source` or `record` names; its first part only. */
export function recordColumn({ scope, path: [name = ''] }: ColumnExpr): string {
  return scope === 'record' ? RECORD_TIME : fieldColumn(name)
}

/** A column of a silver batch as its `shape` writes it: a table column, or a column of the record beside it. */
export function readColumn(column: ColumnExpr): string {
  const ofRecord = column.scope === 'source' || column.scope === 'record'
  return withFields(ofRecord ? recordColumn(column) : quoteIdentifier(column.path[0] ?? ''), column)
}

/** A column of the record, in a query over `records`, which `alias` names if it is given. */
export function readRecord(column: ColumnExpr, alias?: string): string {
  return withFields(`${alias === undefined ? '' : `${alias}.`}${recordColumn(column)}`, column)
}

function withFields(root: string, { path: [, ...fields] }: ColumnExpr): string {
  return [root, ...fields.map(quoteIdentifier)].join('.')
}
