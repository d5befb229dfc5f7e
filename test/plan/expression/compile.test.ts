import { describe, expect, test } from 'vitest'
import { compileExpression, spanWithin, typeText, type ColumnExpr, type Scope } from '#plan'
import type { LocatedText } from '#spec'
import { marked, marks } from './marks.ts'
import {
  boolean,
  compiled,
  date,
  decimal,
  double,
  json,
  list,
  located,
  long,
  scopeOf,
  string,
  struct,
  timestamp,
  type Columns,
} from './support.ts'

const COLUMNS: Columns = {
  a: [long],
  n: [long, true],
  x: [double],
  d: [decimal(10, 2)],
  w: [decimal(30, 10)],
  s: [string],
  u: [string, true],
  ok: [boolean],
  at: [timestamp],
  day: [date, true],
  j: [json],
  tags: [list(string)],
  disk: [struct(['free_gb', double], ['used', struct(['gb', long, true])]), true],
  disks: [list(struct(['size', long]))],
}

describe('types, and whether they can be null', () => {
  test.each([
    ['a', 'long'],
    ['n', 'long?'],
    ['a + 1', 'long'],
    ['a + n', 'long?'],
    ['a + 1.5', 'double'],
    ['a + x', 'double'],
    ['a / 2', 'double'],
    ['a / n', 'double?'],
    ['a / a', 'double?'],
    ['d / 2', 'double'],
    ['a % 2', 'long'],
    ['a % a', 'long?'],
    ['d + 1', 'decimal(11, 2)'],
    ['d + 1.234', 'decimal(12, 3)'],
    ['d + a', 'decimal(22, 2)'],
    ['d * d', 'decimal(20, 4)'],
    ['d * 1.5', 'decimal(12, 3)'],
    ['1.50', 'double'],
    ['cast(1.50 as decimal(3, 2))', 'decimal(3, 2)'],
    ['-d', 'decimal(10, 2)'],
    ['a > 1', 'boolean'],
    ['n > 1', 'boolean?'],
    ['n is null', 'boolean'],
    ['n is distinct from 1', 'boolean'],
    ['ok is true', 'boolean'],
    ['ok and n > 1', 'boolean?'],
    ['s || u', 'string?'],
    ['coalesce(n, a)', 'long'],
    ['coalesce(n, 1.5)', 'double'],
    ['coalesce(u, null)', 'string?'],
    ['nullif(a, 1)', 'long?'],
    ['case when ok then 1 end', 'long?'],
    ['case when ok then 1 else x end', 'double'],
    ['case when ok then null else d end', 'decimal(10, 2)?'],
    ["case a when 1 then 'b' else s end", 'string'],
    ['if(ok, 1, 2)', 'long'],
    ['disk.free_gb', 'double?'],
    ['disk.used.gb', 'long?'],
    ['disks[1].size', 'long?'],
    ['tags[1]', 'string?'],
    ['array_len(tags)', 'long'],
    ['lower(s)', 'string'],
    ['LOWER(u)', 'string?'],
    ["at + interval '5' minutes", 'timestamp'],
    ["day - interval '1' month", 'date?'],
    ["date_trunc('day', at)", 'timestamp'],
    ['cast(at as date)', 'date'],
    ['cast(n as double)', 'double?'],
    ['cast(null as string)', 'string?'],
    ['cast(trunc(x) as long)', 'long'],
    ['cast(round(d) as long)', 'long'],
    ['cast(round(d, 0) as long)', 'long'],
    ['greatest(a, x)', 'double'],
    ['sqrt(a)', 'double?'],
    ['round(d, 1)', 'decimal(10, 1)'],
    ['round(1.25)', 'double'],
    ['floor(a)', 'long'],
    ["json_text(j, '$.a')", 'string?'],
    ['a in (1, 2.5)', 'boolean'],
    ['a in (n)', 'boolean?'],
    ['ifnull(n, 0)', 'long'],
    ['mod(a, 2)', 'long'],
    ["split(s, ',')", 'list of string'],
    ['array_contains(tags, s)', 'boolean'],
    ['12345678901234567890123456789012345678::decimal(38, 0)', 'decimal(38, 0)'],
    ['-9223372036854775808', 'long'],
  ])('%s: %s', (source, expected) => {
    const { type, nullable } = compiled(source, COLUMNS)
    expect(`${typeText(type)}${nullable ? '?' : ''}`).toBe(expected)
  })
})

