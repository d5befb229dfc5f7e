import type { ColumnExpr, Expr, JoinedPlan } from '#plan'
import { smeltError } from '#diagnostics'
import { expressionSql, overflowSql } from './expression.ts'
import { quoteIdentifier } from './identifier.ts'
import { overflowVerdict, type Verdict } from './silver.ts'
import { storedSql } from './stored.ts'

/** Reads a column of the silver table, or a field of what is beside it. */
export function readJoined({ scope, path }: ColumnExpr): string {
  const [root, rest] =
    scope === 'joined' ? [joinedField(path[1] ?? ''), path.slice(2)] : [quoteIdentifier(path[0] ?? ''), path.slice(1)]
  return [root, ...rest.map(quoteIdentifier)].join('.')
}

/** The column that holds a field of the other side beside a row. */
export function joinedField(name: string): string {
  return quoteIdentifier(`_joined_${name}`)
}

/** The columns of a table that joins, over a pair. */
export function joinedValues({ columns }: JoinedPlan): string[] {
  return columns.map((column) => `${expressionSql(valueOf(column), readJoined)} as ${quoteIdentifier(column.name)}`)
}

/** The same as the table stores them. */
export function storedValues({ columns }: JoinedPlan): string[] {
  return columns.map(({ name, type }) => `${storedSql(type, quoteIdentifier(name))} as ${quoteIdentifier(name)}`)
}

/** Whether `where` takes a pair. */
export function takenSql({ where }: JoinedPlan): string {
  return where ? `coalesce(${expressionSql(where, readJoined)}, false)` : 'true'
}

/** A condition of both sides, true too where it overflows: those pairs are refused later. */
export function conditionSql(expr: Expr | undefined): string | undefined {
  if (expr === undefined) return undefined
  const overflow = overflowSql(expr, readJoined)
  const holds = `(${expressionSql(expr, readJoined)})`
  return overflow === undefined ? holds : `${holds} or (${overflow})`
}

/** Gathers the verdicts on what overflows, numbered as they come. */
export interface Verdicts {
  readonly verdicts: Verdict[]
  /** The case of an expression that overflows; none where it cannot. */
  readonly cases: (rule: string, expr: Expr | undefined, read?: (column: ColumnExpr) => string) => string[]
  /** The verdict on a pair, null where nothing overflows; undefined where nothing can. */
  readonly pairs: (table: JoinedPlan) => string | undefined
}

/** Verdicts that follow those in `before`. */
export function openVerdicts(before: readonly Verdict[] = []): Verdicts {
  const verdicts = [...before]
  const cases: Verdicts['cases'] = (rule, expr, read = readJoined) => {
    const overflow = expr && overflowSql(expr, read)
    if (overflow === undefined) return []
    return [`when ${overflow} then ${verdicts.push(overflowVerdict(rule)) - 1}`]
  }
  return {
    verdicts,
    cases,
    pairs({ join, where, columns }) {
      const before = [...cases('on', join.also), ...cases('where', where)]
      const left = where === undefined ? [] : [`when (${expressionSql(where, readJoined)}) is not true then null`]
      const after = columns.flatMap((column) => cases(column.name, valueOf(column)))
      const decided = after.length === 0 ? before : [...before, ...left, ...after]
      return decided.length === 0 ? undefined : `case ${decided.join(' ')} end`
    },
  }
}

function valueOf({ value }: JoinedPlan['columns'][number]): Expr {
  if (value.kind === 'expression') return value.expr
  throw smeltError('internal/bug', { detail: 'a gold column looks something up' })
}
