import type { Ast, CaseAst, NameAst, Range } from './ast.ts'
import { call, checkCondition } from './check-parts.ts'
import { checkCall } from './check-call.ts'
import { checkCast } from './check-cast.ts'
import { checkLiteral } from './check-literal.ts'
import { checkField, checkIndex, checkName } from './check-name.ts'
import { checkNegation } from './check-arithmetic.ts'
import { checkBetween, checkIn, compare } from './check-compare.ts'
import { checkBinary, checkLike } from './check-operator.ts'
import { checked, coerce, commonType, MAX_SIZE, type Checked, type Context } from './checked.ts'
import { BOOLEAN, typeText } from './data-type.ts'
import { problem } from './problem.ts'

/**
 * Gives a parsed expression its names and types. Undefined when it has none because of a problem, which is then among
 * `context.problems` or, of a broken column, was told where that is; what stands around it adds no further problem on its
 * account.
 */
export function check(ast: Ast, context: Context): Checked | undefined {
  switch (ast.kind) {
    case 'literal':
      return checkLiteral(ast, context)
    case 'name':
      return checkColumn(ast, context)
    case 'unary':
      return ast.operator === '-' ? checkNegation(ast, context) : checkNot(ast, ast.arg, context)
    case 'binary':
      return checkBinary(ast, context)
    case 'test':
      return checkTest(ast, context)
    case 'between':
      return negate(ast, ast.negated, checkBetween(ast, context))
    case 'in':
      return negate(ast, ast.negated, checkIn(ast, context))
    case 'like':
      return negate(ast, ast.negated, checkLike(ast, context))
    case 'call':
      return checkCall(ast, context)
    case 'case':
      return checkCase(ast, context)
    case 'cast':
      return checkCast(ast, context)
    case 'index':
      return checkIndex(ast, context)
    case 'field':
      return checkField(ast, context)
  }
}

function checkColumn(ast: NameAst, context: Context): Checked | undefined {
  const column = checkName(ast, context)
  if (context.level !== 'measure' || column === undefined) return column
  const name = ast.parts.map((part) => part.text).join('.')
  context.problems.push(problem('plan/not-aggregated', { column: name }, ast))
  return undefined
}

function checkNot(range: Range, arg: Ast, context: Context): Checked | undefined {
  const condition = checkCondition(arg, 'What `not` denies', context)
  return condition && call(range, 'not', [condition], BOOLEAN)
}

function negate(range: Range, negated: boolean, found: Checked | undefined): Checked | undefined {
  return found && negated ? call(range, 'not', [found], BOOLEAN) : found
}

function checkTest(ast: Extract<Ast, { kind: 'test' }>, context: Context): Checked | undefined {
  const arg =
    ast.test === 'null' ? check(ast.arg, context) : checkCondition(ast.arg, `What \`is ${ast.test}\` tests`, context)
  if (arg === undefined) return undefined
  const known = arg.open === 'null' ? coerce(arg, BOOLEAN) : arg
  return call(ast, `is_${ast.negated ? 'not_' : ''}${ast.test}`, [known], BOOLEAN, false)
}

function checkCase(ast: CaseAst, context: Context): Checked | undefined {
  const operand = ast.operand && check(ast.operand, context)
  const whens = ast.whens.map(({ when }) => {
    if (!ast.operand) return checkCondition(when, 'What follows `when`', context)
    const value = check(when, context)
    return operand && value && compare(when, 'equal', 'when', operand, value, context)
  })
  const values = [...ast.whens.map(({ then }) => then), ...(ast.otherwise ? [ast.otherwise] : [])].map((each) =>
    check(each, context),
  )
  const known = values.filter((each) => each !== undefined)
  const common = commonType(known)
  if (common && 'misfit' in common) {
    const types = { left: typeText(common.before), right: typeText(common.misfit.expr.type) }
    context.problems.push(problem('plan/unlike-types', { operator: 'case', ...types }, common.misfit))
    return undefined
  }
  if (known.length < values.length || whens.includes(undefined)) return undefined
  const parts = common ? known.map((each) => coerce(each, common.type)) : known
  const branches = ast.whens.flatMap((_, index) => {
    const when = whens[index]
    const then = parts[index]
    return when && then ? [{ when: when.expr, then: then.expr }] : []
  })
  const otherwise = ast.otherwise && parts.at(-1)
  const nullable = !otherwise || parts.some((part) => part.expr.nullable)
  const type = common?.type ?? BOOLEAN
  const all = [...whens.filter((each) => each !== undefined), ...parts]
  const found = checked(
    ast,
    { kind: 'case', whens: branches, ...(otherwise && { otherwise: otherwise.expr }), type, nullable },
    all,
  )
  if (!common) return { ...found, expr: { kind: 'literal', value: null, type: BOOLEAN, nullable: true }, open: 'null' }
  if (found.size <= MAX_SIZE) return found
  context.problems.push(problem('plan/expression-too-large', { limit: MAX_SIZE }, ast))
  return undefined
}
