import type { AggregatePlan, ColumnExpr, MeasurePlan } from '#plan'
import { evaluate, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { byOrder, compareValues, keyOf, type SilverRow } from './given.ts'

/** Doubles of this magnitude or more have no place in an exact sum. */
const SUM_LIMIT = 1e20

const readTable =
  (values: Row) =>
  ({ path }: ColumnExpr): Value =>
    values[path.join('.')] ?? null

/** The measure over the rows of a window and group. */
export function measure(plan: MeasurePlan, rows: readonly SilverRow[]): Value {
  const ordered = [...rows].sort(byOrder)
  const finals = plan.aggregates.map((each) => aggregate(each, ordered))
  return evaluate(plan.expr, ({ path }) => finals[Number(path[0]?.slice(1))] ?? null).value
}

/** True when a row has a value for the aggregate that its type cannot hold. */
export function cannotHold(plan: AggregatePlan, row: SilverRow): boolean {
  const read = readTable(row.values)
  const filter = plan.filter && evaluate(plan.filter, read)
  if (filter?.overflow === true) return true
  if (filter !== undefined && filter.value !== true) return false
  const summed = ['sum', 'avg', 'stddev_pop', 'stddev_samp', 'var_pop', 'var_samp'].includes(plan.fn)
  return plan.args.some((arg) => {
    const { value, overflow } = evaluate(arg, read)
    return overflow || (summed && typeof value === 'number' && Math.abs(value) >= SUM_LIMIT)
  })
}

function aggregate(plan: AggregatePlan, rows: readonly SilverRow[]): Value {
  const taken = rows.filter(({ values }) => !plan.filter || evaluate(plan.filter, readTable(values)).value === true)
  const [arg, second] = plan.args
  if (arg === undefined) return BigInt(taken.length)
  const values = taken.map((row) => evaluate(arg, readTable(row.values)).value).filter((value) => value !== null)
  const sorted = [...values].sort(compareValues)
  const extra = second?.kind === 'literal' ? second.value : null
  switch (plan.fn) {
    case 'count':
      return BigInt(plan.distinct ? new Set(values.map((each) => keyOf([each]))).size : values.length)
    case 'sum':
      return sum(values)
    case 'avg': {
      const total = sum(values, true)
      return total === null ? null : Number(total) / values.length
    }
    case 'min':
      return sorted[0] ?? null
    case 'max':
      return sorted.at(-1) ?? null
    case 'first':
      return values[0] ?? null
    case 'last':
      return values.at(-1) ?? null
    case 'string_agg':
      return values.length === 0 ? null : sorted.join(String(extra))
    case 'percentile':
      return percentile(sorted.map(Number), Number(extra))
    case 'var_pop':
      return variance(values.map(Number), 0)
    case 'var_samp':
      return variance(values.map(Number), 1)
    case 'stddev_pop':
      return rooted(variance(values.map(Number), 0))
    case 'stddev_samp':
      return rooted(variance(values.map(Number), 1))
    case 'array_agg':
      throw new Error('the model has no lists')
  }
}

/** The exact sum: longs as they are, doubles at nine decimal places. A sum of longs that no long holds is null. */
function sum(values: readonly Value[], unbounded = false): bigint | number | null {
  if (values.length === 0) return null
  const whole = values.reduce<bigint>((total, each) => total + (typeof each === 'bigint' ? each : nanos(each)), 0n)
  if (typeof values[0] !== 'bigint') return Number(whole) / 1e9
  return unbounded || BigInt.asIntN(64, whole) === whole ? whole : null
}

function nanos(value: Value): bigint {
  const number = Number(value)
  return BigInt(Math.trunc(number)) * 1_000_000_000n + BigInt(Math.round((number % 1) * 1e9))
}

function variance(values: readonly number[], less: number): number | null {
  if (values.length <= less) return null
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.reduce((total, each) => total + (each - mean) ** 2, 0) / (values.length - less)
}

function rooted(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value)
}

/** Interpolated between neighbours. */
function percentile(sorted: readonly number[], fraction: number): number | null {
  const place = (sorted.length - 1) * fraction
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low === undefined || high === undefined ? null : low + (high - low) * (place % 1)
}
