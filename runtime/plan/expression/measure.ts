import type { DataType } from '#contract'
import type { Diagnostic } from '#diagnostics'
import type { LocatedText } from '#spec'
import type { AggregatePlan, Expr } from '../types.ts'
import { check } from './check.ts'
import type { Context } from './checked.ts'
import { checkText, locate } from './compile.ts'
import { problem } from './problem.ts'
import type { Scope } from './scope.ts'

/** A measure without its name: `expr` refers to `aggregates` as columns `$0`, `$1`, ... of scope `aggregate`. */
export interface CompiledMeasure {
  readonly aggregates: readonly AggregatePlan[]
  readonly expr: Expr
  readonly type: DataType
  readonly nullable: boolean
}

/**
 * Compiles an expression over aggregates. `scope` holds the columns that the arguments and filters see; a column outside
 * an aggregate is a problem. Either `measure` is there, or at least one diagnostic is, or it reads a broken column.
 */
export function compileMeasure(
  text: LocatedText,
  scope: Scope,
): { measure?: CompiledMeasure; diagnostics: readonly Diagnostic[] } {
  const context: Context = { scope, problems: [], level: 'measure', aggregates: [], check }
  const found = checkText(text, context)
  if (found && context.aggregates.length === 0 && context.problems.length === 0) {
    context.problems.push(problem('plan/no-aggregate', {}, found))
  }
  const diagnostics = locate(text, context.problems)
  if (!found || diagnostics.length > 0) return { diagnostics }
  const { expr } = found
  return { measure: { aggregates: context.aggregates, expr, type: expr.type, nullable: expr.nullable }, diagnostics }
}
