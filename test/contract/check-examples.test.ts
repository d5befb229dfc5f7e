import { describe, expect, it } from 'vitest'
import { checkExamples } from '#contract'

async function faults(properties: object, more: object = {}): Promise<string[]> {
  const text = JSON.stringify({ type: 'object', ...more, properties }, undefined, 2)
  const found = await checkExamples({ file: 'c.schema.json', text })
  for (const { span } of found) expect(span?.file).toBe('c.schema.json')
  return found.map(({ pointer, span }) => {
    return `${pointer ?? ''} ${text.slice(span?.start.offset, span?.end.offset).replace(/\s+/g, ' ')}`
  })
}

describe('checkExamples', () => {
  it.each<[string, object]>([
    ['text', { type: 'string', minLength: 1, maxLength: 3, examples: ['a', 'abc', '\u{1F600}\u{1F600}\u{1F600}'] }],
    ['a format', { type: 'string', format: 'date-time', examples: ['2026-01-01T00:00:00Z'] }],
    ['a number', { type: 'integer', minimum: 0, maximum: 10, examples: [0, 10, 1.0], default: 5 }],
    ['a pattern', { type: 'string', pattern: '^[a-z]+$', examples: ['abc'] }],
    ['null where it may stand', { type: ['string', 'null'], default: null }],
    ['nothing to say', { examples: [{ any: 'thing' }] }],
  ])('passes %s', async (_, schema) => {
    expect(await faults({ field: schema })).toEqual([])
  })

  it.each<[string, object, string]>([
    ['too long a text', { type: 'string', maxLength: 3, examples: ['abc', 'abcd'] }, '/examples/1 "abcd"'],
    ['another type', { type: 'string', examples: [5] }, '/examples/0 5'],
    ['a number out of range', { type: 'integer', maximum: 10, default: 11 }, '/default 11'],
    ['a fraction', { type: 'integer', examples: [1.5] }, '/examples/0 1.5'],
    ['a day that is not', { type: 'string', format: 'date', examples: ['2026-02-30'] }, '/examples/0 "2026-02-30"'],
    ['no word of the list', { enum: ['a', 'b'], examples: ['c'] }, '/examples/0 "c"'],
    ['a pattern missed', { type: 'string', pattern: '^[a-z]+$', examples: ['A'] }, '/examples/0 "A"'],
    ['null where none may stand', { type: 'string', default: null }, '/default null'],
  ])('refuses %s', async (_, schema, expected) => {
    expect(await faults({ field: schema })).toEqual([`/properties/field${expected}`])
  })

  it('judges whole records, nested objects, and what a reference names', async () => {
    const word = { type: 'string', maxLength: 2 }
    const whole = { required: ['code'], examples: [{ code: 'ab' }, { code: 'abc' }, {}], $defs: { word } }
    expect(await faults({ code: { $ref: '#/$defs/word' } }, whole)).toEqual([
      '/examples/1 { "code": "abc" }',
      '/examples/2 {}',
    ])
    const inner = { type: 'object', properties: { 'a/b %': { ...word, examples: ['abc'] } } }
    expect(await faults({ inner })).toEqual(['/properties/inner/properties/a~1b %/examples/0 "abc"'])
    const referring = { $ref: '#/$defs/word', examples: ['ab', 'abc'] }
    expect(await faults({ code: referring }, { $defs: { word } })).toEqual(['/properties/code/examples/1 "abc"'])
  })

  it('says nothing of a file that is no contract', async () => {
    expect(await checkExamples({ file: 'c.json', text: '{ "examples": [' })).toEqual([])
    expect(await checkExamples({ file: 'c.json', text: '{ "type": "array", "examples": [1] }' })).toEqual([])
  })
})
