import { DATE, LONG, STRING, TIMESTAMP } from '../expression/data-type.ts'
import { DAY_UNITS, TIME_UNITS } from '../expression/time-unit.ts'
import {
  literalText,
  long,
  oneOf,
  text,
  TIME,
  typeOf,
  type ArgumentsCheck,
  type FunctionSpec,
  type Parameter,
} from './definition.ts'
import { TIME_FORMATS, timeFormat } from './time-format.ts'

const time: Parameter = { name: 'time', kinds: TIME }
const timestamp: Parameter = { name: 'time', kinds: ['timestamp'] }
const TRUNC_UNITS = ['second', 'minute', 'hour', 'day', 'month', 'quarter', 'year']
const DIFF_UNITS = ['second', 'minute', 'hour', 'day', 'week']

const format = text('format', {
  literal: (value) =>
    timeFormat(value)
      ? undefined
      : `must be one of the time formats, such as ${names(TIME_FORMATS.filter((each) => each.time))}`,
})
const dayFormat = text('format', {
  literal: (value) => {
    const days = TIME_FORMATS.filter((each) => !each.time)
    return days.some((each) => each.name === value) ? undefined : `must be one of ${names(days)}`
  },
})

function names(formats: readonly { name: string }[]): string {
  return formats
    .slice(0, 8)
    .map((each) => `\`${each.name}\``)
    .join(', ')
}

/** Units below a day have no meaning for a date. */
function daysOnly(index: number): ArgumentsCheck {
  return (args) => {
    if (args[index]?.type.kind !== 'date' || DAY_UNITS.includes(literalText(args[0]) ?? '')) return undefined
    return { index: 0, detail: 'must be a day or more for a date' }
  }
}

function part(name: string, parameter: Parameter, doc: string, examples: FunctionSpec['examples']): FunctionSpec {
  return { name, parameters: [parameter], returns: LONG, doc, examples }
}

