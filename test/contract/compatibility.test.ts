import { describe, expect, it } from 'vitest'
import { compareContracts, compileContract, type Contract } from '#contract'

type Properties = Readonly<Record<string, unknown>>

const OBJECT = { type: 'object', required: ['id'], additionalProperties: false }

function contract(schema: object): Contract {
  const compiled = compileContract({ file: 'contract.json', text: JSON.stringify(schema) })
  if (compiled.contract === undefined) throw new Error(JSON.stringify(compiled.diagnostics))
  return compiled.contract
}

/** Contracts with `x` as given, among fields that stay. */
function ofX(x: unknown, more: object = {}): Contract {
  return contract({ ...OBJECT, ...more, properties: { id: { type: 'string' }, x } })
}

const USED = [['id'], ['x']]

/** The verdict on `x` before and after, and what is said of it. */
const STEPS: readonly (readonly [before: unknown, after: unknown, verdict: string, told: readonly string[]])[] = [
  [{ type: 'string' }, { type: 'string', description: 'a text' }, 'unchanged', []],
  [
    { type: 'string' },
    { type: 'string', maxLength: 9 },
    'tightening',
    ['/properties/x/maxLength `maxLength` is `9`, and was not there'],
  ],
  [
    { type: 'string', maxLength: 9 },
    { type: 'string', maxLength: 8 },
    'tightening',
    ['/properties/x/maxLength `maxLength` was `9`, and is `8`'],
  ],
  [
    { type: 'string', maxLength: 8 },
    { type: 'string', maxLength: 9 },
    'compatible',
    ['/properties/x/maxLength `maxLength` was `8`, and is `9`'],
  ],
  [
    { type: 'string', minLength: 2 },
    { type: 'string' },
    'compatible',
    ['/properties/x/minLength `minLength` was `2`, and is gone'],
  ],
  [
    { type: 'integer', minimum: 1 },
    { type: 'integer', exclusiveMinimum: 0 },
    'compatible',
    [
      '/properties/x/minimum `minimum` was `1`, and is gone',
      '/properties/x/exclusiveMinimum `exclusiveMinimum` is `0`, and was not there',
    ],
  ],
  [
    { type: 'integer', exclusiveMinimum: 0 },
    { type: 'integer', minimum: 0.5 },
    'tightening',
    [
      '/properties/x/minimum `minimum` is `0.5`, and was not there',
      '/properties/x/exclusiveMinimum `exclusiveMinimum` was `0`, and is gone',
    ],
  ],
  [
    { type: 'number', multipleOf: 1 },
    { type: 'number', multipleOf: 0.5 },
    'compatible',
    ['/properties/x/multipleOf `multipleOf` was `1`, and is `0.5`'],
  ],
  [
    { type: 'number', multipleOf: 0.5 },
    { type: 'number', multipleOf: 1 },
    'tightening',
    ['/properties/x/multipleOf `multipleOf` was `0.5`, and is `1`'],
  ],
  [{ enum: ['a', 'b'] }, { enum: ['a', 'b', 'c'] }, 'compatible', ['/properties/x/enum `enum` also allows `"c"`']],
  [{ enum: ['a', 'b'] }, { enum: ['b'] }, 'tightening', ['/properties/x/enum `enum` no longer allows `"a"`']],
  [
    { enum: ['a', 'b'] },
    { type: 'string' },
    'compatible',
    [
      '/properties/x/type `type` is `"string"`, and was not there',
      '/properties/x/enum `enum` was `["a","b"]`, and is gone',
    ],
  ],
  [
    { type: 'string' },
    { type: ['string', 'null'] },
    'compatible',
    ['/properties/x/type `type` was `"string"`, and is `["string","null"]`'],
  ],
  [
    { type: ['string', 'null'] },
    { type: 'string' },
    'tightening',
    ['/properties/x/type `type` was `["string","null"]`, and is `"string"`'],
  ],
  [{ type: 'integer' }, { type: 'number' }, 'breaking', ['/properties/x the type was `long`, and is `double`']],
  [
    { type: 'string' },
    { type: 'string', format: 'date-time' },
    'breaking',
    ['/properties/x the type was `string`, and is `timestamp`'],
  ],
  [
    { type: 'string' },
    { type: 'string', format: 'email' },
    'tightening',
    ['/properties/x/format `format` is `"email"`, and was not there'],
  ],
  [
    { type: 'string', format: 'email' },
    { type: 'string' },
    'compatible',
    ['/properties/x/format `format` was `"email"`, and is gone'],
  ],
  [
    { type: 'string', pattern: 'a' },
    { type: 'string', pattern: 'b' },
    'tightening',
    ['/properties/x/pattern `pattern` was `"a"`, and is `"b"`'],
  ],
  [
    { type: 'string', 'x-smelt-type': 'decimal(10,2)' },
    { type: 'string', 'x-smelt-type': 'decimal(12,2)' },
    'compatible',
    ['/properties/x/x-smelt-type `x-smelt-type` was `"decimal(10,2)"`, and is `"decimal(12,2)"`'],
  ],
  [
    { type: 'string', 'x-smelt-type': 'decimal(10,2)' },
    { type: 'string', 'x-smelt-type': 'decimal(12,3)' },
    'breaking',
    ['/properties/x the type was `decimal(10, 2)`, and is `decimal(12, 3)`'],
  ],
  [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'string', maxLength: 3 } },
    'tightening',
    ['/properties/x/items/maxLength `maxLength` is `3`, and was not there'],
  ],
  [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'integer' } },
    'breaking',
    ['/properties/x/items the type was `string`, and is `long`'],
  ],
  [
    { type: 'array', items: { type: 'string' }, maxItems: 2 },
    { type: 'array', items: { type: 'string' }, maxItems: 3 },
    'compatible',
    ['/properties/x/maxItems `maxItems` was `2`, and is `3`'],
  ],
  [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
    'tightening',
    ['/properties/x/uniqueItems `uniqueItems` is `true`, and was not there'],
  ],
  [
    { anyOf: [{ type: 'string' }] },
    { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    'compatible',
    ['/properties/x/anyOf `anyOf` says something else'],
  ],
  [
    { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    { anyOf: [{ type: 'string' }] },
    'tightening',
    ['/properties/x/anyOf `anyOf` says something else'],
  ],
  [
    { allOf: [{ minLength: 1 }, { maxLength: 3 }] },
    { allOf: [{ maxLength: 3 }] },
    'compatible',
    ['/properties/x/allOf `allOf` says something else'],
  ],
  [
    { oneOf: [{ type: 'string' }] },
    { oneOf: [{ type: 'string' }, {}] },
    'tightening',
    ['/properties/x/oneOf `oneOf` says something else'],
  ],
  [
    { contains: { type: 'string' }, minContains: 0 },
    { contains: { type: 'string' } },
    'tightening',
    ['/properties/x/contains `contains` says something else'],
  ],
  [{ not: { type: 'string' } }, {}, 'compatible', ['/properties/x/not `not` says something else']],
]

describe('compareContracts', () => {
  it.each(STEPS.map((step) => [JSON.stringify(step[0]), JSON.stringify(step[1]), step] as const))(
    '%s to %s',
    (_before, _after, [before, after, verdict, told]) => {
      const found = compareContracts(ofX(before), ofX(after), USED)
      expect(found.changes.map(({ pointer, what }) => `${pointer} ${what}`)).toEqual(told)
      expect(found.verdict).toBe(verdict)
    },
  )

  const withFields = (fields: Properties, more: object = {}): Contract =>
    contract({ ...OBJECT, ...more, properties: { id: { type: 'string' }, ...fields } })
  const OPEN = { additionalProperties: true }
  const X = { x: { type: 'string' } }

  it.each([
    ['a new field of a closed object is compatible', withFields({}), withFields(X), 'compatible'],
    ['a new field of an open object tightens', withFields({}, OPEN), withFields(X, OPEN), 'tightening'],
    ['a new field that is required tightens', withFields({}), withFields(X, { required: ['id', 'x'] }), 'tightening'],
    ['a field that anything goes in is compatible', withFields({}, OPEN), withFields({ x: {} }, OPEN), 'compatible'],
    ['a field that is no longer required', withFields(X, { required: ['id', 'x'] }), withFields(X), 'compatible'],
    ['a closed object that opens', withFields(X), withFields(X, OPEN), 'compatible'],
    ['an open object that closes', withFields(X, OPEN), withFields(X), 'tightening'],
    ['a used field that goes breaks', withFields(X, OPEN), withFields({}, OPEN), 'breaking'],
  ])('%s', (_name, before, after, verdict) => {
    expect(compareContracts(before, after, USED).verdict).toBe(verdict)
  })

  it('a field that nobody reads tightens or not, and never breaks', () => {
    const unused = [['id']]
    expect(compareContracts(withFields(X, OPEN), withFields({}, OPEN), unused).verdict).toBe('compatible')
    expect(compareContracts(withFields(X), withFields({}), unused).verdict).toBe('tightening')
    expect(compareContracts(ofX({ type: 'integer' }), ofX({ type: 'number' }), unused).verdict).toBe('compatible')
    expect(compareContracts(ofX({ type: 'string' }), ofX({ type: 'integer' }), unused).verdict).toBe('tightening')
  })

  it('reads of a part of an object are told from reads of another', () => {
    const ofPart = (b: string): Contract =>
      ofX({ type: 'object', properties: { a: { type: 'string' }, b: { type: b } } })
    const paths = (used: readonly string[]) => compareContracts(ofPart('integer'), ofPart('number'), [used]).verdict
    expect(paths(['x', 'b'])).toBe('breaking')
    expect(paths(['x'])).toBe('breaking')
    expect(paths(['x', 'a'])).toBe('compatible')
  })

  it('follows references, on both sides', () => {
    const ofRef = (maxLength: number, name = 'text'): Contract =>
      contract({
        ...OBJECT,
        properties: { id: { type: 'string' }, x: { $ref: `#/$defs/${name}` } },
        $defs: { [name]: { type: 'string', maxLength } },
      })
    expect(compareContracts(ofRef(5), ofRef(5, 'other'), USED).verdict).toBe('unchanged')
    expect(compareContracts(ofRef(5), ofX({ type: 'string', maxLength: 5 }), USED).verdict).toBe('unchanged')
    expect(compareContracts(ofRef(5), ofRef(6), USED).verdict).toBe('compatible')
    expect(compareContracts(ofRef(5), ofRef(4), USED).verdict).toBe('tightening')
  })

  it('ends on a schema that calls itself', () => {
    const tree = (maxLength: number): Contract =>
      contract({
        ...OBJECT,
        properties: { id: { type: 'string' }, x: { $ref: '#/$defs/node' } },
        $defs: {
          node: {
            type: 'object',
            properties: { name: { type: 'string', maxLength }, child: { $ref: '#/$defs/node' } },
          },
        },
      })
    expect(compareContracts(tree(5), tree(5), USED).verdict).toBe('unchanged')
    expect(compareContracts(tree(5), tree(6), USED).verdict).toBe('compatible')
    expect(compareContracts(tree(5), tree(4), USED).verdict).toBe('tightening')
  })

  it('a reference whose target changed beside other keywords is not the same', () => {
    const beside = (maxLength: number): Contract =>
      contract({
        ...OBJECT,
        properties: { id: { type: 'string' }, x: { $ref: '#/$defs/text', minLength: 1 } },
        $defs: { text: { type: 'string', maxLength } },
      })
    expect(compareContracts(beside(5), beside(4), USED).verdict).toBe('tightening')
  })
})
