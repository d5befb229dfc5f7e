import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareContracts, compileContract, createExplainer, type Contract } from '#contract'

/**
 * Pairs of contracts, the second an edit of the first, and records for them. The promise: a step that is called
 * compatible or unchanged refuses no record that the contract before accepted.
 */
const PAIRS = Number(process.env.SMELT_PROPERTY_RUNS ?? 400)

it('a compatible step refuses nothing that was accepted', async () => {
  const seed = Number(process.env.SMELT_SEED ?? Date.now() % 2 ** 31)
  const seen = { unchanged: 0, compatible: 0, tightening: 0, breaking: 0, accepted: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(pairArbitrary(), async ({ before, after, documents }) => {
      const [first, second] = [compiled(before), compiled(after)]
      if (first === undefined || second === undefined) return
      // With no field in use, every verdict is about records alone.
      const { verdict } = compareContracts(first, second, [])
      expect(verdict).not.toBe('breaking')
      seen[verdict]++
      const options = { maxRecordBytes: 100_000 }
      const [explainFirst, explainSecond] = [
        await createExplainer(first, options),
        await createExplainer(second, options),
      ]
      let refused = false
      for (const text of documents) {
        const bytes = Buffer.from(text)
        if (!explainFirst(bytes).ok) continue
        seen.accepted++
        const now = explainSecond(bytes)
        if (now.ok) continue
        refused = true
        if (verdict !== 'tightening') {
          throw new Error(`${verdict}, but ${text} is refused: ${now.message}\n${JSON.stringify([before, after])}`)
        }
      }
      if (refused) seen.refused++
    }),
    { seed, numRuns: PAIRS, endOnFailure: true },
  )
  // A generator that makes only one kind of step, or no valid record, would prove nothing.
  expect(seen.compatible).toBeGreaterThan(PAIRS / 20)
  expect(seen.tightening).toBeGreaterThan(PAIRS / 20)
  expect(seen.accepted).toBeGreaterThan(PAIRS)
  expect(seen.refused).toBeGreaterThan(PAIRS / 40)
  console.log(`seed ${seed}: ${JSON.stringify(seen)}`)
})

function compiled(schema: object): Contract | undefined {
  return compileContract({ file: 'generated.json', text: JSON.stringify(schema) }).contract
}

type Schema = Record<string, unknown>

/** Values that keywords take, small enough to meet each other. */
const POOL: Readonly<Record<string, readonly unknown[]>> = {
  type: [
    'string',
    'integer',
    'number',
    'boolean',
    'object',
    'array',
    ['string', 'null'],
    ['integer', 'string'],
    ['number', 'null'],
  ],
  enum: [['a', 'b'], ['a', 'b', 'c'], ['a', null], [1, 2], [1, 2, 2.5], ['a', 1], []],
  const: ['a', 1, null],
  minimum: [0, 1, -1, 0.5],
  maximum: [2, 3, 10],
  exclusiveMinimum: [0, -1, 0.5],
  exclusiveMaximum: [2, 3, 10],
  multipleOf: [1, 2, 0.5, 0.1, 3],
  minLength: [0, 1, 2],
  maxLength: [1, 2, 5],
  pattern: ['^a', 'b$', '^[a-c]*$'],
  format: ['date', 'email'],
  minItems: [0, 1, 2],
  maxItems: [1, 2, 3],
  uniqueItems: [true, false],
  minProperties: [0, 1],
  maxProperties: [1, 2],
  'x-smelt-type': ['decimal(4,2)', 'decimal(6,2)', 'decimal(6,4)', 'decimal(3,0)'],
  additionalProperties: [true, false, { type: 'string' }, { type: 'integer' }],
  required: [['p'], ['q'], ['p', 'q'], []],
  $ref: ['#/$defs/one', '#/$defs/two'],
  minContains: [0, 1, 2],
}
const NESTED = ['items', 'not', 'contains', 'propertyNames', 'if', 'then', 'else']
const LISTS = ['anyOf', 'allOf', 'oneOf', 'prefixItems']

/** A keyword with a value, or a part of a schema that holds schemas. */
function keywordArbitrary(depth: number): fc.Arbitrary<readonly [string, unknown]> {
  const plain = fc
    .constantFrom(...Object.keys(POOL))
    .chain((key) => fc.constantFrom(...(POOL[key] ?? [])).map((value) => [key, value] as const))
  if (depth === 0) return plain
  const inner = schemaArbitrary(depth - 1)
  const map = fc.dictionary(fc.constantFrom('p', 'q', 'r'), inner, { minKeys: 1, maxKeys: 3 })
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 2, arbitrary: map.map((value) => ['properties', value] as const) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...NESTED), inner) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...LISTS), fc.array(inner, { minLength: 1, maxLength: 2 })) },
    { weight: 1, arbitrary: inner.map((value) => ['patternProperties', { '^p': value }] as const) },
  )
}

