import { formatParts, type CallExpr, type Expr, timeFormat } from '#plan'
import { bind } from './bind.ts'
import type { FunctionSql } from './function-sql.ts'
import { quoteText } from './identifier.ts'

/** Per unit, the DuckDB interval of a count, and the count that leaves the years 1 to 9999 from anywhere in them. */
const UNITS: Readonly<Record<string, { readonly interval: (count: string) => string; readonly most: number }>> = {
  second: { interval: (count) => `to_seconds(${count})`, most: 316_000_000_000 },
  minute: { interval: (count) => `to_minutes(${count})`, most: 5_300_000_000 },
  hour: { interval: (count) => `to_hours(${count})`, most: 88_000_000 },
  day: { interval: (count) => `to_days(CAST(${count} AS INTEGER))`, most: 3_660_000 },
  week: { interval: (count) => `to_days(CAST(${count} * 7 AS INTEGER))`, most: 523_000 },
  month: { interval: (count) => `to_months(CAST(${count} AS INTEGER))`, most: 120_000 },
  quarter: { interval: (count) => `to_months(CAST(${count} * 3 AS INTEGER))`, most: 40_000 },
  year: { interval: (count) => `to_months(CAST(${count} * 12 AS INTEGER))`, most: 10_000 },
}

const FIRST = "TIMESTAMP '0001-01-01 00:00:00'"
const LAST = "TIMESTAMP '9999-12-31 23:59:59.999999'"

const PERCENT: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  MM: '%m',
  dd: '%d',
  HH: '%H',
  mm: '%M',
  ss: '%S',
  SSS: '%g',
}

/** Milliseconds of the first and the last instant of the years 1 to 9999. */
const FIRST_MS = '-62135596800000'
const LAST_MS = '253402300799999'

function text(expr: Expr | undefined): string {
  return expr?.kind === 'literal' ? String(expr.value) : ''
}

const dateAdd: FunctionSql = ([, count = '', time = ''], call) => {
  const unit = UNITS[text(call.args[0])] ?? { interval: () => 'NULL', most: 0 }
  const moved = bind(
    [count, time],
    (n = '', t = '') => `CASE WHEN ${n} BETWEEN -${unit.most} AND ${unit.most} THEN ${t} + ${unit.interval(n)} END`,
  )
  const sound = bind([moved], (t) => `CASE WHEN ${t} BETWEEN ${FIRST} AND ${LAST} THEN ${t} END`)
  return call.type.kind === 'date' ? `CAST(${sound} AS DATE)` : sound
}

const dateDiff: FunctionSql = ([unit = '', from = '', to = ''], { args }) => {
  const [a, b] = [from, to].map((time) => (args[1]?.type.kind === 'date' ? `CAST(${time} AS TIMESTAMP)` : time))
  return `date_sub(${unit}, ${a ?? ''}, ${b ?? ''})`
}

function percentFormat(call: CallExpr): string {
  const parts = formatParts(text(call.args[1])).map((part) => PERCENT[part] ?? part)
  return quoteText(parts.join(''))
}

const parse =
  (type: string): FunctionSql =>
  ([value = ''], call) => {
    const pattern = quoteText(timeFormat(text(call.args[1]))?.pattern ?? '')
    return bind(
      [value],
      (v) =>
        `CASE WHEN regexp_full_match(${v}, ${pattern}) THEN CAST(try_strptime(${v}, ${percentFormat(call)}) AS ${type}) END`,
    )
  }

const part =
  (name: string): FunctionSql =>
  ([time = '']) =>
    `${name}(${time})`

/** Functions of timestamps and dates. */
export const TIME_SQL: Readonly<Record<string, FunctionSql>> = {
  date_trunc: ([unit = '', time = ''], { type }) => {
    const start = `date_trunc(${unit}, ${time})`
    return type.kind === 'date' ? `CAST(${start} AS DATE)` : start
  },
  date_add: dateAdd,
  date_diff: dateDiff,
  year: part('year'),
  quarter: part('quarter'),
  month: part('month'),
  week: part('week'),
  day: part('day'),
  day_of_year: part('dayofyear'),
  day_of_week: part('isodow'),
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  from_epoch_ms: (args) =>
    bind(args, (ms = '') => `CASE WHEN ${ms} BETWEEN ${FIRST_MS} AND ${LAST_MS} THEN epoch_ms(${ms}) END`),
  to_epoch_ms: ([time = '']) => `epoch_ms(date_trunc('millisecond', ${time}))`,
  parse_timestamp: parse('TIMESTAMP'),
  format_timestamp: ([time = ''], call) => `strftime(${time}, ${percentFormat(call)})`,
  to_date: parse('DATE'),
}
