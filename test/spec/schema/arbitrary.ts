import fc from 'fast-check'
import type { NounShape, Shape } from '../../../runtime/spec/kinds/kind.ts'
import type { Plain } from '../../../runtime/spec/schema/plain-value.ts'
import { readable, smallest, type Mapping, type Place } from './documents.ts'

/** Texts that mean something to some field, and texts that mean nothing to any. */
const TEXTS = [
  ...['', ' ', 'a', 'abc', 'A b', 'ab-c', '0', 'true', 'null', 'a\nb', 'inventory', 'hash', 'quarantine', 'duration'],
  ...['5m', '0s', '5 m', '24h', '64MB', '64 MiB', '0B', '5x', 'a.csv', 'localhost:9092', 'http://a', '[a]', 'day(a)'],
  ...['2026-03-01T12:00:00Z', '+10m', '-0s', '//79', 'devices', 'silver.devices', 'record/late'],
  ...['${env.X}', 'a ${env.X} b', '${params.p}', '${secrets.S}', 'a ${secrets.S}', '${env.X}${params.p}', '$${a}'],
  ...['${', '${a}', '${env.}', '${params.p:-1}', '${enw.X}', '$$${env.X}', '${env.X:-5', '{tenant}'],
]

const scalar: fc.Arbitrary<Plain> = fc.oneof(
  fc.constantFrom<Plain>(...TEXTS),
  fc.constantFrom<Plain>(true, false, 0, 1, 2, -1, 1.5, 1024),
)

/** Any value, small. No null: an expression of that text is for the plan to refuse. */
const anything: fc.Arbitrary<Plain> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'abc', 'expr', 'from', 'x y'), scalar, { maxKeys: 2 }),
)

/** Mostly right values of a shape. */
function valueOf(shape: Shape): fc.Arbitrary<Plain> {
  switch (shape.type) {
    case 'noun':
      return nounOf(shape)
    case 'list':
      return fc.array(valueOf(shape.item), { minLength: 1, maxLength: 3 })
    case 'named':
      return valueOf(shape.entry).map((value) => ({ abc: value }))
    case 'either':
      return fc.oneof(...shape.options.map(valueOf))
    case 'by-key':
      return fc.oneof(valueOf(shape.marked), valueOf(shape.plain))
    case 'json':
      return shape.object ? fc.dictionary(fc.constantFrom('a', 'b c'), anything, { maxKeys: 2 }) : anything
    case 'without-params':
    case 'as-written':
      return valueOf(shape.of)
    case 'choice':
      return fc.constantFrom(...shape.values)
    case 'nothing':
      return fc.constant(null)
    case 'literal':
      return shape.nullable ? fc.oneof(scalar, fc.constant(null)) : scalar
    default:
      return scalar
  }
}

/** A noun with some of its fields: those it needs, mostly, and mostly with values of their shape. */
function nounOf(noun: NounShape): fc.Arbitrary<Mapping> {
  const known = readable(noun)
  const fields = fc.subarray(known, { maxLength: Math.min(3, known.length) })
  const written = fields.chain((chosen) =>
    fc.tuple(
      ...chosen.map(([key, field]) => fc.tuple(fc.constant(key), fc.oneof(valueOf(field.kind.shape), anything))),
    ),
  )
  return fc
    .tuple(written, fc.option(fc.constantFrom(...readable(noun).map(([key]) => key)), { nil: undefined }), fault)
    .map(([entries, key, change]) => change({ ...smallest(noun, key), ...Object.fromEntries(entries) }))
}

/** Mostly nothing; else a key that goes, comes, or changes. */
const fault: fc.Arbitrary<(noun: Mapping) => Mapping> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((noun: Mapping) => noun) },
  fc.nat(20).map((index) => (noun: Mapping) => {
    const entries = Object.entries(noun)
    return Object.fromEntries(entries.filter((_, at) => at !== index % entries.length))
  }),
  fc
    .tuple(fc.constantFrom('retention', 'nothing', 'form', 'x y', ''), scalar)
    .map(([key, value]) => (noun: Mapping) => ({ ...noun, [key]: value })),
)

/** Documents in which the noun at `place` is anything between right and wrong. */
export function documentsAt({ noun, change }: Place): fc.Arbitrary<Plain> {
  return fc.oneof({ weight: 9, arbitrary: nounOf(noun) }, anything).map((value) => change(() => value))
}
