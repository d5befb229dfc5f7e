import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { compileContract } from '#contract'
import { judge, openEngine } from '../contract/both-paths.ts'

/**
 * Contracts of the vectorised set and documents for them, valid, nearly valid and hostile. The promise: what the fast
 * path accepts, the reference accepts, with the same typed values; and nothing raises.
 */
const CONTRACTS = Number(process.env.SMELT_PROPERTY_RUNS ?? 60)
const DOCUMENTS = 80

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await openEngine()
})
afterAll(() => connection.closeSync())

it('accepts nothing that the reference refuses, and types it the same', async () => {
  const seed = Number(process.env.SMELT_SEED ?? Date.now() % 2 ** 31)
  const seen = { accepted: 0, valid: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(caseArbitrary(), async ({ schema, documents }) => {
      const { contract, diagnostics } = compileContract({ file: 'generated.json', text: JSON.stringify(schema) })
      expect(diagnostics).toEqual([])
      if (contract === undefined) throw new Error('no contract')
      expect(contract.rowByRow).toEqual([])
      const judgements = await judge(
        connection,
        contract,
        documents.map((text) => Buffer.from(text)),
      )
      judgements.forEach(({ accepted, verdict, same }, at) => {
        seen[accepted ? 'accepted' : verdict.ok ? 'valid' : 'refused']++
        if (accepted && !verdict.ok)
          throw new Error(`Accepted ${documents[at] ?? ''}, but ${verdict.message}: ${JSON.stringify(schema)}`)
        if (accepted && same !== true)
          throw new Error(`Typed otherwise: ${documents[at] ?? ''}: ${JSON.stringify(schema)}`)
      })
    }),
    { seed, numRuns: CONTRACTS, endOnFailure: true },
  )
  // A generator that makes only one kind of document would prove nothing.
  const total = seen.accepted + seen.valid + seen.refused
  expect(seen.accepted).toBeGreaterThan(total / 20)
  expect(seen.valid).toBeGreaterThan(total / 100)
  expect(seen.refused).toBeGreaterThan(total / 10)
  console.log(`seed ${seed}: ${JSON.stringify(seen)}`)
})

interface FieldCase {
  readonly schema: Record<string, unknown>
  /** JSON texts, most of them valid. */
  readonly values: readonly string[]
}

const quote = (text: string): string => JSON.stringify(text)
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    'a',
    'NaN',
    '1',
    'true',
    'null',
    'é',
    '€uro',
    '😀x',
    ',"',
    '{',
    '":null',
    '\u2028',
    '\u0000',
    '\\',
    ',}',
    ',]',
  ),
)
const numbers = fc.constantFrom(
  '0',
  '-0',
  '-0.0',
  '1',
  '2',
  '10',
  '100',
  '100.0',
  '1e2',
  '1E2',
  '1.0',
  '0.5',
  '5e-1',
  '0.05',
  '0.001',
  '1e-3',
  '0.10',
  '12.5',
  '99.99',
  '101',
  '-1',
  '1e22',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '9007199254740992',
  '-9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '18446744073709551616',
  '123456789012345678901234567890',
  '9007199254740992.5',
  '0.30000000000000001',
  '0.3',
  '1234567890.12345678',
  '9223372036854775807.0',
  '1e18',
  '100.00000000000000001',
)
const odd = fc.constantFrom(
  'null',
  'true',
  'false',
  '{}',
  '[]',
  '[1]',
  '["a"]',
  '{"a":1,"a":2}',
  '{"a":"b"}',
  'NaN',
  '-NaN',
  'Infinity',
  '-Infinity',
  'inf',
  '"12"',
  '12',
  '55',
  '""',
  '"NaN"',
  '[[[]]]',
  '[1,]',
  '01',
  '+1',
  '.5',
  '1.',
  '"\\ud800"',
  '"\\u0041"',
  "'a'",
  '',
)

function pickMany(values: readonly string[]): fc.Arbitrary<string[]> {
  return fc.shuffledSubarray([...values], { minLength: Math.min(1, values.length) })
}

