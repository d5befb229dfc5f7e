import type { AggregatePlan, DataType, Expr } from '#plan'
import { finite } from './bind.ts'
import { expressionSql, overflowSql, type ReadColumn } from './expression.ts'
import { quoteIdentifier } from './identifier.ts'
import { literalSql, typeSql } from './literal.ts'

/** One column of the state of an aggregate. */
export interface PartialColumn {
  readonly name: string
  readonly type: string
  /** Aggregate over input rows, of type `type`. */
  readonly fromRows: string
  /** Aggregate over rows of partials, of type `type`: merging may happen any number of times, in any order. */
  readonly merge: string
}

/** An aggregate cut into partials: the rows of a window meet in batches, and the result must not depend on how. */
export interface AggregateSql {
  readonly partials: readonly PartialColumn[]
  /** The result, over the merged partials of one group; of the aggregate's type. */
  readonly final: string
  /** Boolean over an input row, never null: the row has a value that the aggregate cannot hold (`record/overflow`). */
  readonly reject?: string
  /** Boolean over the merged partials, never null: the result is null because its type cannot hold it. */
  readonly overflow?: string
}

/** The order of rows for `first` and `last`, as SQL over an input row. */
export interface RowOrder {
  /** TIMESTAMP. */
  readonly eventTime: string
  readonly partition: string
  readonly offset: string
}

/** What the forms of all aggregates are built from. */
interface Input {
  readonly agg: AggregatePlan
  /** The first argument, a null without a value where there is none. */
  readonly value: string
  readonly type: DataType
  /** ` FILTER (WHERE ...)` of the aggregate and of `extra` conditions. */
  readonly filter: (extra?: string) => string
  readonly name: (part: string) => string
}

/** Doubles are summed at nine decimal places, in 38 digits. */
const SUM_TYPE = 'DECIMAL(38,9)'
/** Magnitude that a double must be below: 20 of 29 digits before the point, so that 10^9 rows cannot overflow the sum. */
const DOUBLE_LIMIT = '1e20'
/** The same for decimals: a value has at most 29 of 38 digits. */
const DECIMAL_DIGITS = 29

/**
 * The SQL of the aggregate at `index` of its table; `column` reads the columns of an input row. Results are equal to the
 * bit however the rows are cut into batches, in whatever order they are merged, on any number of threads. Nothing raises
 * as long as rows that `reject` names are left out and a group has at most 10^9 rows.
 */
export function aggregateSql(agg: AggregatePlan, index: number, column: ReadColumn, order: RowOrder): AggregateSql {
  const [arg] = agg.args
  const condition = agg.filter && expressionSql(agg.filter, column)
  const input: Input = {
    agg,
    value: arg ? expressionSql(arg, column) : 'NULL',
    type: arg?.type ?? agg.type,
    filter: (extra) => {
      const all = [condition, extra].filter((each) => each !== undefined)
      return all.length === 0 ? '' : ` FILTER (WHERE ${all.join(' AND ')})`
    },
    name: (part) => quoteIdentifier(`_a${index}_${part}`),
  }
  const form = formOf(input, order)
  const reject = rejectSql(agg, form.limit, condition, column)
  return {
    partials: form.partials.map((partial) => ({ ...partial, name: partial.name.slice(1, -1) })),
    final: form.final,
    ...(reject === undefined ? {} : { reject }),
    ...(form.overflow === undefined ? {} : { overflow: form.overflow }),
  }
}

/** `limit` is the condition, over the argument, under which a row is refused. */
type Form = Pick<AggregateSql, 'partials' | 'final' | 'overflow'> & { readonly limit?: string }

