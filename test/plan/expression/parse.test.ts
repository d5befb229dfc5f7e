import { describe, expect, test } from 'vitest'
import { parseExpression, type Ast } from '#plan'
import { marked, marks } from './marks.ts'

/** The tree with every operator in parentheses. */
function shape(ast: Ast): string {
  switch (ast.kind) {
    case 'literal':
      return ast.type === 'string' ? `'${ast.text}'` : ast.text
    case 'name':
      return ast.parts.map((part) => part.text).join('.')
    case 'unary':
      return `(${ast.operator} ${shape(ast.arg)})`
    case 'binary':
      return `(${shape(ast.left)} ${ast.operator} ${shape(ast.right)})`
    case 'test':
      return `(${shape(ast.arg)} is ${ast.negated ? 'not ' : ''}${ast.test})`
    case 'between':
      return `(${shape(ast.arg)} ${ast.negated ? 'not ' : ''}between ${shape(ast.low)} and ${shape(ast.high)})`
    case 'in':
      return `(${shape(ast.arg)} ${ast.negated ? 'not ' : ''}in ${ast.items.map(shape).join(', ')})`
    case 'like':
      return `(${shape(ast.arg)} ${ast.negated ? 'not ' : ''}like ${shape(ast.pattern)}${ast.escape ? ` escape ${shape(ast.escape)}` : ''})`
    case 'call': {
      const args = ast.star ? '*' : `${ast.distinct ? 'distinct ' : ''}${ast.args.map(shape).join(', ')}`
      return `${ast.name.text}(${args})${ast.filter ? ` filter ${shape(ast.filter)}` : ''}`
    }
    case 'case': {
      const whens = ast.whens.map(({ when, then }) => `when ${shape(when)} then ${shape(then)}`)
      return `(case ${[...(ast.operand ? [shape(ast.operand)] : []), ...whens, ...(ast.otherwise ? [`else ${shape(ast.otherwise)}`] : [])].join(' ')})`
    }
    case 'cast':
      return `(${shape(ast.arg)} as ${ast.type.name}${ast.type.numbers.length > 0 ? `(${ast.type.numbers.join(',')})` : ''})`
    case 'index':
      return `${shape(ast.arg)}[${shape(ast.index)}]`
    case 'field':
      return `(${shape(ast.arg)}).${ast.field.text}`
  }
}

function parsed(source: string): Ast {
  const { ast, problems } = parseExpression(source)
  if (!ast) throw new Error(problems.map((each) => each.locate({}).message).join('; '))
  return ast
}

test.each([
  ['a or b and not c = d + e * -f', '(a or (b and (not (c = (d + (e * (- f)))))))'],
  ['a - b - c', '((a - b) - c)'],
  ['a / b % c', '((a / b) % c)'],
  ['a = b is null', '((a = b) is null)'],
  ['not a is not true', '(not (a is not true))'],
  ['not a and b', '((not a) and b)'],
  ['a between 1 and 2 and b', '((a between 1 and 2) and b)'],
  ['a not between 1 + 1 and c || d or e', '((a not between (1 + 1) and (c || d)) or e)'],
  ['a in (1, b + 1) = c', '((a in 1, (b + 1)) = c)'],
  ["x not like 'a%' escape '!' and y", "((x not like 'a%' escape '!') and y)"],
  ['a is distinct from b or c is not distinct from d', '((a is distinct from b) or (c is not distinct from d))'],
  ['a || b = c', '((a || b) = c)'],
  ['a + b || c', '((a + b) || c)'],
  ['-a::long', '(- (a as long))'],
  ['a.b[1].c', '(a.b[1]).c'],
  ['f(x)[2]::decimal(10, 2)', '(f(x)[2] as decimal(10,2))'],
  ['cast(a + 1 as double)', '((a + 1) as double)'],
  ['- - 1', '(- (- 1))'],
  ['+a * b', '(a * b)'],
  ['(a or b) and c', '((a or b) and c)'],
  ['case when a then 1 when b then 2 else 3 end + 1', '((case when a then 1 when b then 2 else 3) + 1)'],
  ["case x + 1 when 2 then 'b' end", "(case (x + 1) when 2 then 'b')"],
  ['count(*) filter (where a > 1)', 'count(*) filter (a > 1)'],
  ['COUNT(DISTINCT a)', 'COUNT(distinct a)'],
  ["date '2024-01-01' + interval '1' DAY", '(2024-01-01 + 1 day)'],
  ['date.year + timestamp', '(date.year + timestamp)'],
  ['\'it\'\'s\' || "a ""b""".c', `('it's' || a "b".c)`],
  ['1.5 + .5 + 1e3 + 2.', '(((1.5 + .5) + 1e3) + 2.)'],
  ['a.filter', 'a.filter'],
  ['größe + 日本', '(größe + 日本)'],
  ['a\n\t= b', '(a = b)'],
  ['a != b', '(a <> b)'],
  ['now()', 'now()'],
])('%s', (source, expected) => {
  expect(shape(parsed(source))).toBe(expected)
})

