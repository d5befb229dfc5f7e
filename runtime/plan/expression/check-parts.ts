import type { DataType } from '#contract'
import type { Ast, Range } from './ast.ts'
import { checked, coerce, type Checked, type Context } from './checked.ts'
import { BOOLEAN, typeText } from './data-type.ts'
import { problem } from './problem.ts'

/** A call of a function or operator. By default it can be null when one of its arguments can. */
export function call(
  range: Range,
  fn: string,
  args: readonly Checked[],
  type: DataType,
  nullable: boolean = args.some((arg) => arg.expr.nullable),
): Checked {
  return checked(range, { kind: 'call', fn, args: args.map((arg) => arg.expr), type, nullable }, args)
}

/** Checks a part of an expression. */
export function check(ast: Ast, context: Context): Checked | undefined {
  return context.check(ast, context)
}

/** Checks an expression that decides a condition; `place` begins the message, as in "The filter". */
export function checkCondition(ast: Ast, place: string, context: Context): Checked | undefined {
  const found = check(ast, context)
  return found && demandBoolean(found, place, context)
}

/** `found` as a boolean; a null without a type becomes one. */
function demandBoolean(found: Checked, place: string, context: Context): Checked | undefined {
  if (found.open === 'null') return coerce(found, BOOLEAN)
  if (found.expr.type.kind === 'boolean') return found
  context.problems.push(problem('plan/not-boolean', { place, given: typeText(found.expr.type) }, found))
  return undefined
}
