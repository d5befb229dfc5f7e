import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnyYaml } from '../../../runtime/spec/yaml/any-reader.ts'
import { maskPlaceholders } from '../../../runtime/spec/yaml/placeholders.ts'
import { readPlainYaml } from '../../../runtime/spec/yaml/plain-reader.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'
import type { YamlNode } from '../../../runtime/spec/yaml/tree.ts'

/** Reads `text` with both readers: what the plain one takes must be what the library gives, place by place. */
function isPlain(text: string): boolean {
  const source = sourceText('a.yaml', text)
  const masked = maskPlaceholders(text)
  const plain = readPlainYaml(source, masked)
  if (plain === undefined) return false
  const { root, diagnostics } = readAnyYaml(source, masked, 'test')
  expect(diagnostics, text).toEqual([])
  expect(withOffsets(plain), text).toEqual(withOffsets(root))
  return true
}

/** The tree with the offsets of its scalars worked out. */
function withOffsets(node: YamlNode | undefined): unknown {
  switch (node?.kind) {
    case 'mapping':
      return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: withOffsets(entry.value) })) }
    case 'sequence':
      return { ...node, items: node.items.map(withOffsets) }
    case 'scalar':
      return { ...node, offsets: [...node.offsets] }
    default:
      return undefined
  }
}

describe('readPlainYaml', () => {
  it.each([
    'a: 1\nb:\n  c: x # why\n  d: "y"\n',
    '# head\n\na:\n  - 1\n  - b: 2\n    c: 3\n  -   d: 4\n  - [x, {e: f}]\n# tail\n',
    'a:\n- x\n- y\nb: {}\nc: []\nd: {e: {f: [1.5, -2, true, ~, null]}}\n',
    "a: it's\nb: 'it''s'\nc: a#b\nd: a:b\n\"e\": 'x: #y'\nf: count(*) filter (where x > 1)\n",
    'a: ${params.x}\nb: { c: ${env.X:-http://a:1,2}, d: [${secrets.Y}] } # ${env.Z}\ne: "x${env.Q} y"\n',
    'a:\n  # within\n  b: 1\n\n  # between\n  c:\n    d: 2\n# after\ne: 3  ',
    'a: -1\nb: 2024-01-01\nc: 5m\nd: 1.0.0\ne: -x\nf: 0\n',
  ])('reads %j as the library does', (text) => {
    expect(isPlain(text)).toBe(true)
  })

  it.each([
    ['a block scalar', 'a: |\n  b\n'],
    ['a text over several lines', 'a: b\n  c\n'],
    ['a flow collection over several lines', 'a: [b,\n  c]\n'],
    ['a key without a value', 'a:\nb: 1\n'],
    ['an escape', 'a: "\\n"\n'],
    ['a number in an unusual spelling', 'a: 0x1F\n'],
    ['a tab', 'a:\tb\n'],
    ['a carriage return', 'a: b\r\n'],
    ['a byte order mark', '\uFEFFa: b\n'],
    ['a second document', 'a: b\n---\nc: d\n'],
    ['a comment out of line', 'a:\n  b: 1\n    # c\nd: 2\n'],
    ['an anchor', 'a: &b c\n'],
    ['a duplicate key', 'a: 1\na: 2\n'],
    ['a duplicate key in a flow', 'a: {b: 1, b: 2}\n'],
    ['a merge key', '<<: { a: 1 }\n'],
    ['a value that holds a key', 'a: b: c\n'],
    ['a wrong indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['too many levels in a line', `a: { ${Array.from({ length: 201 }, (_, at) => `k${at}: 1`).join(', ')} }\n`],
    ['a document that is not a mapping', '- a\n'],
  ])('leaves %s to the library', (_, text) => {
    expect(isPlain(text)).toBe(false)
  })
})

const repository = path.join(import.meta.dirname, '../../..')
const files = ['pipelines', 'tenants', 'test', 'smelt.yaml']
  .flatMap((root) =>
    root.endsWith('.yaml')
      ? [root]
      : readdirSync(path.join(repository, root), { recursive: true, encoding: 'utf8' }).map((each) =>
          path.join(root, each),
        ),
  )
  .filter((file) => /\.ya?ml$/.test(file))

it('reads the files of this repository as the library does, and most of them', () => {
  const plain = files.filter((file) => isPlain(readFileSync(path.join(repository, file), 'utf8')))
  expect(plain).toEqual(expect.arrayContaining(['smelt.yaml', 'tenants/globex.yaml']))
  expect(plain.length).toBeGreaterThan(files.length / 2)
})

const key = fc.constantFrom(
  'a',
  'b',
  'c',
  'name',
  'k-1',
  '"q"',
  "'s'",
  '"a: b"',
  'x y',
  '1',
  'null',
  '${params.x}',
  'a/b',
)
const tame = fc.constantFrom(
  ...['x', 'a b  c', '5m', '-1', '1.50', '0', 'true', 'null', '~', 'yes', '"x"', "'it''s'", '"a # b"', '""', "''"],
  ...['${params.x}', 'a ${params.x:-{b}} c', '" ${env.X:-a b} "', 'count(*)', 'a:b', 'a#b', 'é ü', '😀', '2024-01-01'],
)
const wild = fc.constantFrom(
  ...['1e3', '.5', '+1', '0x1F', '0o7', '00', '-0', '1_000', '-', '.inf', '-.nan', '0.', '1e', '123456789012345678'],
  ...['*x', '&x', '!x', '@x', '%x', '|', '>', '?', '? x', ':x', 'a: b', 'a:', 'a #b', '#a', '"\\n"', '"a" b', '-x'],
  ...['[a', 'a]', '{a', 'a}', 'a,b', 'a[0]', 'a\u00a0', '\uE000', '---', '...', '<<', 'False', '"a', "'"],
)
const scalar = fc.oneof({ weight: 12, arbitrary: tame }, { weight: 1, arbitrary: wild })
const flow = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .tuple(fc.array(tie('node'), { maxLength: 3 }), fc.constantFrom(',', ', ', ' , '))
      .map(([all, comma]) => `[${all.join(comma)}]`),
    fc
      .array(fc.tuple(key, fc.constantFrom(': ', ':', ' : '), tie('node')), { maxLength: 3 })
      .map((all) => `{ ${all.map((each) => each.join('')).join(', ')} }`),
  ),
})).node
const trail = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('', ' # note', ' ') },
  { weight: 1, arbitrary: fc.constantFrom('#x', ' # note ', '  #') },
)
/** Lines that mean nothing, wherever they stand. */
const filler = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('', '', '\n', '  \n') },
  { weight: 1, arbitrary: fc.constantFrom('# c\n', '  # c\n', '\n    # c\n', '    # c\n# d\n') },
)
const line = fc.record({
  filler,
  indent: fc.constantFrom(0, 0, 0, 2, 2, 4, 1),
  dash: fc.constantFrom('', '', '', '', '', '', '- ', '- ', '-  ', '- - ', '-'),
  key: fc.option(
    fc.tuple(key, fc.constantFrom(':', ': ', ': ', ': ', ':   ', ' : ')).map((each) => each.join('')),
    { nil: '' },
  ),
  value: fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 3, arbitrary: scalar },
    { weight: 2, arbitrary: flow },
  ),
  trail,
})
/** Lines in any order: mostly wrong, and wrong in every way. */
const anyLines = fc
  .array(line, { minLength: 1, maxLength: 6 })
  .map((lines) =>
    lines
      .map((each) => `${each.filler}${' '.repeat(each.indent)}${each.dash}${each.key}${each.value}${each.trail}\n`)
      .join(''),
  )

