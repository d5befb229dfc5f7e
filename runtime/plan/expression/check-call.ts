import { nearestMatch } from '#diagnostics'
import { FUNCTIONS, AGGREGATE_FUNCTIONS } from '../functions/table.ts'
import type { FunctionSpec } from '../functions/definition.ts'
import { checkPattern } from '../functions/pattern.ts'
import { UNPORTABLE } from '../functions/unportable.ts'
import type { CallAst } from './ast.ts'
import { checkAggregate } from './check-aggregate.ts'
import { fitArguments } from './check-arguments.ts'
import { arithmetic } from './check-arithmetic.ts'
import { call, check, checkCondition } from './check-parts.ts'
import { checked, coerce, commonType, type Checked, type Context } from './checked.ts'
import { typeText } from './data-type.ts'
import { problem } from './problem.ts'

/** Checks a call: `if`, `ifnull` and `mod` are other forms of what exists, the rest stands in the tables. */
export function checkCall(ast: CallAst, context: Context): Checked | undefined {
  const name = ast.name.text.toLowerCase()
  const aggregate = AGGREGATE_FUNCTIONS.get(name)
  if (aggregate) return checkAggregate(ast, aggregate, context)
  const spec = FUNCTIONS.get(name === 'ifnull' ? 'coalesce' : name)
  if (name !== 'if' && name !== 'mod' && !spec) {
    unknownFunction(ast, name, context)
    return undefined
  }
  for (const [form, present] of [
    ['*', ast.star],
    ['distinct', ast.distinct],
    ['filter', ast.filter !== undefined],
  ] as const) {
    if (!present) continue
    context.problems.push(problem('plan/not-an-aggregate', { fn: name, form }, ast))
    return undefined
  }
  const fixed = { if: 3, mod: 2, ifnull: 2 }[name]
  if (fixed !== undefined && ast.args.length !== fixed) {
    context.problems.push(
      problem('plan/argument-count', { fn: name, expected: String(fixed), given: ast.args.length }, ast),
    )
    return undefined
  }
  if (name === 'if') return checkIf(ast, context)
  const args = ast.args.map((arg) => check(arg, context))
  if (name === 'mod') {
    const [left, right] = args
    return left && right && arithmetic(ast, '%', left, right, context)
  }
  return spec && checkFunction(ast, spec, args, context)
}

function checkFunction(
  ast: CallAst,
  spec: FunctionSpec,
  args: readonly (Checked | undefined)[],
  context: Context,
): Checked | undefined {
  const fitted = fitArguments(ast, spec, args, context)
  if (!fitted || !checkPatternArgument(spec, fitted, context)) return undefined
  const exprs = fitted.map((arg) => arg.expr)
  const wrong = spec.check?.(exprs)
  if (wrong) {
    const argument = spec.parameters[Math.min(wrong.index, spec.parameters.length - 1)]?.name ?? ''
    context.problems.push(
      problem('plan/argument-value', { fn: spec.name, argument, detail: wrong.detail }, fitted[wrong.index] ?? ast),
    )
    return undefined
  }
  const type = typeof spec.returns === 'function' ? spec.returns(exprs) : spec.returns
  const nullable = spec.nullable === 'all' ? exprs.every((arg) => arg.nullable) : spec.nullable
  return call(ast, spec.name, fitted, type, nullable)
}

/** Marks what is not portable inside a pattern, where the literal has no quote that shifts it. */
function checkPatternArgument(spec: FunctionSpec, args: readonly Checked[], context: Context): boolean {
  const index = spec.parameters.findIndex((parameter) => parameter.name === 'pattern')
  const arg = args[index]
  if (arg?.expr.kind !== 'literal' || arg.expr.value === null) return true
  const pattern = String(arg.expr.value)
  const found = checkPattern(pattern).problem
  if (!found) return true
  const shift = pattern.includes("'") ? undefined : arg.start + 1
  const range = shift === undefined ? arg : { start: shift + found.start, end: shift + found.end }
  const text = pattern.slice(found.start, found.end)
  context.problems.push(problem('plan/unportable-pattern', { found: text, detail: found.detail }, range))
  return false
}

function checkIf(ast: CallAst, context: Context): Checked | undefined {
  const [first, second, third] = ast.args
  if (!first || !second || !third) return undefined
  const when = checkCondition(first, 'The first argument of `if`', context)
  const then = check(second, context)
  const otherwise = check(third, context)
  if (!when || !then || !otherwise) return undefined
  const common = commonType([then, otherwise])
  if (!common || 'misfit' in common) {
    const params = { operator: 'if', left: typeText(then.expr.type), right: typeText(otherwise.expr.type) }
    context.problems.push(
      common ? problem('plan/unlike-types', params, otherwise) : problem('plan/untyped-null', {}, then),
    )
    return undefined
  }
  const values = [coerce(then, common.type), coerce(otherwise, common.type)] as const
  const nullable = values.some((value) => value.expr.nullable)
  const whens = [{ when: when.expr, then: values[0].expr }]
  return checked(ast, { kind: 'case', whens, otherwise: values[1].expr, type: common.type, nullable }, [
    when,
    ...values,
  ])
}

function unknownFunction(ast: CallAst, name: string, context: Context): void {
  const known = Object.hasOwn(UNPORTABLE, name) ? UNPORTABLE[name] : undefined
  if (known) {
    context.problems.push(problem('plan/unportable-function', { name, ...known }, ast.name))
  } else {
    const nearest = nearestMatch(name, [...FUNCTIONS.keys(), ...AGGREGATE_FUNCTIONS.keys(), 'if', 'ifnull', 'mod'])
    context.problems.push(
      problem('plan/unknown-function', { name: ast.name.text, nearest }, ast.name, {
        rename: { ...ast.name, to: nearest },
      }),
    )
  }
  // It may have been meant as an aggregate: that its columns stand outside of one is no fault of theirs.
  const inside: Context = { ...context, problems: [] }
  for (const arg of ast.args) check(arg, inside)
  context.problems.push(...inside.problems.filter(({ code }) => code !== 'plan/not-aggregated'))
}
