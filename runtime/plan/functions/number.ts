import type { DataType } from '#contract'
import type { Expr } from '../types.ts'
import { DOUBLE, LONG } from '../expression/data-type.ts'
import { long, NUMBER, typeOf, type ArgumentsCheck, type FunctionSpec, type Parameter } from './definition.ts'

const x: Parameter = { name: 'x', kinds: NUMBER }
const double: Parameter = { name: 'x', kinds: ['double'] }
const digits = long('digits', {
  optional: true,
  literal: (value) => (Number(value) >= 0 && Number(value) <= 38 ? undefined : 'must be from 0 to 38'),
})

/** A decimal keeps `digits` of its scale, none by default; other numbers keep their type. */
function rounded(args: readonly Expr[]): DataType {
  const [value, places] = args
  if (value?.type.kind !== 'decimal') return value?.type ?? DOUBLE
  const scale = places?.kind === 'literal' ? Number(places.value) : 0
  return { ...value.type, scale: Math.min(scale, value.type.scale) }
}

const onlyDecimal: ArgumentsCheck = ([value, places]) =>
  places && value?.type.kind !== 'decimal'
    ? {
        index: 1,
        detail:
          'needs a decimal: doubles have no decimal digits to round to; write `round(cast(x as decimal(18, 4)), 2)`',
      }
    : undefined

/** Functions of numbers. What a type cannot hold is an overflow; what has no result is null. */
export const NUMBER_FUNCTIONS: readonly FunctionSpec[] = [
  {
    name: 'abs',
    parameters: [x],
    returns: typeOf(0),
    doc: 'The magnitude.',
    examples: [
      ['abs(-5)', 5],
      ['abs(cast(-1.50 as decimal(5, 2)))', '1.50'],
      ['abs(-9223372036854775808)', null],
    ],
  },
  {
    name: 'sign',
    parameters: [x],
    returns: LONG,
    doc: '-1, 0 or 1.',
    examples: [
      ['sign(-2.5)', -1],
      ['sign(0)', 0],
      ['sign(cast(0.01 as decimal(3, 2)))', 1],
    ],
  },
  {
    name: 'ceil',
    parameters: [x],
    returns: rounded,
    doc: 'The least whole number not below.',
    examples: [
      ['ceil(1.2)', 2],
      ['ceil(-1.2)', -1],
      ['ceil(cast(9.9 as decimal(2, 1)))', '10'],
      ['ceil(7)', 7],
    ],
  },
  {
    name: 'floor',
    parameters: [x],
    returns: rounded,
    doc: 'The greatest whole number not above.',
    examples: [
      ['floor(1.8)', 1],
      ['floor(-1.2)', -2],
      ['floor(cast(-9.9 as decimal(2, 1)))', '-10'],
      ['floor(9007199254740993)', '9007199254740993'],
    ],
  },
  {
    name: 'round',
    parameters: [x, digits],
    returns: rounded,
    check: onlyDecimal,
    doc: 'Rounded half away from zero; to digits after the point for decimals only.',
    examples: [
      ['round(2.5)', 3],
      ['round(-2.5)', -3],
      ['round(0.49999999999999994)', 0],
      ['round(cast(1.005 as decimal(5, 3)), 2)', '1.01'],
      ['round(cast(-1.25 as decimal(5, 2)), 1)', '-1.3'],
      ['round(cast(9.99 as decimal(3, 2)))', '10'],
      ['round(7)', 7],
    ],
  },
  {
    name: 'trunc',
    parameters: [x, digits],
    returns: rounded,
    check: onlyDecimal,
    doc: 'Without the digits after the point; for decimals, without those after `digits`.',
    examples: [
      ['trunc(-1.9)', -1],
      ['trunc(cast(1.299 as decimal(5, 3)), 1)', '1.2'],
      ['cast(trunc(1.9) as long)', 1],
    ],
  },
  {
    name: 'div',
    parameters: [long('dividend'), long('divisor')],
    returns: LONG,
    nullable: true,
    doc: 'Whole division towards zero; null on a zero divisor.',
    examples: [
      ['div(-7, 2)', -3],
      ['div(7, 0)', null],
      ['div(-9223372036854775808, -1)', null],
    ],
  },
  {
    name: 'power',
    parameters: [
      { name: 'base', kinds: ['double'] },
      { name: 'exponent', kinds: ['double'] },
    ],
    returns: DOUBLE,
    nullable: true,
    doc: 'Null for a negative base with a fractional exponent, and for zero with a negative one.',
    examples: [
      ['power(2, 10)', 1024],
      ['power(-8, 3)', -512],
      ['power(-8, 0.5)', null],
      ['power(0, -1)', null],
      ['power(0, 0)', 1],
      ['power(1e300, 2)', null],
    ],
  },
  {
    name: 'sqrt',
    parameters: [double],
    returns: DOUBLE,
    nullable: true,
    doc: 'Null below zero.',
    examples: [
      ['sqrt(9)', 3],
      ['sqrt(-1)', null],
    ],
  },
  {
    name: 'exp',
    parameters: [double],
    returns: DOUBLE,
    doc: 'e to the power of x.',
    examples: [
      ['exp(0)', 1],
      ['exp(-1000)', 0],
      ['exp(1000)', null],
    ],
  },
  {
    name: 'ln',
    parameters: [double],
    returns: DOUBLE,
    nullable: true,
    doc: 'Natural logarithm; null at zero and below.',
    examples: [
      ['ln(1)', 0],
      ['ln(0)', null],
      ['ln(-1)', null],
    ],
  },
  {
    name: 'log10',
    parameters: [double],
    returns: DOUBLE,
    nullable: true,
    doc: 'Logarithm to base 10; null at zero and below.',
    examples: [
      ['log10(1000)', 3],
      ['log10(0)', null],
    ],
  },
]
