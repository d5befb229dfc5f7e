import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Document, parseDocument, Scalar } from 'yaml'
import { readYaml } from '../../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'
import type { YamlScalar } from '../../../runtime/spec/yaml/tree.ts'

function scalarOf(text: string): YamlScalar {
  const { root, diagnostics } = readYaml(sourceText('a.yaml', text), 'test')
  expect(diagnostics).toEqual([])
  const value = root?.kind === 'mapping' ? root.entries[0]?.value : undefined
  if (value?.kind !== 'scalar') throw new Error(`no scalar in ${text}`)
  return value
}

/** What stands in the file at the offset of each character that is not a blank. */
function written(text: string, node: YamlScalar): string {
  return node.text
    .split('')
    .map((character, index) => (/\s/.test(character) ? character : text.charAt(node.offsets.at(index) ?? -1)))
    .join('')
}

describe('the offset of each character of a scalar', () => {
  it.each([
    ['plain', 'key: lower(a) + 1 # note\n', 'lower(a) + 1'],
    ['plain over lines', 'key: a +\n   b\n\n   c\n', 'a + b\nc'],
    ['single quoted', "key: 'a <> b'\n", 'a <> b'],
    ['double quoted', 'key: "a <> b"\n', 'a <> b'],
    ['double quoted over lines', 'key: "a\n    <>   b \\\n   c"\n', 'a <>   b c'],
    ['literal block', 'key: |\n    a +\n      b\n    c\n', 'a +\n  b\nc\n'],
    ['folded block', 'key: >- # note\n    a +\n    b\n\n    c\n', 'a + b\nc'],
    ['indented block', 'key: |2-\n   a\n   b\n', ' a\n b'],
    ['carriage returns', 'key: |\r\n  a\r\n  b\r\n', 'a\nb\n'],
    ['beyond the base plane', 'key: "\u{1F600} a"\n', '\u{1F600} a'],
  ])('%s', (_, text, value) => {
    const node = scalarOf(text)
    expect(node.text).toBe(value)
    expect(written(text, node)).toBe(value)
  })

  it('places an escape at its backslash', () => {
    const text = 'key: "a\\n\\x41\\u00e9\\U0001F600b"\n'
    const node = scalarOf(text)
    expect(node.text).toBe('a\nA\u00e9\u{1F600}b')
    expect([...node.offsets].map((offset) => text.charAt(offset))).toEqual([
      'a',
      '\\',
      '\\',
      '\\',
      '\\',
      '\\',
      'b',
      '"',
    ])
    expect(new Set(node.offsets).size).toBe(7)
  })

  it('places a doubled quote at the first of the two', () => {
    const text = "key: 'it''s'\n"
    expect([...scalarOf(text).offsets].map((offset) => offset - 6)).toEqual([0, 1, 2, 4, 5])
  })

  it('ends where what the last character was written as ends', () => {
    for (const written of ['"a\\x62"', "'a'''", '"\\U0001F600"']) {
      const text = `key: ${written}\n`
      expect(text.charAt(scalarOf(text).offsets.at(-1) ?? -1)).toBe(written.charAt(0))
    }
    expect(scalarOf('key: |\n  ab\n').offsets.at(-1)).toBe(12)
    expect(scalarOf('key: ab # c\n').offsets.at(-1)).toBe(7)
  })

  it('holds for any text in any style', () => {
    const styles = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const
    const alphabet = fc.constantFrom(...('abc019 \n\t\'"\\:#,-|>{}[]é\u{1F600}'.match(/./gsu) ?? []))
    const texts = fc.string({ unit: alphabet, maxLength: 40 })
    fc.assert(
      fc.property(texts, fc.constantFrom(...styles), (value, style) => {
        const scalar = new Scalar(value)
        scalar.type = style
        const text = new Document({ key: scalar }).toString({ lineWidth: 20 })
        // The library cannot write every text in every style.
        fc.pre(parseDocument(text, { logLevel: 'silent' }).get('key') === value)
        const node = scalarOf(text)
        expect(node.text).toBe(value)
        expect([...node.offsets]).toHaveLength(value.length + 1)
        expect([...node.offsets].sort((a, b) => a - b)).toEqual([...node.offsets])
        for (const [index, character] of node.text.split('').entries()) {
          const there = text.charAt(node.offsets.at(index) ?? -1)
          if (!/[\s"\\]/.test(character) && there !== '\\') expect(there).toBe(character)
        }
      }),
      { numRuns: 2000, seed: 7 },
    )
  })
})
