import { children, type Ast, type BinaryOperator } from './ast.ts'
import { parseAtom, parsePostfix } from './parse-atom.ts'
import { POWER } from './power.ts'
import { problem, type Problem } from './problem.ts'
import { createReader, isToken, SyntaxProblem, type Parser } from './reader.ts'
import { tokenize } from './tokens.ts'

/** How deep parentheses, calls and cases may nest, and how deep the parsed tree may be. Both bound every later walk. */
const MAX_NESTING = 48
const MAX_DEPTH = 128

const BINARY: Readonly<Record<string, { readonly operator: BinaryOperator; readonly power: number }>> = {
  or: { operator: 'or', power: POWER.or },
  and: { operator: 'and', power: POWER.and },
  '=': { operator: '=', power: POWER.compare },
  '<>': { operator: '<>', power: POWER.compare },
  '!=': { operator: '<>', power: POWER.compare },
  '<': { operator: '<', power: POWER.compare },
  '<=': { operator: '<=', power: POWER.compare },
  '>': { operator: '>', power: POWER.compare },
  '>=': { operator: '>=', power: POWER.compare },
  '||': { operator: '||', power: POWER.concat },
  '+': { operator: '+', power: POWER.add },
  '-': { operator: '-', power: POWER.add },
  '*': { operator: '*', power: POWER.multiply },
  '/': { operator: '/', power: POWER.multiply },
  '%': { operator: '%', power: POWER.multiply },
}

/**
 * Parses an expression of the SQL subset (DESIGN section 3) by operator precedence. Every node carries its exact range.
 * A text that does not parse gives no tree and at least one problem that says what could stand there.
 */
export function parseExpression(text: string): { ast?: Ast; problems: readonly Problem[] } {
  const { tokens, problems } = tokenize(text)
  if (problems.length > 0) return { problems }
  const reader = createReader(tokens)
  let nesting = 0
  // A level of the tree has a token of its own, so few tokens cannot be too deep; few texts have more.
  const depths = tokens.length > MAX_DEPTH ? new Map<Ast, number>() : undefined
  const measured = (ast: Ast): Ast => {
    if (depths === undefined) return ast
    const depth = 1 + Math.max(0, ...children(ast).map((child) => depths.get(child) ?? 0))
    if (depth > MAX_DEPTH) throw new SyntaxProblem(problem('plan/expression-too-deep', { limit: MAX_DEPTH }, ast))
    depths.set(ast, depth)
    return ast
  }
  const parser: Parser = {
    reader,
    expression(power = 0) {
      if (++nesting > MAX_NESTING)
        throw new SyntaxProblem(problem('plan/expression-too-deep', { limit: MAX_NESTING }, reader.peek()))
      let left = measured(parsePrefix(parser))
      for (;;) {
        const grown = parsePostfix(parser, left, power < POWER.cast) ?? parseOperator(parser, left, power)
        if (grown === undefined) break
        left = measured(grown)
      }
      nesting--
      return left
    },
  }
  try {
    const ast = parser.expression()
    if (reader.peek().kind !== 'end') reader.fail('an operator', 'the end of the expression')
    return { ast, problems }
  } catch (error) {
    if (error instanceof SyntaxProblem) return { problems: [error.problem] }
    throw error
  }
}

function parsePrefix(parser: Parser): Ast {
  const { reader } = parser
  const { start } = reader.peek()
  if (reader.accept('not')) {
    const arg = parser.expression(POWER.not)
    return { kind: 'unary', operator: 'not', arg, start, end: arg.end }
  }
  if (reader.accept('-')) {
    const arg = parser.expression(POWER.negate)
    return { kind: 'unary', operator: '-', arg, start, end: arg.end }
  }
  if (reader.accept('+')) return parser.expression(POWER.negate)
  return parseAtom(parser)
}

function parseOperator(parser: Parser, left: Ast, power: number): Ast | undefined {
  const { reader } = parser
  const token = reader.peek()
  if (token.kind !== 'word' && token.kind !== 'symbol') return undefined
  const binary = Object.hasOwn(BINARY, token.value) ? BINARY[token.value] : undefined
  if (binary !== undefined) {
    if (binary.power <= power) return undefined
    reader.next()
    const right = parser.expression(binary.power)
    return { kind: 'binary', operator: binary.operator, left, right, start: left.start, end: right.end }
  }
  if (isToken(token, 'is') && power < POWER.is) return parseIs(parser, left)
  if (power < POWER.range) return parseRange(parser, left)
  return undefined
}

function parseIs({ reader, expression }: Parser, left: Ast): Ast {
  reader.expect('is')
  const negated = reader.accept('not')
  if (reader.acceptWords('distinct', 'from')) {
    const right = expression(POWER.is)
    const operator = negated ? 'is not distinct from' : 'is distinct from'
    return { kind: 'binary', operator, left, right, start: left.start, end: right.end }
  }
  for (const test of ['null', 'true', 'false'] as const) {
    if (reader.accept(test)) return { kind: 'test', arg: left, test, negated, ...reader.rangeFrom(left.start) }
  }
  return reader.fail(...(negated ? [] : ['`not`']), '`null`', '`true`', '`false`', '`distinct from`')
}

/** `[not] between`, `[not] in` and `[not] like`; undefined when none of them follows. */
function parseRange({ reader, expression }: Parser, left: Ast): Ast | undefined {
  const negated = isToken(reader.peek(), 'not')
  const word = reader.peek(negated ? 1 : 0)
  if (!['between', 'in', 'like'].some((each) => isToken(word, each))) {
    if (negated) {
      reader.next()
      return reader.fail('`between`', '`in`', '`like`')
    }
    return undefined
  }
  if (negated) reader.next()
  reader.next()
  const { start } = left
  if (word.value === 'between') {
    const low = expression(POWER.range)
    reader.expect('and')
    const high = expression(POWER.range)
    return { kind: 'between', arg: left, low, high, negated, start, end: high.end }
  }
  if (word.value === 'like') {
    const pattern = expression(POWER.range)
    if (!reader.accept('escape')) return { kind: 'like', arg: left, pattern, negated, start, end: pattern.end }
    const escape = expression(POWER.range)
    return { kind: 'like', arg: left, pattern, escape, negated, start, end: escape.end }
  }
  reader.expect('(')
  const items = [expression()]
  while (reader.accept(',')) items.push(expression())
  reader.expect(')', '`,`')
  return { kind: 'in', arg: left, items, negated, ...reader.rangeFrom(start) }
}
