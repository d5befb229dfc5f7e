import type { Field } from '#contract'
import { compileExpression, typeText, type Scope } from '../expression/index.ts'
import type { Located, LocatedText, Named } from '#spec'
import type { ColumnPlan, Expr } from '../types.ts'
import type { Unread } from './broken.ts'
import type { Problems } from './context.ts'
import { formerName } from './rename.ts'
import type { Columns } from './scope.ts'

/** A column with the place of its name, for messages about expressions that use it. */
export type PlacedColumn = ColumnPlan & { readonly at: Located<string> }

/** The columns of a table: those that could be resolved, and what is known of the others. */
export interface TableColumns extends Omit<Columns, 'fields'> {
  readonly columns: readonly PlacedColumn[]
  readonly broken: readonly Located<string>[]
}

/**
 * Resolves columns one by one: one for which `resolve` gives nothing is broken, which it told. `unread` are those that
 * could not even be read.
 */
export function resolveEach<T extends { readonly was?: Located<string> }>(
  nodes: readonly Named<T>[],
  unread: Unread,
  resolve: (node: Named<T>) => ColumnPlan | undefined,
): TableColumns {
  const broken = [...unread.broken]
  const columns = nodes.flatMap((node): PlacedColumn[] => {
    const plan = resolve(node)
    if (plan === undefined) broken.push(node.key)
    return plan === undefined ? [] : [{ ...plan, ...formerName(node.node.was), at: node.key }]
  })
  return { ...unread, columns, broken }
}

/** Compiles an expression. Undefined when it is wrong, which is told, or reads a column that is. */
export function compiled(text: LocatedText, scope: Scope, problems: Problems): Expr | undefined {
  const { expr, diagnostics } = compileExpression(text, scope)
  problems.found.push(...diagnostics)
  return expr
}

/** A column of an expression. Undefined when the expression is wrong, or reads a column that is. */
export function expressionColumn(
  column: { readonly name: string; readonly key: Located<string> },
  text: LocatedText,
  scope: Scope,
  problems: Problems,
): ColumnPlan | undefined {
  const expr = compiled(text, scope, problems)
  if (expr === undefined) return undefined
  return { name: column.name, type: expr.type, nullable: expr.nullable, value: { kind: 'expression', expr } }
}

/** Compiles a condition; a problem when it is not boolean. */
export function booleanExpression(text: LocatedText, scope: Scope, what: string, problems: Problems): Expr | undefined {
  const expr = compiled(text, scope, problems)
  if (expr !== undefined && expr.type.kind !== 'boolean') {
    problems.add('plan/wrong-type', { what, expected: 'true or false', actual: typeText(expr.type) }, text)
    return undefined
  }
  return expr
}

/** The columns of a table as expressions and names see them. */
export function columnsOf(table: TableColumns): Columns {
  const { columns, broken, open = false } = table
  return { fields: columns.map(columnField), broken, open }
}

/** A column as expressions see it: what is hidden is text. */
function columnField(column: PlacedColumn): Field & { where: Located<string>['span'] } {
  return { name: column.name, type: column.type, nullable: column.nullable, where: column.at.span }
}

/** The columns that tell which record a row was made of. */
export function recordLineage(): Field[] {
  return ['kafka_partition', 'kafka_offset'].map((name) => ({ name, type: { kind: 'long' }, nullable: false }))
}

/** The column as the plan keeps it. */
export function withoutPlace(column: PlacedColumn): ColumnPlan {
  const { at, ...plan } = column
  return plan
}
