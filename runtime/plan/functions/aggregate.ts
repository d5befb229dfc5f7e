import type { DataType } from '#contract'
import type { AggregateName, Expr } from '../types.ts'
import { DOUBLE, LONG, STRING } from '../expression/data-type.ts'
import { ANY, NUMBER, ORDERED, text, typeOf, type FunctionSpec, type Parameter } from './definition.ts'

/** An aggregate: `null` over no rows, except where `nullable` is false. Nulls are left out, except by `array_agg`. */
export type AggregateSpec = Omit<FunctionSpec, 'name' | 'examples' | 'nullable' | 'check'> & {
  readonly name: AggregateName
  readonly nullable: boolean
  /** Takes `*` in place of an argument, and `distinct`. */
  readonly counts?: true
}

const x: Parameter = { name: 'x', kinds: NUMBER }
const double: Parameter = { name: 'x', kinds: ['double', 'long', 'decimal'] }

function sumOf(args: readonly Expr[]): DataType {
  const type = args[0]?.type ?? DOUBLE
  return type.kind === 'decimal' ? { ...type, precision: 38 } : type
}

function listOf(args: readonly Expr[]): DataType {
  const [value] = args
  return { kind: 'list', element: { type: value?.type ?? STRING, nullable: value?.nullable ?? true } }
}

function spread(name: AggregateName, doc: string): AggregateSpec {
  return { name, parameters: [double], returns: DOUBLE, nullable: true, doc }
}

/** Aggregates. No result depends on the order of rows, on batches or on threads (DESIGN section 5, numbers). */
export const AGGREGATES: readonly AggregateSpec[] = [
  {
    name: 'count',
    parameters: [{ name: 'x', kinds: ANY }],
    returns: LONG,
    nullable: false,
    counts: true,
    doc: '`count(*)`: rows. `count(x)`: rows where x is not null. `count(distinct x)`: different values of x.',
  },
  {
    name: 'sum',
    parameters: [x],
    returns: sumOf,
    nullable: true,
    doc: 'The exact sum. Doubles are taken at nine decimal places; a sum of longs that no long holds is null.',
  },
  {
    name: 'avg',
    parameters: [x],
    returns: DOUBLE,
    nullable: true,
    doc: 'The exact sum divided by the count, as a double.',
  },
  {
    name: 'min',
    parameters: [{ name: 'x', kinds: ORDERED }],
    returns: typeOf(0),
    nullable: true,
    doc: 'The least value.',
  },
  {
    name: 'max',
    parameters: [{ name: 'x', kinds: ORDERED }],
    returns: typeOf(0),
    nullable: true,
    doc: 'The greatest value.',
  },
  {
    name: 'first',
    parameters: [{ name: 'x', kinds: ANY }],
    returns: typeOf(0),
    nullable: true,
    doc: 'The value of the first row that has one, by event time, topic partition, offset.',
  },
  {
    name: 'last',
    parameters: [{ name: 'x', kinds: ANY }],
    returns: typeOf(0),
    nullable: true,
    doc: 'The value of the last row that has one, by event time, topic partition, offset.',
  },
  spread('stddev_pop', 'Standard deviation of the population.'),
  spread('stddev_samp', 'Standard deviation of the sample; null below two values.'),
  spread('var_pop', 'Variance of the population.'),
  spread('var_samp', 'Variance of the sample; null below two values.'),
  {
    name: 'percentile',
    parameters: [
      double,
      {
        name: 'fraction',
        kinds: ['double'],
        literal: (value) => (Number(value) >= 0 && Number(value) <= 1 ? undefined : 'must be from 0 to 1'),
      },
    ],
    returns: DOUBLE,
    nullable: true,
    doc: 'The value below which the fraction lies, interpolated between neighbours.',
  },
  {
    name: 'string_agg',
    parameters: [text('x'), text('separator', { literal: () => undefined })],
    returns: STRING,
    nullable: true,
    doc: 'The texts in ascending order, joined by the separator.',
  },
  {
    name: 'array_agg',
    parameters: [{ name: 'x', kinds: ORDERED }],
    returns: listOf,
    nullable: true,
    doc: 'The values in ascending order, nulls last.',
  },
]