const tree = fc.letrec<{ map: string[]; seq: string[]; value: string[] }>((tie) => ({
  map: fc
    .tuple(
      fc.uniqueArray(key, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(tie('value'), filler, trail), { minLength: 3, maxLength: 3 }),
      fc.constantFrom(2, 2, 4),
    )
    .map(([keys, values, deep]) => keys.flatMap((name, at) => member(`${name}:`, values[at] ?? [[''], '', ''], deep))),
  seq: fc
    .array(fc.tuple(tie('value'), filler, trail), { minLength: 1, maxLength: 3 })
    .map((values) => values.flatMap((value) => member('-', value, 2))),
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.oneof(scalar, flow).map((text) => [text]),
    tie('map'),
    tie('seq'),
  ),
}))

/** The lines of a key or a dash with its value: a single one beside it, others below. */
function member(head: string, [value, before, after]: [string[], string, string], deep: number): string[] {
  const filled = before === '' ? [] : before.split('\n').slice(0, -1)
  if (value.length === 1 && !/^- |:$|: /.test(value[0] ?? '')) return [...filled, `${head} ${value[0] ?? ''}${after}`]
  const isCompact = head === '-' && !(value[0] ?? '').startsWith('-')
  if (isCompact) return [...filled, ...value.map((each, at) => (at === 0 ? `- ${each}` : `  ${each}`))]
  return [...filled, `${head}${after}`, ...value.map((each) => (each === '' ? '' : `${' '.repeat(deep)}${each}`))]
}

describe.each([
  ['well-formed documents', tree.map.map((lines) => `${lines.join('\n')}\n`), 0.05],
  ['lines in any order', anyLines, 0.004],
])('of %s', (_, documents, share) => {
  it('the plain reader takes only what the library reads as it does', () => {
    const runs = Number(process.env.SMELT_PROPERTY_RUNS ?? 4000)
    let plain = 0
    fc.assert(
      fc.property(documents, (text) => {
        if (isPlain(text)) plain++
      }),
      { numRuns: runs },
    )
    // A generator of which the reader takes nothing would prove nothing.
    expect(plain).toBeGreaterThan(runs * share)
  })
})