describe('problems are marked, and nothing follows from them', () => {
  test.each([
    ['a + ‹bogus› * 2', ['plan/unknown-column']],
    ['‹bogus› + ‹nonsense› > ‹more›', ['plan/unknown-column', 'plan/unknown-column', 'plan/unknown-column']],
    ['disk.‹free›', ['plan/unknown-field']],
    ['a.‹b›', ['plan/unknown-field']],
    ['disks[1].‹sise›', ['plan/unknown-field']],
    ['‹lowr›(s)', ['plan/unknown-function']],
    ['‹nosuch›(‹bogus›)', ['plan/unknown-function', 'plan/unknown-column']],
    ['‹now›() > at', ['plan/unportable-function']],
    ['‹row_number›()', ['plan/unportable-function']],
    ['‹len›(s)', ['plan/unportable-function']],
    ['‹sum›(a)', ['plan/aggregate-not-allowed']],
    ['‹s› + 1', ['plan/operand-type']],
    ['-‹s›', ['plan/operand-type']],
    ['‹at› - at', ['plan/operand-type']],
    ['‹a› || s', ['plan/operand-type']],
    ["‹a› like 'x'", ['plan/operand-type']],
    ['‹d + x›', ['plan/unlike-types']],
    ['‹a = s›', ['plan/unlike-types']],
    ["‹at > '2026-01-01'›", ['plan/unlike-types']],
    ['‹day = at›', ['plan/unlike-types']],
    ['‹a < x < 3›', ['plan/unlike-types']],
    ['‹disk› = disk', ['plan/operand-type']],
    ['‹ok› < false', ['plan/operand-type']],
    ['a between 1 and ‹s›', ['plan/unlike-types']],
    ["a in (1, ‹'x'›, ‹s›)", ['plan/unlike-types', 'plan/unlike-types']],
    ['‹a› and ok', ['plan/not-boolean']],
    ['not ‹a›', ['plan/not-boolean']],
    ["case when ‹a› then ‹1› else 'x' end", ['plan/not-boolean', 'plan/unlike-types']],
    ["case a when ‹'x'› then 1 end", ['plan/unlike-types']],
    ['if(‹1›, 2, 3)', ['plan/not-boolean']],
    ['‹w * w›', ['plan/precision-too-large']],
    ['‹cast(s as long)›', ['plan/forbidden-cast']],
    ['‹cast(a as string)›', ['plan/forbidden-cast']],
    ['‹s::timestamp›', ['plan/forbidden-cast']],
    ['‹cast(x as long)›', ['plan/forbidden-cast']],
    ['‹cast(1.5 as long)›', ['plan/forbidden-cast']],
    ['cast(a as ‹int›)', ['plan/unknown-type']],
    ['cast(‹bogus› as ‹strng›)', ['plan/unknown-column', 'plan/unknown-type']],
    ['cast(a as ‹decimal(39, 0)›)', ['plan/bad-literal']],
    ['cast(‹1.234› as decimal(5, 2))', ['plan/bad-literal']],
    ['‹null›', ['plan/untyped-null']],
    ['coalesce(‹null›, null)', ['plan/untyped-null']],
    ['‹9223372036854775808› + 1', ['plan/bad-literal']],
    ['‹1e999›', ['plan/bad-literal']],
    ["‹date '2023-02-29'›", ['plan/bad-literal']],
    ["‹timestamp '2023-02-28T24:00:00Z'›", ['plan/bad-literal']],
    ["‹timestamp '2023-02-28T10:00:00+02:00'›", ['plan/bad-literal']],
    ["‹interval '5' minute›", ['plan/misplaced-interval']],
    ["at + ‹interval '5' fortnight›", ['plan/bad-literal']],
    ["‹day› + interval '5' minute", ['plan/operand-type']],
    ["‹a› + interval '5' minute", ['plan/operand-type']],
    ['‹lower()›', ['plan/argument-count']],
    ['‹if(ok, 1)›', ['plan/argument-count']],
    ['lower(‹a›)', ['plan/argument-type']],
    ['sqrt(‹s›)', ['plan/argument-type']],
    ['array_contains(tags, ‹1›)', ['plan/argument-type']],
    ['greatest(a, ‹s›)', ['plan/unlike-types']],
    ['substring(s, ‹0›)', ['plan/argument-value']],
    ['round(x, ‹2›)', ['plan/argument-value']],
    ["date_trunc(‹'week'›, at)", ['plan/argument-value']],
    ['date_trunc(‹s›, at)', ['plan/argument-value']],
    ["date_trunc(‹'hour'›, day)", ['plan/argument-value']],
    ["date_diff(‹'month'›, at, at)", ['plan/argument-value']],
    ["parse_timestamp(s, ‹'yyyy-MM-ddXXX'›)", ['plan/argument-value']],
    ['regex_like(s, ‹u›)', ['plan/argument-value']],
    ["regex_like(s, 'a‹$›')", ['plan/unportable-pattern']],
    ["regex_like(s, '^‹(?=›a)')", ['plan/unportable-pattern']],
    ["regex_extract(s, 'a(b)', ‹2›)", ['plan/argument-value']],
    ["regex_replace(s, ‹'a*'›, '')", ['plan/argument-value']],
    ["json_text(j, ‹'$..a'›)", ['plan/argument-value']],
    ['s like ‹u›', ['plan/argument-value']],
    ["s like ‹'a!b'› escape '!'", ['plan/argument-value']],
    ['‹lower(*)›', ['plan/not-an-aggregate']],
    ['‹lower(distinct s)›', ['plan/not-an-aggregate']],
    ['tags[‹s›]', ['plan/operand-type']],
  ])('%s', (source, codes) => {
    const { text } = marks(source)
    const { expr, diagnostics } = compileExpression(located(text), scopeOf(COLUMNS))
    expect(diagnostics.map((each) => each.code)).toEqual(codes)
    expect(expr).toBeUndefined()
    const ranges = diagnostics.map(({ span }) => ({ start: span?.start.offset ?? 0, end: span?.end.offset ?? 0 }))
    expect(marked(text, ranges)).toBe(source)
  })
})

