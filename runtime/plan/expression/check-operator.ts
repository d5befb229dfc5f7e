import type { Ast, BinaryAst, BinaryOperator } from './ast.ts'
import { arithmetic, isArithmetic } from './check-arithmetic.ts'
import { compare } from './check-compare.ts'
import { checkInterval, isInterval } from './check-interval.ts'
import { call, check, checkCondition } from './check-parts.ts'
import { coerce, type Checked, type Context } from './checked.ts'
import { BOOLEAN, STRING, typeText } from './data-type.ts'
import { problem } from './problem.ts'

const COMPARISONS: Partial<Record<BinaryOperator, string>> = {
  '=': 'equal',
  '<>': 'not_equal',
  '<': 'less',
  '<=': 'less_or_equal',
  '>': 'greater',
  '>=': 'greater_or_equal',
  'is distinct from': 'is_distinct',
  'is not distinct from': 'is_not_distinct',
}

/** Checks an operator between two operands. Chains of `and`, `or` and `||` become one call. */
export function checkBinary(ast: BinaryAst, context: Context): Checked | undefined {
  const { operator } = ast
  if (operator === 'and' || operator === 'or') return checkLogic(ast, operator, context)
  if (operator === '||') return checkConcat(ast, context)
  if (isInterval(ast.right) && (operator === '+' || operator === '-'))
    return checkInterval(ast, ast.right, operator, context)
  const left = check(ast.left, context)
  const right = check(ast.right, context)
  if (!left || !right) return undefined
  if (isArithmetic(operator)) return arithmetic(ast, operator, left, right, context)
  return compare(ast, COMPARISONS[operator] ?? operator, operator, left, right, context)
}

/** Checks `x like pattern escape sign`. */
export function checkLike(ast: Extract<Ast, { kind: 'like' }>, context: Context): Checked | undefined {
  const parts = [ast.arg, ast.pattern, ...(ast.escape ? [ast.escape] : [])].map((each) =>
    text('like', check(each, context), context),
  )
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length) return undefined
  const [, pattern, escape] = known
  const problemText = pattern && likeProblem(pattern, escape)
  if (problemText) {
    context.problems.push(problem('plan/argument-value', { fn: 'like', ...problemText }, problemText.at))
    return undefined
  }
  return call(ast, 'like', known, BOOLEAN)
}

/** A pattern is a literal, so that a wrong escape is found here and never by a record. */
function likeProblem(
  pattern: Checked,
  escape: Checked | undefined,
): { argument: string; detail: string; at: Checked } | undefined {
  if (pattern.expr.kind !== 'literal') return { argument: 'pattern', detail: 'must be a text literal', at: pattern }
  if (!escape) return undefined
  if (escape.expr.kind !== 'literal' || !/^[!-~]$/.test(String(escape.expr.value))) {
    return { argument: 'escape', detail: 'must be a literal of one printable ASCII character', at: escape }
  }
  const sign = String(escape.expr.value)
  const rest = String(pattern.expr.value)
    .replaceAll(sign + sign, '')
    .replaceAll(`${sign}%`, '')
    .replaceAll(`${sign}_`, '')
  return rest.includes(sign)
    ? { argument: 'pattern', detail: 'holds the escape before another character than `%`, `_` or itself', at: pattern }
    : undefined
}

function checkLogic(ast: BinaryAst, operator: 'and' | 'or', context: Context): Checked | undefined {
  const parts = chain(ast, operator).map((each) => checkCondition(each, `What \`${operator}\` joins`, context))
  const known = parts.filter((part) => part !== undefined)
  return known.length < parts.length ? undefined : call(ast, operator, known, BOOLEAN)
}

function checkConcat(ast: BinaryAst, context: Context): Checked | undefined {
  const parts = chain(ast, '||').map((each) => text('||', check(each, context), context))
  const known = parts.filter((part) => part !== undefined)
  return known.length < parts.length ? undefined : call(ast, 'concat', known, STRING)
}

function chain(ast: Ast, operator: BinaryOperator): Ast[] {
  if (ast.kind !== 'binary' || ast.operator !== operator) return [ast]
  return [...chain(ast.left, operator), ...chain(ast.right, operator)]
}

function text(operator: string, found: Checked | undefined, context: Context): Checked | undefined {
  if (found === undefined) return undefined
  if (found.open === 'null') return coerce(found, STRING)
  if (found.expr.type.kind === 'string') return found
  context.problems.push(
    problem('plan/operand-type', { operator, expected: 'text', given: typeText(found.expr.type) }, found),
  )
  return undefined
}