const formatValues: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.1Z',
    '2026-01-01T00:00:00.123456789Z',
    '2026-01-01T23:59:59.999999Z',
    '2026-01-01t00:00:00z',
    '2026-01-01T00:00:00+02:00',
    '2026-02-30T00:00:00Z',
    '2026-12-31T23:59:60Z',
    '2024-02-29T12:00:00Z',
    '2023-02-29T12:00:00Z',
    '2026-01-01T24:00:00Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '9999-12-31T23:59:59-01:00',
    '2026-01-01',
    '1969-12-31T23:59:59.999999Z',
  ],
  date: [
    '2026-01-01',
    '2026-02-30',
    '2024-02-29',
    '1900-02-29',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '2026-13-01',
    '2026-01-01Z',
  ],
  time: ['00:00:00Z', '23:59:59.9+01:00', '24:00:00Z', '23:59:60Z'],
  uuid: [
    '123e4567-e89b-12d3-a456-426614174000',
    '123E4567-E89B-12D3-A456-426614174000',
    '123e4567e89b12d3a456426614174000',
  ],
  email: ['a@b.c', 'nobody', '"a b"@c.d', 'a@[127.0.0.1]', 'a@-b'],
  ipv4: ['127.0.0.1', '256.0.0.1', '01.0.0.1'],
  ipv6: ['::1', '::', '1::2::3', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4'],
  uri: ['http://a.b/c?d#e', 'urn:a:b', 'no', 'http://[::1]/'],
  hostname: ['a.b', '-a', 'true', '12'],
}

function fieldArbitrary(): fc.Arbitrary<FieldCase> {
  const bound = fc.constantFrom(0, 1, 10, 100, -5, 0.5, 9007199254740992, -9007199254740992)
  const limits = (integer: boolean): fc.Arbitrary<Record<string, number>> =>
    fc
      .record(
        {
          minimum: bound,
          maximum: bound,
          exclusiveMinimum: bound,
          exclusiveMaximum: bound,
          multipleOf: integer ? fc.constantFrom(1, 2, 0.5, 3) : fc.constantFrom(1, 0.5, 0.01, 1e-8),
        },
        { requiredKeys: [] },
      )
      .map((all) => Object.fromEntries(Object.entries(all).slice(0, 1)))
  const scalar = fc.oneof(
    fc
      .tuple(
        fc.record(
          {
            minLength: fc.nat(2),
            maxLength: fc.constantFrom(1, 2, 8, 40),
            pattern: fc.constantFrom(
              '^[a-z]*$',
              'a',
              '^.$',
              '[^x]',
              '^\\d+\\.\\d$',
              '\\w',
              '^(?:a|é|😀x)$',
              '[\\u00e9-€]{1,2}',
            ),
          },
          { requiredKeys: [] },
        ),
        fc.array(texts, { minLength: 1, maxLength: 12 }),
      )
      .map(([checks, values]): FieldCase => ({
        schema: { type: 'string', ...checks },
        values: [...values, 'a', 'é', '1.5'].map(quote),
      })),
    fc.constantFrom(...Object.keys(formatValues)).chain((format) =>
      pickMany(formatValues[format] ?? []).map((values): FieldCase => ({
        schema: { type: 'string', format },
        values: values.map(quote),
      })),
    ),
    fc
      .array(texts, { minLength: 1, maxLength: 4 })
      .map((values): FieldCase => ({ schema: { enum: [...new Set(values)] }, values: values.map(quote) })),
    fc
      .tuple(limits(true), fc.array(numbers, { minLength: 4, maxLength: 20 }))
      .map(([checks, values]): FieldCase => ({ schema: { type: 'integer', ...checks }, values })),
    fc
      .tuple(limits(false), fc.array(numbers, { minLength: 4, maxLength: 20 }))
      .map(([checks, values]): FieldCase => ({ schema: { type: 'number', ...checks }, values })),
    fc.constantFrom<FieldCase>(
      { schema: { type: 'boolean' }, values: ['true', 'false'] },
      { schema: { enum: [1, 2.5, 100] }, values: ['1', '2.5', '1.0', '100', '1e2', '3'] },
      { schema: { type: 'integer', enum: [1, 100] }, values: ['1', '100', '1.0', '2'] },
      { schema: { const: true }, values: ['true', 'false'] },
    ),
    fc
      .tuple(
        fc.constantFrom('number', 'string', ['number', 'string']),
        fc.constantFrom('decimal(10,2)', 'decimal(38,20)', 'decimal(5,0)', 'decimal(3,3)'),
        fc.array(numbers, { minLength: 3, maxLength: 12 }),
      )
      .map(([type, name, values]): FieldCase => ({
        schema: { type, 'x-smelt-type': name },
        values: values.flatMap((value) => [value, quote(value)]),
      })),
    fc.constant<FieldCase>({
      schema: {},
      values: [
        '1',
        '"a"',
        'true',
        '[1,"b",null]',
        '[ 1 ]',
        '{"a":1}',
        '1.50',
        '12345678901234567890',
        'null',
        '[]',
        '"é"',
      ],
    }),
  )
  const list = fc
    .tuple(
      scalar.filter(
        ({ schema }) =>
          LIST_ITEMS.has(String(schema.type)) &&
          !['date', 'date-time'].includes(String(schema.format)) &&
          schema['x-smelt-type'] === undefined,
      ),
      fc.record({ minItems: fc.nat(2), maxItems: fc.constantFrom(0, 1, 3) }, { requiredKeys: [] }),
    )
    .map(([items, limit]): FieldCase => ({
      schema: { type: 'array', items: items.schema, ...limit },
      values: [
        '[]',
        ...items.values.map((value) => `[${value}]`),
        `[${items.values.slice(0, 3).join(',')}]`,
        `[ ${items.values.slice(0, 2).join(' , ')}]`,
        '[null]',
      ],
    }))
  return fc
    .oneof({ arbitrary: scalar, weight: 4 }, { arbitrary: list, weight: 1 })
    .chain((field) =>
      fc
        .boolean()
        .map((nullable) =>
          nullable && typeof field.schema.type === 'string'
            ? { schema: { ...field.schema, type: [field.schema.type, 'null'] }, values: [...field.values, 'null'] }
            : field,
        ),
    )
}