function schemaArbitrary(depth: number): fc.Arbitrary<Schema> {
  const typed = fc.constantFrom<Schema>({}, ...(POOL.type ?? []).map((type) => ({ type })))
  return fc
    .tuple(typed, fc.array(keywordArbitrary(depth), { maxLength: 3 }))
    .map(([base, keywords]) => ({ ...base, ...Object.fromEntries(keywords) }))
}

/** A contract of one object; its definitions are what references lead to. */
const contractArbitrary = fc
  .record({
    properties: fc.dictionary(fc.constantFrom('x', 'y', 'z'), schemaArbitrary(2), { minKeys: 1, maxKeys: 3 }),
    one: schemaArbitrary(0),
    two: schemaArbitrary(0),
    open: fc.boolean(),
  })
  .map(({ properties, one, two, open }): Schema => ({
    type: 'object',
    ...(open ? {} : { additionalProperties: false }),
    properties,
    // A definition that is itself a reference could lead in a circle.
    $defs: { one: without(one, '$ref'), two: without(two, '$ref') },
  }))

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([each]) => each !== key))
}

/** Where in a schema to edit, and what to put there: a keyword is set, taken away, or given another value. */
interface Edit {
  readonly at: number
  readonly keyword: readonly [string, unknown]
  readonly kind: 'set' | 'drop' | 'change' | 'member'
  /** For an edit of the contract's own members: the name, and what is declared of it. */
  readonly name: string
  readonly schema: Schema
  readonly pick: number
}

const editArbitrary: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(30),
  keyword: keywordArbitrary(1),
  kind: fc.constantFrom('set', 'drop', 'change', 'drop', 'change', 'member', 'member'),
  name: fc.constantFrom('x', 'y', 'z', 'w'),
  schema: schemaArbitrary(1),
  pick: fc.nat(30),
})

function edited(contract: Schema, edits: readonly Edit[]): Schema {
  const copy = structuredClone(contract)
  for (const edit of edits) {
    const { at, keyword, kind, pick } = edit
    if (kind === 'member') {
      editMember(copy, edit)
      continue
    }
    const places = [...schemasIn(copy)].slice(1)
    const place = places[at % places.length]
    if (place === undefined) continue
    const keys = Object.keys(place)
    const key = keys[pick % Math.max(1, keys.length)] ?? ''
    const others = POOL[key]
    if (kind === 'set') place[keyword[0]] = keyword[1]
    else if (kind === 'change' && others !== undefined) place[key] = others[pick % others.length]
    else Reflect.deleteProperty(place, key)
  }
  return copy
}

/** Declares a member, takes it away, requires it, or opens and closes the contract. */
function editMember(contract: Schema, { name, schema, pick }: Edit): void {
  const properties = { ...(contract.properties as Schema) }
  const known = Object.hasOwn(properties, name)
  if (pick % 4 === 0) contract.additionalProperties = contract.additionalProperties === false
  else if (pick % 4 === 1 && known) contract.required = contract.required === undefined ? [name] : []
  else if (pick % 4 === 2) contract.properties = { ...properties, [name]: schema }
  else if (known) contract.properties = without(properties, name)
}

function* schemasIn(schema: Schema): Generator<Schema> {
  yield schema
  const isSchema = (value: unknown): value is Schema =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  for (const [key, value] of Object.entries(schema)) {
    if (['properties', '$defs', 'patternProperties'].includes(key) && isSchema(value)) {
      for (const each of Object.values(value)) if (isSchema(each)) yield* schemasIn(each)
    } else if (NESTED.includes(key) && isSchema(value)) yield* schemasIn(value)
    else if (LISTS.includes(key) && Array.isArray(value))
      for (const each of value) if (isSchema(each)) yield* schemasIn(each)
  }
}

const SCALARS = [
  '"a"',
  '"b"',
  '"ab"',
  '"abc"',
  '"2026-01-01"',
  '"a@b.c"',
  '"1.25"',
  '"12"',
  '""',
  '0',
  '1',
  '2',
  '2.5',
  '0.1',
  '3',
  '12',
  '-1',
  '1.0',
  '1e2',
  '123456789012345678901234567890',
  'null',
  'true',
]

/** JSON texts of small values. */
function valueArbitrary(depth: number): fc.Arbitrary<string> {
  const scalar = fc.constantFrom(...SCALARS)
  if (depth === 0) return scalar
  const inner = valueArbitrary(depth - 1)
  return fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }).map((items) => `[${items.join(',')}]`) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom('p', 'q', 'r'), inner, { maxKeys: 3 }).map(objectText) },
  )
}

function objectText(members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members)
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(',')}}`
}

function pairArbitrary(): fc.Arbitrary<{ before: Schema; after: Schema; documents: readonly string[] }> {
  const document = fc.dictionary(fc.constantFrom('x', 'y', 'z', 'w'), valueArbitrary(2), { maxKeys: 4 }).map(objectText)
  return fc
    .record({
      before: contractArbitrary,
      edits: fc.array(editArbitrary, { minLength: 1, maxLength: 2 }),
      documents: fc.array(document, { minLength: 40, maxLength: 40 }),
    })
    .map(({ before, edits, documents }) => ({ before, after: edited(before, edits), documents }))
}