test('a misspelt name gets its nearest match and where that is defined', () => {
  const where = {
    file: 'contract.json',
    start: { offset: 5, line: 1, column: 6 },
    end: { offset: 12, line: 1, column: 13 },
  }
  const scope: Scope = { ...scopeOf({ cpu_pct: [double] }), names: () => [{ name: 'cpu_pct', where }] }
  const [found] = compileExpression(located('cpu_pcd > 1'), scope).diagnostics
  expect(found?.help).toBe('Did you mean `cpu_pct`?')
  expect(found?.related).toEqual([{ message: '`cpu_pct` is defined here', span: where }])
})

test('a function by another name says which', () => {
  const help = (source: string): string | undefined =>
    compileExpression(located(source), scopeOf(COLUMNS)).diagnostics[0]?.help
  expect(help('len(s)')).toContain('`length`')
  expect(help('lowr(s)')).toContain('`lower`')
  expect(help('median(x)')).toContain('percentile(x, 0.5)')
  expect(help('cast(x as long)')).toContain('trunc')
})

test('a simple case over a simple case cannot grow without bound', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'a' : `case ${nested(depth - 1)} when 1 then 1 when 2 then 2 when 3 then 3 end`
  const { diagnostics } = compileExpression(located(nested(40)), scopeOf(COLUMNS))
  expect(diagnostics.map((each) => each.code)).toEqual(['plan/expression-too-large'])
})

