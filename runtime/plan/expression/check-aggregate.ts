import type { AggregateSpec } from '../functions/aggregate.ts'
import type { AggregatePlan } from '../types.ts'
import type { CallAst } from './ast.ts'
import { check, checkCondition } from './check-parts.ts'
import { fitArguments } from './check-arguments.ts'
import { checked, type Checked, type Context } from './checked.ts'
import { LONG } from './data-type.ts'
import { problem } from './problem.ts'

/** Checks an aggregate of a measure: it joins `context.aggregates` and stands in the expression as `$<index>`. */
export function checkAggregate(ast: CallAst, spec: AggregateSpec, context: Context): Checked | undefined {
  if (context.level !== 'measure') {
    const code = context.level === 'row' ? 'plan/aggregate-not-allowed' : 'plan/nested-aggregate'
    context.problems.push(problem(code, { fn: spec.name }, ast.name))
    return undefined
  }
  for (const [form, present] of [
    ['*', ast.star],
    ['distinct', ast.distinct],
  ] as const) {
    if (!present || spec.counts) continue
    context.problems.push(problem('plan/not-an-aggregate', { fn: spec.name, form }, ast))
    return undefined
  }
  const inside: Context = { ...context, level: 'argument' }
  const given = ast.args.map((arg) => check(arg, inside))
  const args = ast.star ? [] : fitArguments(ast, spec, given, context)
  const filter = ast.filter && checkCondition(ast.filter, 'The filter', inside)
  if (!args || (ast.filter && !filter)) return undefined
  const exprs = args.map((arg) => arg.expr)
  if (ast.distinct && exprs.some(({ type }) => ['list', 'struct', 'json', 'binary'].includes(type.kind))) {
    context.problems.push(
      problem(
        'plan/argument-type',
        {
          fn: 'count',
          argument: 'distinct',
          expected: 'a value that can be compared',
          given: exprs[0]?.type.kind ?? '',
        },
        ast,
      ),
    )
    return undefined
  }
  const type = ast.star ? LONG : typeof spec.returns === 'function' ? spec.returns(exprs) : spec.returns
  const plan: AggregatePlan = {
    fn: spec.name,
    distinct: ast.distinct,
    args: exprs,
    ...(filter && { filter: filter.expr }),
    type,
    nullable: spec.nullable,
  }
  const name = `$${indexOf(plan, context.aggregates)}`
  return checked(ast, { kind: 'column', scope: 'aggregate', path: [name], type, nullable: spec.nullable })
}

/** Its place among the aggregates; one that is there already is computed once. */
function indexOf(plan: AggregatePlan, aggregates: AggregatePlan[]): number {
  // Most measures have one alone.
  if (aggregates.length === 0) return aggregates.push(plan) - 1
  const text = JSON.stringify(plan)
  const index = aggregates.findIndex((each) => JSON.stringify(each) === text)
  return index < 0 ? aggregates.push(plan) - 1 : index
}