/** Functions of timestamps and dates. All is UTC; timestamps are of the years 1 to 9999, beyond is an overflow. */
export const TIME_FUNCTIONS: readonly FunctionSpec[] = [
  {
    name: 'date_trunc',
    parameters: [text('unit', { literal: oneOf(TRUNC_UNITS) }), time],
    returns: typeOf(1),
    check: daysOnly(1),
    doc: 'The start of the second, minute, hour, day, month, quarter or year. Weeks are left out: engines start them on different days.',
    examples: [
      ["date_trunc('hour', timestamp '2026-01-31T23:59:59.9Z')", '2026-01-31 23:00:00'],
      ["date_trunc('second', timestamp '1969-12-31T23:59:59.5Z')", '1969-12-31 23:59:59'],
      ["date_trunc('quarter', timestamp '2026-12-31T00:00:00Z')", '2026-10-01 00:00:00'],
      ["date_trunc('month', date '2024-02-29')", '2024-02-01'],
    ],
  },
  {
    name: 'date_add',
    parameters: [text('unit', { literal: oneOf(TIME_UNITS) }), long('count'), time],
    returns: typeOf(2),
    check: daysOnly(2),
    doc: 'The time moved by a count of units; months end on their last day at the latest.',
    examples: [
      ["date_add('month', 1, timestamp '2024-01-31T10:00:00Z')", '2024-02-29 10:00:00'],
      ["date_add('year', 1, date '2024-02-29')", '2025-02-28'],
      ["timestamp '2026-01-01T00:00:00Z' - interval '1' second", '2025-12-31 23:59:59'],
      ["date_add('day', -1, date '2024-03-01')", '2024-02-29'],
      ["date_add('year', 10000, timestamp '2026-01-01T00:00:00Z')", null],
      ["date_add('second', 9223372036854775807, timestamp '2026-01-01T00:00:00Z')", null],
    ],
  },
  {
    name: 'date_diff',
    parameters: [
      text('unit', { literal: oneOf(DIFF_UNITS) }),
      { name: 'from', kinds: TIME, same: true },
      { name: 'to', kinds: TIME, same: true },
    ],
    returns: LONG,
    check: daysOnly(1),
    doc: 'Whole units from the one to the other, towards zero. Months are left out: they have no fixed length.',
    examples: [
      ["date_diff('hour', timestamp '2026-01-01T00:59:00Z', timestamp '2026-01-01T01:58:59Z')", 0],
      ["date_diff('hour', timestamp '2026-01-01T01:58:59Z', timestamp '2026-01-01T00:00:00Z')", -1],
      ["date_diff('day', date '2024-02-28', date '2024-03-01')", 2],
      ["date_diff('second', timestamp '1969-12-31T23:59:59.5Z', timestamp '1970-01-01T00:00:00.4Z')", 0],
    ],
  },
  part('year', time, 'The year.', [
    ["year(date '2024-12-30')", 2024],
    ["year(timestamp '0001-01-01T00:00:00Z')", 1],
  ]),
  part('quarter', time, 'The quarter, 1 to 4.', [["quarter(date '2024-12-30')", 4]]),
  part('month', time, 'The month, 1 to 12.', [["month(date '2024-12-30')", 12]]),
  part('week', time, 'The ISO week, 1 to 53.', [
    ["week(date '2021-01-03')", 53],
    ["week(date '2024-12-30')", 1],
  ]),
  part('day', time, 'The day of the month.', [["day(date '2024-02-29')", 29]]),
  part('day_of_year', time, 'The day of the year, 1 to 366.', [["day_of_year(date '2024-12-31')", 366]]),
  part('day_of_week', time, 'The ISO day of the week: Monday is 1, Sunday 7.', [
    ["day_of_week(date '2021-01-03')", 7],
    ["day_of_week(date '2021-01-04')", 1],
  ]),
  part('hour', timestamp, 'The hour, 0 to 23.', [["hour(timestamp '1969-12-31T23:59:59.9Z')", 23]]),
  part('minute', timestamp, 'The minute, 0 to 59.', [["minute(timestamp '1969-12-31T23:59:59.9Z')", 59]]),
  part('second', timestamp, 'The second without its fraction, 0 to 59.', [
    ["second(timestamp '1969-12-31T23:59:59.9Z')", 59],
  ]),
  {
    name: 'from_epoch_ms',
    parameters: [long('milliseconds')],
    returns: TIMESTAMP,
    doc: 'The instant so many milliseconds after 1970-01-01T00:00:00Z.',
    examples: [
      ['from_epoch_ms(0)', '1970-01-01 00:00:00'],
      ['from_epoch_ms(-1)', '1969-12-31 23:59:59.999'],
      ['from_epoch_ms(9223372036854775807)', null],
      ['from_epoch_ms(253402300800000)', null],
    ],
  },
  {
    name: 'to_epoch_ms',
    parameters: [timestamp],
    returns: LONG,
    doc: 'Whole milliseconds since 1970-01-01T00:00:00Z, rounded down.',
    examples: [
      ["to_epoch_ms(timestamp '1970-01-01T00:00:01.999999Z')", 1999],
      ["to_epoch_ms(timestamp '1969-12-31T23:59:59.999999Z')", -1],
      ["to_epoch_ms(timestamp '1969-12-31T23:59:59.999Z')", -1],
    ],
  },
  {
    name: 'parse_timestamp',
    parameters: [text('text'), format],
    returns: TIMESTAMP,
    nullable: true,
    doc: 'The instant, UTC, written exactly in the format; null for any other text.',
    examples: [
      ["parse_timestamp('2026-01-31 23:59:59', 'yyyy-MM-dd HH:mm:ss')", '2026-01-31 23:59:59'],
      ["parse_timestamp('31.01.2026 23:59', 'dd.MM.yyyy HH:mm')", '2026-01-31 23:59:00'],
      ["parse_timestamp('2026-01-31T23:59:59.123Z', 'yyyy-MM-ddTHH:mm:ss.SSSZ')", '2026-01-31 23:59:59.123'],
      ["parse_timestamp('2026-02-30', 'yyyy-MM-dd')", null],
      ["parse_timestamp('2026-1-3', 'yyyy-MM-dd')", null],
      ["parse_timestamp('2026-01-31 24:00:00', 'yyyy-MM-dd HH:mm:ss')", null],
      ["parse_timestamp('0000-01-31', 'yyyy-MM-dd')", null],
      ["parse_timestamp('', 'yyyyMMdd')", null],
    ],
  },
  {
    name: 'format_timestamp',
    parameters: [timestamp, format],
    returns: STRING,
    doc: 'The instant, UTC, written in the format; what the format has no place for is cut off.',
    examples: [
      [
        "format_timestamp(timestamp '2026-01-31T23:59:59.9999Z', 'yyyy-MM-ddTHH:mm:ss.SSSZ')",
        '2026-01-31T23:59:59.999Z',
      ],
      ["format_timestamp(timestamp '0099-01-02T03:04:05Z', 'yyyyMMddHHmmss')", '00990102030405'],
      ["format_timestamp(timestamp '2026-01-31T23:59:59Z', 'MM/dd/yyyy')", '01/31/2026'],
    ],
  },
  {
    name: 'to_date',
    parameters: [text('text'), dayFormat],
    returns: DATE,
    nullable: true,
    doc: 'The day written exactly in the format; null for any other text.',
    examples: [
      ["to_date('29.02.2024', 'dd.MM.yyyy')", '2024-02-29'],
      ["to_date('29.02.2023', 'dd.MM.yyyy')", null],
      ["to_date(' 2024-02-29', 'yyyy-MM-dd')", null],
    ],
  },
]
