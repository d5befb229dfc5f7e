import { sameType } from '../expression/data-type.ts'
import type { AggregatePlan, ColumnExpr, ColumnPlan, Expr, MeasurePlan } from '../types.ts'

/** What a column of the table before is called in the table after; one of a table that is joined, behind the name of the join. */
export type Renames = ReadonlyMap<string, string>

/**
 * Whether two expressions give the same values: the same form over the same columns, of the same types. Whether a part
 * can be null follows from its columns and does not count by itself.
 */
export function sameExpr(before: Expr | undefined, after: Expr | undefined, renames: Renames): boolean {
  if (before === undefined || after === undefined) return before === after
  if (!sameType(before.type, after.type)) return false
  const all = (a: readonly Expr[], b: readonly Expr[]): boolean => sameList(a, b, (x, y) => sameExpr(x, y, renames))
  switch (before.kind) {
    case 'column':
      return after.kind === 'column' && sameColumn(before, after, renames)
    case 'literal':
      return after.kind === 'literal' && before.value === after.value
    case 'call':
      return after.kind === 'call' && before.fn === after.fn && all(before.args, after.args)
    case 'cast':
      return after.kind === 'cast' && sameExpr(before.arg, after.arg, renames)
    case 'case':
      return (
        after.kind === 'case' &&
        sameExpr(before.otherwise, after.otherwise, renames) &&
        all(
          before.whens.map(({ when }) => when),
          after.whens.map(({ when }) => when),
        ) &&
        all(
          before.whens.map(({ then }) => then),
          after.whens.map(({ then }) => then),
        )
      )
  }
}

/** The same column, whatever its type: a column that only passes a value on takes over its new type. */
export function sameColumn(before: Expr, after: Expr, renames: Renames): boolean {
  if (before.kind !== 'column' || after.kind !== 'column' || before.scope !== after.scope) return false
  return sameList(pathOf(before, renames), after.path, (a, b) => a === b)
}

function pathOf({ scope, path }: ColumnExpr, renames: Renames): readonly string[] {
  const [first = '', second = '', ...rest] = path
  if (scope === 'table') return [renames.get(first) ?? first, ...path.slice(1)]
  return scope === 'joined' ? [first, renames.get(`${first}.${second}`) ?? second, ...rest] : path
}

/** The same way of working out a column. `references` are those whose content changed. */
export function sameValue(
  before: ColumnPlan['value'],
  after: ColumnPlan['value'],
  { renames, references }: { readonly renames: Renames; readonly references: ReadonlySet<string> },
): boolean {
  if (before.kind === 'expression') return after.kind === 'expression' && sameExpr(before.expr, after.expr, renames)
  if (after.kind === 'expression' || before.reference !== after.reference || references.has(after.reference)) {
    return false
  }
  const [missing, absent] = [before.missing, after.missing]
  const sameMissing =
    missing.kind === 'value'
      ? absent.kind === 'value' && sameExpr(missing.value, absent.value, renames)
      : missing.kind === absent.kind
  return (
    before.column === after.column && sameMissing && sameList(before.on, after.on, (a, b) => sameExpr(a, b, renames))
  )
}

/** The same way of working out a measure. */
export function sameMeasure(before: MeasurePlan, after: MeasurePlan, renames: Renames): boolean {
  return (
    sameExpr(before.expr, after.expr, renames) &&
    sameList(before.aggregates, after.aggregates, (a, b) => sameAggregate(a, b, renames))
  )
}

function sameAggregate(before: AggregatePlan, after: AggregatePlan, renames: Renames): boolean {
  return (
    before.fn === after.fn &&
    before.distinct === after.distinct &&
    sameType(before.type, after.type) &&
    sameList(before.args, after.args, (a, b) => sameExpr(a, b, renames)) &&
    sameExpr(before.filter, after.filter, renames)
  )
}

/** Element by element. */
export function sameList<T>(
  before: readonly T[],
  after: readonly T[],
  same: (before: T, after: T) => boolean,
): boolean {
  return before.length === after.length && before.every((each, at) => same(each, after[at] as T))
}
