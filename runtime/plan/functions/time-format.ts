/** One format of parse_timestamp, format_timestamp and to_date. */
export interface TimeFormat {
  readonly name: string
  /** A regular expression of the portable subset, for the whole text; no format accepts more than it. */
  readonly pattern: string
  readonly time: boolean
}

const YEAR = '(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])'
const PARTS: readonly (readonly [part: string, pattern: string])[] = [
  ['yyyy', YEAR],
  ['MM', '(?:0[1-9]|1[0-2])'],
  ['dd', '(?:0[1-9]|[12][0-9]|3[01])'],
  ['HH', '(?:[01][0-9]|2[0-3])'],
  ['mm', '[0-5][0-9]'],
  ['ss', '[0-5][0-9]'],
  ['SSS', '[0-9][0-9][0-9]'],
]

const DAYS = ['yyyy-MM-dd', 'yyyyMMdd', 'yyyy/MM/dd', 'dd.MM.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy']
const TIMES = ['HH:mm', 'HH:mm:ss', 'HH:mm:ss.SSS']

/**
 * The closed list of time formats. Years are 0001 to 9999, every part has its full width, and the time is UTC: formats
 * with a zone are left out, because engines differ in how they apply an offset.
 */
export const TIME_FORMATS: readonly TimeFormat[] = [
  ...DAYS,
  ...['yyyy-MM-dd', 'yyyy/MM/dd', 'dd.MM.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy'].flatMap((day) =>
    TIMES.map((time) => `${day} ${time}`),
  ),
  ...TIMES.flatMap((time) => [`yyyy-MM-ddT${time}`, `yyyy-MM-ddT${time}Z`]),
  'yyyyMMddHHmmss',
].map((name) => ({ name, pattern: patternOf(name), time: name.includes('HH') }))

/** The format called `name`, if the list has it. */
export function timeFormat(name: string): TimeFormat | undefined {
  return TIME_FORMATS.find((format) => format.name === name)
}

/** Cuts a format into its parts (`yyyy`, `MM`, ...) and the characters between them. */
export function formatParts(name: string): readonly string[] {
  return name.match(/yyyy|MM|dd|HH|mm|ss|SSS|[^A-Za-z]|[TZ]/g) ?? []
}

function patternOf(name: string): string {
  const known = new Map(PARTS)
  return formatParts(name)
    .map((part) => known.get(part) ?? part.replace('.', '\\.').replace('/', '\\/'))
    .join('')
}