test('names are taken as written, keywords and functions in any case', () => {
  const columns: Columns = { Case: [long], 'a b': [long], A: [long] }
  expect(compiled('"Case" + "a b" + A', columns).kind).toBe('call')
  expect(compiled('CASE WHEN A > 1 THEN TRUE ELSE NULL END', columns).nullable).toBe(true)
  expect(() => compiled('a', columns)).toThrow(/plan\/unknown-column/)
})

test('an inherited property is neither a column nor a function nor a type', () => {
  for (const source of ['constructor', 'toString(1)', 'constructor(1)', 'cast(1 as constructor)', '__proto__']) {
    expect(() => compiled(source, COLUMNS)).toThrow(/plan\/unknown/)
  }
})

test('the plan is plain data', () => {
  const expr = compiled('case when ok then a + 9223372036854775807 else cast(d as decimal(20, 0)) end', {
    ...COLUMNS,
    d: [decimal(5, 0)],
  })
  expect(JSON.parse(JSON.stringify(expr))).toEqual(expr)
  expect(JSON.stringify(expr)).toContain('"9223372036854775807"')
})

test('the scope says how much of a path is the column', () => {
  const column: ColumnExpr = {
    kind: 'column',
    scope: 'source',
    path: ['rule', 'org'],
    type: struct(['id', long]),
    nullable: false,
  }
  const scope: Scope = { lookup: (path) => (path[0] === 'rule' ? { column, used: 2 } : undefined), names: () => [] }
  const { expr } = compileExpression(located('rule.org.id'), scope)
  expect(expr).toEqual({ ...column, path: ['rule', 'org', 'id'], type: long })
})

test('a broken column is no second problem, and hides none beside it', () => {
  const sound = scopeOf(COLUMNS)
  const scope: Scope = { ...sound, lookup: (path) => (path[0] === 'bad' ? 'broken' : sound.lookup(path)) }
  const codes = (source: string): string[] => {
    const { expr, diagnostics } = compileExpression(located(source), scope)
    expect(expr).toBeUndefined()
    return diagnostics.map(({ code }) => code)
  }
  for (const source of ['bad', 'bad.part[1] + 1', 'not bad', "case bad when 1 then 'x' end", 'coalesce(null, bad)'])
    expect(codes(source), source).toEqual([])
  expect(codes('bad > 1 and lowr(bad) = missing')).toEqual(['plan/unknown-function', 'plan/unknown-column'])
  expect(codes("upper(bad, 1) || (1 + 'x')")).toEqual(['plan/argument-count', 'plan/operand-type'])
})

test('a place inside a block of text is found in the file', () => {
  const file = 'x: |\n  a +\n  bogus\n'
  const value = 'a +\nbogus\n'
  const offsets = [7, 8, 9, 10, 13, 14, 15, 16, 17, 18]
  const position = (
    offset: number,
    line: number,
    column: number,
  ): { offset: number; line: number; column: number } => ({ offset, line, column })
  const text: LocatedText = {
    value,
    offsets,
    lineStarts: [0, 5, 11, 19],
    pointer: '/x',
    span: { file: 'p.yaml', start: position(3, 1, 4), end: position(file.length, 4, 1) },
  }
  expect(spanWithin(text, 4, 9)).toEqual({ file: 'p.yaml', start: position(13, 3, 3), end: position(18, 3, 8) })
  expect(spanWithin(text, value.length, value.length).start.offset).toBe(file.length)
  expect(compileExpression(text, scopeOf(COLUMNS)).diagnostics[0]?.span?.start).toEqual(position(13, 3, 3))
})