describe('every node has its exact range', () => {
  const texts = (ast: Ast, source: string): string[] => {
    const inner = Object.values(ast as unknown as Record<string, unknown>).flatMap((value): unknown[] =>
      Array.isArray(value) ? value.flat() : [value],
    )
    const nested = inner.flatMap((value) => (isRange(value) ? texts(value as Ast, source) : []))
    return [source.slice(ast.start, ast.end), ...nested]
  }
  const isRange = (value: unknown): boolean => typeof value === 'object' && value !== null && 'start' in value
  test.each([
    ['  a + b * 2 ', ['a + b * 2', 'a', 'a', 'b * 2', 'b', 'b', '2']],
    ['f( x , y.z )', ['f( x , y.z )', 'f', 'x', 'x', 'y.z', 'y', 'z']],
    ['(a) is  null', ['(a) is  null', '(a)', 'a']],
    ['cast( a as  long )', ['cast( a as  long )', 'a', 'a', 'long']],
    ["x like '%' escape '!'", ["x like '%' escape '!'", 'x', 'x', "'%'", "'!'"]],
  ])('%s', (source, expected) => {
    expect(texts(parsed(source), source)).toEqual(expected)
  })
})

describe('what does not parse is marked, with what could stand there', () => {
  test.each([
    ['a + ‹›', 'the end of the expression', ['a column', 'a value', 'a function', '`(`']],
    ['a ‹b›', 'b', ['an operator', 'the end of the expression']],
    ['a + ‹)›', ')', ['a column', 'a value', 'a function', '`(`']],
    ['f(a, ‹)›', ')', ['a column', 'a value', 'a function', '`(`']],
    ['f(a ‹b›)', 'b', ['`)`', '`,`', 'an operator']],
    ['(a + b‹›', 'the end of the expression', ['`)`', 'an operator']],
    ['a is ‹b›', 'b', ['`not`', '`null`', '`true`', '`false`', '`distinct from`']],
    ['a not ‹b›', 'b', ['`between`', '`in`', '`like`']],
    ['a between 1 ‹or› 2', 'or', ['`and`']],
    ['a in ‹1›', '1', ['`(`']],
    ['case ‹end›', 'end', ['a column', 'a value', 'a function', '`(`']],
    ['case a ‹end›', 'end', ['`when`']],
    ['case when a ‹end›', 'end', ['`then`', 'an operator']],
    ['case when a then b‹›', 'the end of the expression', ['`end`', '`when`', '`else`', 'an operator']],
    ['cast(a ‹,› long)', ',', ['`as`', 'an operator']],
    ['cast(a as ‹1›)', '1', ['a type']],
    ['a::decimal(‹x›)', 'x', ['a whole number']],
    ["interval '5' ‹+› 1", '+', ['a unit such as `minute`']],
    ['a.‹›', 'the end of the expression', ['a name']],
    ['a‹;› drop', ';', ['an operator', 'a value']],
    ["a = ‹'x›", "'x", ["a closing '"]],
    ['‹"x›', '"x', ['a closing "']],
    ['a = ‹=› b', '=', ['a column', 'a value', 'a function', '`(`']],
    ['‹and›', 'and', ['a column', 'a value', 'a function', '`(`']],
    ['‹›', 'the end of the expression', ['a column', 'a value', 'a function', '`(`']],
  ])('%s', (source, found, expected) => {
    const { text } = marks(source)
    const { ast, problems } = parseExpression(text)
    expect(ast).toBeUndefined()
    expect(marked(text, problems)).toBe(source)
    expect(problems.map((each) => each.locate({}).message)).toEqual([expect.stringContaining(`Found \`${found}\``)])
    for (const word of expected) expect(problems[0]?.locate({}).message).toContain(word)
  })

  test('several strange characters are all found', () => {
    const source = 'a ‹#› b ‹😀› c ‹~›'
    const { text } = marks(source)
    expect(marked(text, parseExpression(text).problems)).toBe(source)
  })

  test.each([
    ['12ab', 'plan/bad-literal'],
    ['1.2.3', 'plan/expression-syntax'],
    [`'\ud800'`, 'plan/bad-literal'],
    [`${'('.repeat(100)}a${')'.repeat(100)}`, 'plan/expression-too-deep'],
    [`${'-'.repeat(100)}a`, 'plan/expression-too-deep'],
    [Array.from({ length: 200 }, () => 'a').join('+'), 'plan/expression-too-deep'],
    [`a${'[1]'.repeat(200)}`, 'plan/expression-too-deep'],
  ])('%s', (source, code) => {
    expect(parseExpression(source).problems.map((each) => each.code)).toEqual([code])
  })

  test('depth adds up over parentheses', () => {
    const chain = (inner: string): string => `(${inner}${' + a'.repeat(60)})`
    expect(parseExpression(chain(chain('a'))).problems).toEqual([])
    expect(parseExpression(chain(chain(chain('a')))).problems.map((each) => each.code)).toEqual([
      'plan/expression-too-deep',
    ])
  })
})

test('no text makes the parser throw', () => {
  const pieces = [
    'a',
    '1',
    "'x'",
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '::',
    'case',
    'when',
    'then',
    'end',
    'not',
    'in',
    'is',
    'null',
    'like',
    'between',
    'and',
    'cast',
    'as',
    'filter',
    '*',
    '-',
    '"q"',
    ' ',
    "'",
    'interval',
    'date',
  ]
  let seed = 1
  for (let run = 0; run < 20_000; run++) {
    const source = Array.from({ length: 1 + (run % 12) }, () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      return pieces[(seed >> 8) % pieces.length]
    }).join(' ')
    const { ast, problems } = parseExpression(source)
    expect(ast === undefined).toBe(problems.length > 0)
  }
})