const LIST_ITEMS = new Set(['string', 'integer', 'number', 'boolean'])
const NAMES = ['a', 'b', 'ab', 'event id', 'é', '*', 'null', 'x-y', '$.a', 'a/b', '~1', '0', "it's", ',', ':']

interface ObjectCase {
  readonly schema: Record<string, unknown>
  readonly fields: readonly { readonly name: string; readonly values: readonly string[]; readonly required: boolean }[]
}

function objectArbitrary(deep: boolean): fc.Arbitrary<ObjectCase> {
  const inner = deep
    ? objectArbitrary(false).chain((object) =>
        fc
          .array(documentArbitrary(object), { minLength: 2, maxLength: 6 })
          .map((values): FieldCase => ({ schema: object.schema, values })),
      )
    : fieldArbitrary()
  const field = deep
    ? fc.oneof({ arbitrary: fieldArbitrary(), weight: 4 }, { arbitrary: inner, weight: 1 })
    : fieldArbitrary()
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(field, fc.boolean()), { minLength: 4, maxLength: 4 }),
      fc.boolean(),
    )
    .map(([names, cases, closed]) => {
      const fields = cases.slice(0, names.length).map(([{ schema, values }, required], at) => ({
        name: names[at] ?? '',
        schema,
        values,
        required,
      }))
      const properties = Object.fromEntries(fields.map(({ name, schema }) => [name, schema]))
      const required = fields.filter((each) => each.required).map(({ name }) => name)
      return {
        schema: { type: 'object', properties, required, ...(closed && { additionalProperties: false }) },
        fields,
      }
    })
}

/** A document of the object's fields: mostly well made, now and then with an odd value, a key too many or twice, or odd spaces. */
function documentArbitrary(object: ObjectCase): fc.Arbitrary<string> {
  const rarely = (chance: number): fc.Arbitrary<boolean> =>
    fc.integer({ min: 1, max: 100 }).map((roll) => roll <= chance)
  const members = fc.tuple(
    ...object.fields.map(({ name, values, required }) =>
      fc
        .tuple(rarely(required ? 2 : 30), rarely(4), odd, fc.constantFrom(...values))
        .map(([absent, strange, other, value]) => (absent ? [] : [`${quote(name)}:${strange ? other : value}`])),
    ),
  )
  const extras = fc.oneof(
    { arbitrary: fc.constant<string[]>([]), weight: 8 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...NAMES, 'other', 'more'), fc.oneof(odd, numbers))
        .map(([name, value]) => [`${quote(name)}:${value}`]),
      weight: 2,
    },
  )
  const space = fc.oneof(
    { arbitrary: fc.constant(''), weight: 5 },
    { arbitrary: fc.constantFrom(' ', '\n', '\t ', '\r\n', '\u00a0', ''), weight: 1 },
  )
  return fc.tuple(members, extras, space, rarely(3), fc.boolean()).map(([known, more, gap, trailing, reverse]) => {
    const all = [...known.flat(), ...more]
    if (reverse) all.reverse()
    return `{${gap}${all.join(`,${gap}`)}${trailing ? ',' : ''}}`
  })
}

function caseArbitrary(): fc.Arbitrary<{ schema: Record<string, unknown>; documents: string[] }> {
  return objectArbitrary(true).chain((object) => {
    const mangled = documentArbitrary(object).chain((text) =>
      fc.nat(text.length).map((at) => text.slice(0, at) + text.slice(at + 1)),
    )
    const document = fc.oneof({ arbitrary: documentArbitrary(object), weight: 9 }, { arbitrary: mangled, weight: 1 })
    return fc
      .array(document, { minLength: DOCUMENTS, maxLength: DOCUMENTS })
      .map((documents) => ({ schema: object.schema, documents }))
  })
}
