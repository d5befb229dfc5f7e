import type { Ast, CallAst, LiteralAst, TypeAst, Word } from './ast.ts'
import { isToken, type Parser, type Reader } from './reader.ts'
import type { Token } from './tokens.ts'

/** Words that never are a bare name; quote a column that is called so. */
const RESERVED = new Set([
  ...[
    'and',
    'between',
    'case',
    'else',
    'end',
    'false',
    'in',
    'is',
    'like',
    'not',
    'null',
    'or',
    'then',
    'true',
    'when',
  ],
])

const VALUE = ['a column', 'a value', 'a function', '`(`']

/** Parses what stands between operators: a literal, a name, a call, a case, a cast, or an expression in parentheses. */
export function parseAtom(parser: Parser): Ast {
  const { reader, expression } = parser
  const token = reader.peek()
  if (token.kind === 'number') return parseNumber(reader.next())
  if (token.kind === 'string')
    return { kind: 'literal', type: 'string', text: reader.next().value, ...reader.rangeFrom(token.start) }
  if (token.kind === 'quoted') return parseName(reader)
  if (reader.accept('(')) {
    const inner = expression()
    reader.expect(')', 'an operator')
    return { ...inner, ...reader.rangeFrom(token.start) }
  }
  if (token.kind !== 'word') return reader.fail(...VALUE)
  if (token.value === 'case') return parseCase(parser)
  const constant = parseConstant(reader)
  if (constant !== undefined) return constant
  if (RESERVED.has(token.value)) return reader.fail(...VALUE)
  if (isToken(reader.peek(1), '(')) return token.value === 'cast' ? parseCast(parser) : parseCall(parser)
  return parseName(reader)
}

/** `[index]`, `.field` and `::type` after `left`; undefined when none follows. */
export function parsePostfix({ reader, expression }: Parser, left: Ast, casts: boolean): Ast | undefined {
  const { start } = left
  if (reader.accept('[')) {
    const index = expression()
    reader.expect(']')
    return { kind: 'index', arg: left, index, ...reader.rangeFrom(start) }
  }
  if (reader.accept('.')) {
    const field = parseWord(reader)
    return { kind: 'field', arg: left, field, ...reader.rangeFrom(start) }
  }
  if (casts && reader.accept('::'))
    return { kind: 'cast', arg: left, type: parseType(reader), ...reader.rangeFrom(start) }
  return undefined
}

function parseNumber({ text, start, end }: Token): LiteralAst {
  const type = /[eE]/.test(text) ? 'exponent' : text.includes('.') ? 'point' : 'integer'
  return { kind: 'literal', type, text, start, end }
}

/** `null`, `true`, `false`, and the typed texts `date '...'`, `timestamp '...'`, `interval '5' minute`. */
function parseConstant(reader: Reader): LiteralAst | undefined {
  const { value, start } = reader.peek()
  if (value === 'null' || value === 'true' || value === 'false') {
    reader.next()
    return { kind: 'literal', type: value === 'null' ? 'null' : 'boolean', text: value, ...reader.rangeFrom(start) }
  }
  if ((value !== 'date' && value !== 'timestamp' && value !== 'interval') || reader.peek(1).kind !== 'string')
    return undefined
  reader.next()
  const text = reader.next().value
  if (value !== 'interval') return { kind: 'literal', type: value, text, ...reader.rangeFrom(start) }
  const unit = reader.peek()
  if (unit.kind !== 'word') return reader.fail('a unit such as `minute`')
  reader.next()
  return { kind: 'literal', type: 'interval', text: `${text} ${unit.value}`, ...reader.rangeFrom(start) }
}

function parseName(reader: Reader): Ast {
  const { start } = reader.peek()
  const parts = [parseWord(reader)]
  while (reader.accept('.')) parts.push(parseWord(reader))
  return { kind: 'name', parts, ...reader.rangeFrom(start) }
}

function parseWord(reader: Reader): Word {
  const token = reader.peek()
  if (token.kind !== 'word' && token.kind !== 'quoted') return reader.fail('a name')
  reader.next()
  return { text: token.kind === 'word' ? token.text : token.value, start: token.start, end: token.end }
}

function parseCall({ reader, expression }: Parser): CallAst {
  const name = parseWord(reader)
  reader.expect('(')
  const args: Ast[] = []
  const star = reader.accept('*')
  const distinct = !star && reader.accept('distinct')
  if (!star && !isToken(reader.peek(), ')')) {
    do args.push(expression())
    while (reader.accept(','))
  }
  reader.expect(')', ...(star ? [] : ['`,`', 'an operator']))
  let filter: Ast | undefined
  if (isToken(reader.peek(), 'filter')) {
    reader.next()
    reader.expect('(')
    reader.expect('where')
    filter = expression()
    reader.expect(')', 'an operator')
  }
  return { kind: 'call', name, args, star, distinct, ...(filter && { filter }), ...reader.rangeFrom(name.start) }
}

function parseCase({ reader, expression }: Parser): Ast {
  const { start } = reader.expect('case')
  const operand = isToken(reader.peek(), 'when') ? undefined : expression()
  const whens: { when: Ast; then: Ast }[] = []
  while (reader.accept('when')) {
    const when = expression()
    reader.expect('then', 'an operator')
    whens.push({ when, then: expression() })
  }
  if (whens.length === 0) return reader.fail('`when`')
  const otherwise = reader.accept('else') ? expression() : undefined
  reader.expect('end', ...(otherwise ? ['an operator'] : ['`when`', '`else`', 'an operator']))
  return {
    kind: 'case',
    whens,
    ...(operand && { operand }),
    ...(otherwise && { otherwise }),
    ...reader.rangeFrom(start),
  }
}

function parseCast({ reader, expression }: Parser): Ast {
  const { start } = reader.next()
  reader.expect('(')
  const arg = expression()
  reader.expect('as', 'an operator')
  const type = parseType(reader)
  reader.expect(')')
  return { kind: 'cast', arg, type, ...reader.rangeFrom(start) }
}

function parseType(reader: Reader): TypeAst {
  const token = reader.peek()
  if (token.kind !== 'word') return reader.fail('a type')
  reader.next()
  const numbers: number[] = []
  if (reader.accept('(')) {
    do {
      if (!/^[0-9]{1,9}$/.test(reader.peek().text)) return reader.fail('a whole number')
      numbers.push(Number(reader.next().text))
    } while (reader.accept(','))
    reader.expect(')', '`,`')
  }
  return { name: token.value, numbers, ...reader.rangeFrom(token.start) }
}
