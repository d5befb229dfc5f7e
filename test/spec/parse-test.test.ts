import { describe, expect, it } from 'vitest'
import { jsonText, mergeJson, parseTest, type TestEventContent } from '#spec'
import { markedText } from './marked-text.ts'

const file = 'pipelines/p/tests/a.yaml'
const parse = (text: string): ReturnType<typeof parseTest> => parseTest({ file, text })

/** What the first record of the only source of the only case is. */
function contentOf(event: string): TestEventContent | undefined {
  const text = `smelt: 1\nclock: 2026-03-01T12:00:00Z\ncases:\n  c:\n    given: { s: [${event}] }\n    then: { quarantine: [] }\n`
  const { node, diagnostics } = parse(text)
  expect(diagnostics).toEqual([])
  return node?.cases[0]?.node.steps[0]?.given[0]?.node[0]?.content
}

describe('a record', () => {
  it('is its value, with every digit of its numbers', () => {
    const content = contentOf('{ a: 1.0, b: 12345678901234567890, c: [null, true, "1"], d: { e: 1e3 } }')
    expect(content?.kind).toBe('value')
    if (content?.kind !== 'value') return
    expect(jsonText(content.value)).toBe('{"a":1.0,"b":12345678901234567890,"c":[null,true,"1"],"d":{"e":1e3}}')
  })

  it.each([
    ['{ value: null }', { kind: 'value', value: { kind: 'null' } }],
    ["{ raw: '' }", { kind: 'raw', text: '' }],
    ["{ raw: '{ $${x} ' }", { kind: 'raw', text: '{ ${x} ' }],
    ['{ bytes: //79 }', { kind: 'bytes', bytes: Buffer.from([255, 254, 253]) }],
    ['{ generate: { count: 3, seed: 1 } }', { kind: 'generate', count: 3, seed: 1 }],
  ])('is read from %s', (event, content) => {
    expect(contentOf(event)).toEqual(content)
  })
})

describe('a case', () => {
  it('takes what the file says for all, and its own first', () => {
    const { node } = parse(`smelt: 1
clock: 2026-03-01T12:00:00Z
tenant: acme
params: { a: 1, b: 2 }
cases:
  one: { then: { quarantine: [] } }
  two: { clock: 2026-03-02T13:00:00+01:00, tenant: globex, params: { b: 3 }, then: { quarantine: [] } }
`)
    const seen = node?.cases.map(({ node: each }) => [
      new Date(each.clock.value).toISOString(),
      each.tenant?.value,
      Object.fromEntries(each.params.map(({ name, node: param }) => [name, param.value])),
    ])
    expect(seen).toEqual([
      ['2026-03-01T12:00:00.000Z', 'acme', { a: 1, b: 2 }],
      ['2026-03-02T12:00:00.000Z', 'globex', { a: 1, b: 3 }],
    ])
  })

  it.each([
    ['spec/missing-field', '  «one»:\n    then: { quarantine: [] }\n', ''],
    ['spec/missing-choice', '  «one»:\n    description: nothing\n', 'clock: 2026-03-01T12:00:00Z\n'],
    ['spec/missing-field', '  «one»:\n    given: { s: [{ a: 1 }] }\n', 'clock: 2026-03-01T12:00:00Z\n'],
    ['spec/bad-value', '  one:\n    then: { quarantine: [] }\n', 'clock: «2026-02-30T12:00:00Z»\n'],
    ['spec/missing-choice', '  one:\n    «then»: {}\n', 'clock: 2026-03-01T12:00:00Z\n'],
    ['spec/bad-value', '  one:\n    then: { tables: { t: { none: «false» } } }\n', 'clock: 2026-03-01T12:00:00Z\n'],
    [
      'spec/unknown-choice',
      '  one:\n    then: { quarantine: [{ code: «record/lat» }] }\n',
      'clock: 2026-03-01T12:00:00Z\n',
    ],
    [
      'spec/unknown-field',
      '  one:\n    then: { alerts: { t: { none: true, «warned»: { c: 1 } } } }\n',
      'clock: 2026-03-01T12:00:00Z\n',
    ],
    [
      'spec/bad-value',
      '  one:\n    given: { s: [{ bytes: «"?"» }] }\n    then: { quarantine: [] }\n',
      'clock: 2026-03-01T12:00:00Z\n',
    ],
    [
      'spec/unknown-field',
      '  one:\n    given: { s: [{ value: 1, «valu»: 2 }] }\n    then: { quarantine: [] }\n',
      'clock: 2026-03-01T12:00:00Z\n',
    ],
    [
      'spec/bad-value',
      '  one:\n    given: { s: [{ a: «.inf» }] }\n    then: { quarantine: [] }\n',
      'clock: 2026-03-01T12:00:00Z\n',
    ],
  ])('with %s is refused where it stands', (code, cases, head) => {
    const { text, marks } = markedText(`smelt: 1\n${head}cases:\n${cases}`)
    const { node, diagnostics } = parse(text)
    expect(node).toBeUndefined()
    const found = diagnostics.map(({ code: each, span }) => `${each} ${span?.start.offset}-${span?.end.offset}`)
    expect(found).toEqual([`${code} ${marks[0]}`])
  })
})

it('a merge patch changes members, removes nulls and replaces the rest', () => {
  const base = contentOf('{ a: { b: 1, c: 2 }, d: [1], e: x }')
  const patch = contentOf('{ a: { b: null, f: 3 }, d: [2], e: null }')
  if (base?.kind !== 'value' || patch?.kind !== 'value') throw new Error('no values')
  expect(jsonText(mergeJson(base.value, patch.value))).toBe('{"a":{"c":2,"f":3},"d":[2]}')
})