function formOf(input: Input, order: RowOrder): Form {
  const { agg, type } = input
  switch (agg.fn) {
    case 'count':
      return agg.distinct ? distinctForm(input) : countForm(input)
    case 'sum':
      return sumForm(input)
    case 'avg':
      return avgForm(input)
    case 'min':
    case 'max': {
      const name = input.name(agg.fn)
      const fromRows = `${agg.fn}(${unsigned(input)})${input.filter()}`
      return { partials: [{ name, type: typeSql(type), fromRows, merge: `${agg.fn}(${name})` }], final: name }
    }
    case 'first':
    case 'last':
      return orderedForm(input, order)
    case 'percentile': {
      const fraction = agg.args[1]?.kind === 'literal' ? literalSql(agg.args[1]) : '0.5e0'
      return listForm(input, 'DOUBLE', asDouble(input), (list) =>
        finite(`list_aggregate(${list}, 'quantile_cont', ${fraction})`),
      )
    }
    case 'string_agg': {
      const separator = agg.args[1]?.kind === 'literal' ? literalSql(agg.args[1]) : "''"
      return listForm(input, 'VARCHAR', input.value, (list) => `array_to_string(list_sort(${list}), ${separator})`)
    }
    case 'array_agg':
      return listForm(input, typeSql(type), unsigned(input), (list) => `list_sort(${list}, 'ASC', 'NULLS LAST')`, true)
    case 'stddev_pop':
    case 'stddev_samp':
    case 'var_pop':
    case 'var_samp': {
      const held = `CASE WHEN abs(${asDouble(input)}) < ${DOUBLE_LIMIT} THEN ${asDouble(input)} END`
      const form = listForm(input, 'DOUBLE', held, (list) => `list_aggregate(list_sort(${list}), '${agg.fn}')`)
      return { ...form, ...(type.kind === 'long' ? {} : { limit: `abs(${asDouble(input)}) >= ${DOUBLE_LIMIT}` }) }
    }
  }
}

function countForm({ agg, value, filter, name }: Input): Form {
  const count = name('count')
  const fromRows = `count(${agg.args.length === 0 ? '*' : value})${filter()}`
  return { partials: [{ name: count, type: 'BIGINT', fromRows, merge: `CAST(sum(${count}) AS BIGINT)` }], final: count }
}

/** The different values themselves: counts of batches cannot be added. */
function distinctForm({ value, type, filter, name }: Input): Form {
  const values = name('values')
  const partial = {
    name: values,
    type: `${typeSql(type)}[]`,
    fromRows: `list(DISTINCT ${value})${filter(`${value} IS NOT NULL`)}`,
    merge: `list_distinct(${concatenated(values)})`,
  }
  return { partials: [partial], final: `coalesce(len(${values}), 0)` }
}

function sumForm(input: Input): Form {
  const { partial, limit } = exactSum(input)
  if (input.type.kind === 'double') return { partials: [partial], final: `CAST(${partial.name} AS DOUBLE)`, ...limit }
  if (input.type.kind !== 'long') return { partials: [partial], final: partial.name, ...limit }
  const final = `TRY_CAST(${partial.name} AS BIGINT)`
  return { partials: [partial], final, overflow: `(${partial.name} IS NOT NULL AND ${final} IS NULL)` }
}

function avgForm(input: Input): Form {
  const { partial, limit } = exactSum(input)
  const count = input.name('count')
  const counted: PartialColumn = {
    name: count,
    type: 'BIGINT',
    fromRows: `count(${input.value})${input.filter()}`,
    merge: `CAST(sum(${count}) AS BIGINT)`,
  }
  return { partials: [partial, counted], final: `(CAST(${partial.name} AS DOUBLE) / ${count})`, ...limit }
}

