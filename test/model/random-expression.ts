import type { seededRandom } from '../support/random.ts'

export type Random = ReturnType<typeof seededRandom>

/** The types that random expressions have. */
export type Kind = 'long' | 'double' | 'string' | 'boolean' | 'timestamp'

/** Columns that an expression may read, by name. */
export type Columns = Readonly<Record<string, Kind>>

/** A random expression of a type, as a user would write it. */
export function randomExpression(random: Random, kind: Kind, columns: Columns, depth = random.below(3)): string {
  const known = Object.keys(columns).filter((name) => columns[name] === kind)
  if (depth <= 0) return random.next() < 0.85 && known.length > 0 ? random.pick(known) : random.pick(LITERALS[kind])
  const of = (next: Kind): string => randomExpression(random, next, columns, depth - 1)
  return random.pick(FORMS[kind])(of, random)
}

const LITERALS: Readonly<Record<Kind, readonly string[]>> = {
  long: ['0', '2', '7', '-3', '4000000000'],
  double: ['0.5', '2.0', '-1.25'],
  string: ["'x'", "'Zürich'", "''"],
  boolean: ['true', 'false'],
  timestamp: ["timestamp '2026-11-20T10:03:00Z'", "timestamp '2026-11-20T10:05:30.25Z'"],
}

type Form = (of: (kind: Kind) => string, random: Random) => string

const either =
  (kind: Kind): Form =>
  (of) =>
    `case when ${of('boolean')} then ${of(kind)} else ${of(kind)} end`
const first =
  (kind: Kind): Form =>
  (of) =>
    `coalesce(${of(kind)}, ${of(kind)})`

const FORMS: Readonly<Record<Kind, readonly Form[]>> = {
  long: [
    (of, random) => `(${of('long')} ${random.pick(['+', '-', '*', '%'])} ${of('long')})`,
    (of) => `(${of('long')} * 3000000000)`,
    (of) => `(${of('long')} - 9000000000000000000)`,
    (of) => `div(${of('long')}, ${of('long')})`,
    (of) => `length(${of('string')})`,
    (of) => `to_epoch_ms(${of('timestamp')})`,
    (of) => `greatest(${of('long')}, ${of('long')})`,
    either('long'),
    first('long'),
  ],
  double: [
    (of, random) => `(${of('double')} ${random.pick(['+', '-', '*', '/'])} ${of('double')})`,
    (of) => `(${of('long')} / ${of('long')})`,
    (of) => `(${of('double')} * ${of('long')})`,
    either('double'),
    first('double'),
  ],
  string: [
    (of) => `(${of('string')} || '-' || ${of('string')})`,
    (of, random) => `${random.pick(['lower', 'upper'])}(${of('string')})`,
    either('string'),
    first('string'),
  ],
  boolean: [
    (of, random) => `(${of('long')} ${random.pick(['<', '=', '>=', '<>'])} ${of('long')})`,
    (of, random) => `(${of('double')} ${random.pick(['<', '>'])} ${of('double')})`,
    (of) => `(${of('string')} = ${of('string')})`,
    (of) => `(${of('string')} in ('x', 'y'))`,
    (of) => `(${of('long')} between 1 and 6)`,
    (of, random) => `(${of(random.pick(['long', 'double', 'string']))} is ${random.pick(['', 'not '])}null)`,
    (of, random) => `(${of('boolean')} ${random.pick(['and', 'or'])} ${of('boolean')})`,
    (of) => `(not ${of('boolean')})`,
    (of, random) => `(${of('timestamp')} ${random.pick(['<', '>='])} ${of('timestamp')})`,
    (of) => `starts_with(${of('string')}, 'x')`,
  ],
  timestamp: [
    (of, random) => `date_trunc('${random.pick(['second', 'minute', 'hour'])}', ${of('timestamp')})`,
    (of, random) => `(${of('timestamp')} ${random.pick(['+', '-'])} interval '${1 + random.below(90)}' second)`,
    either('timestamp'),
  ],
}

/** A random aggregate over columns, as a measure. */
export function randomMeasure(random: Random, columns: Columns): string {
  const of = (kind: Kind): string => randomExpression(random, kind, columns, random.below(2))
  const number = (): string => of(random.pick(['long', 'double']))
  const aggregate = random.pick<() => string>([
    () => 'count(*)',
    () => `count(${of(random.pick(['long', 'string', 'boolean']))})`,
    () => `count(distinct ${of(random.pick(['long', 'string']))})`,
    () => `sum(${number()})`,
    () => `avg(${number()})`,
    () => `${random.pick(['min', 'max'])}(${of(random.pick(['long', 'double', 'string', 'timestamp']))})`,
    () => `${random.pick(['first', 'last'])}(${of(random.pick(['long', 'double', 'string', 'boolean']))})`,
    () => `${random.pick(['stddev_pop', 'var_samp'])}(${number()})`,
    () => `percentile(${number()}, ${random.pick(['0.5', '0.9', '0.0'])})`,
    () => `string_agg(${of('string')}, '|')`,
  ])()
  return random.next() < 0.2 ? `${aggregate} filter (where ${of('boolean')})` : aggregate
}