/** The sum of a number without rounding; null over no values. A value that `limit` names is left out of it. */
function exactSum({ type, value, filter, name }: Input): { partial: PartialColumn; limit: Pick<Form, 'limit'> } {
  const sum = name('sum')
  const partial = (sqlType: string, summand: string): PartialColumn => ({
    name: sum,
    type: sqlType,
    fromRows: `CAST(sum(${summand})${filter()} AS ${sqlType})`,
    merge: `sum(${sum})`,
  })
  if (type.kind === 'double') {
    const summand = `CASE WHEN abs(${value}) < ${DOUBLE_LIMIT} THEN CAST(${value} AS ${SUM_TYPE}) END`
    return { partial: partial(SUM_TYPE, summand), limit: { limit: `abs(${value}) >= ${DOUBLE_LIMIT}` } }
  }
  // Not the HUGEINT that DuckDB sums longs in: state lies in Parquet, which has none, and DuckDB would write a double.
  if (type.kind !== 'decimal') return { partial: partial('DECIMAL(38,0)', value), limit: {} }
  const sqlType = `DECIMAL(38,${type.scale})`
  if (type.precision <= DECIMAL_DIGITS) return { partial: partial(sqlType, value), limit: {} }
  const digits = `1${'0'.repeat(DECIMAL_DIGITS)}`.padStart(type.scale + 1, '0')
  const limit = `CAST('${digits.slice(0, digits.length - type.scale)}.${digits.slice(digits.length - type.scale)}' AS ${sqlType})`
  return {
    partial: partial(sqlType, `CASE WHEN abs(${value}) < ${limit} THEN ${value} END`),
    limit: { limit: `abs(${value}) >= ${limit}` },
  }
}

/** The least or greatest pair of order and value; no two rows have the same order. */
function orderedForm({ agg, value, type, filter, name }: Input, { eventTime, partition, offset }: RowOrder): Form {
  const pair = name(agg.fn)
  const fn = agg.fn === 'first' ? 'min' : 'max'
  const key = `struct_pack(t := CAST(${eventTime} AS TIMESTAMP), p := CAST(${partition} AS INTEGER), o := CAST(${offset} AS BIGINT))`
  const partial = {
    name: pair,
    type: `STRUCT(k STRUCT(t TIMESTAMP, p INTEGER, o BIGINT), v ${typeSql(type)})`,
    fromRows: `${fn}(struct_pack(k := ${key}, v := ${value}))${filter(`${value} IS NOT NULL`)}`,
    merge: `${fn}(${pair})`,
  }
  return { partials: [partial], final: `struct_extract(${pair}, 'v')` }
}

/** All values, finished once the window closes: floating-point steps must see them in one order. */
function listForm(
  { filter, name }: Input,
  type: string,
  value: string,
  finish: (list: string) => string,
  nulls = false,
): Form {
  const list = name('list')
  const fromRows = `list(${value})${filter(nulls ? undefined : `${value} IS NOT NULL`)}`
  return { partials: [{ name: list, type: `${type}[]`, fromRows, merge: concatenated(list) }], final: finish(list) }
}

function concatenated(lists: string): string {
  return `flatten(list(${lists}) FILTER (WHERE ${lists} IS NOT NULL))`
}

/** Minus zero becomes zero: which of the two equal values is kept would depend on the order of rows. */
function unsigned({ type, value }: Input): string {
  return type.kind === 'double' ? `(${value} + 0e0)` : value
}

function asDouble(input: Input): string {
  return input.type.kind === 'double' ? unsigned(input) : `CAST(${input.value} AS DOUBLE)`
}

function rejectSql(
  agg: AggregatePlan,
  limit: string | undefined,
  condition: string | undefined,
  column: ReadColumn,
): string | undefined {
  const overflow = (expr: Expr): string[] => {
    const sql = overflowSql(expr, column)
    return sql === undefined ? [] : [sql]
  }
  const refused = [...agg.args.flatMap(overflow), ...(limit === undefined ? [] : [`coalesce(${limit}, FALSE)`])].join(
    ' OR ',
  )
  const inFilter = agg.filter ? overflow(agg.filter) : []
  const counted =
    refused === '' || condition === undefined ? refused : `CASE WHEN ${condition} THEN ${refused} ELSE FALSE END`
  const all = [...inFilter, ...(counted === '' ? [] : [counted])]
  return all.length === 0 ? undefined : `(${all.join(' OR ')})`
}
