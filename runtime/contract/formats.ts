/**
 * The formats a contract may name. Each is one regular expression over the whole text, in the subset that SQL's RE2,
 * JavaScript and Java read alike; the calendar ones also refuse days that do not exist (`isPossible`).
 */
export const FORMATS: ReadonlyMap<string, string> = new Map(Object.entries(formats()))

/** True when `text` satisfies `format`: its expression, and for dates that the day exists. The reference verdict. */
export function satisfiesFormat(format: string, text: string): boolean {
  const pattern = compiled(format)
  return pattern.test(text) && isPossible(format, text)
}

/**
 * The instant of a date-time text as RFC 3339 in UTC with at most six fraction digits, or undefined when the text is
 * none. More digits are cut, as a timestamp of the lake counts microseconds. Years run from 0001 to 9999, in UTC too;
 * leap seconds are refused: no table format can hold them apart from their neighbour.
 */
export function canonicalInstant(text: string): string | undefined {
  if (!compiled('date-time').test(text)) return undefined
  const date = text.slice(0, 10)
  if (!dayExists(date)) return undefined
  const [, fraction = '', zone = ''] = /^.{19}((?:\.[0-9]+)?)(.*)$/.exec(text) ?? []
  const micros = fraction.slice(0, 7)
  const clock = text.slice(11, 19)
  return /^[Zz]$/.test(zone) ? `${date}T${clock}${micros}Z` : shifted(`${date}T${clock}Z`, zone, micros)
}

function shifted(local: string, zone: string, micros: string): string | undefined {
  const millis = Date.parse(local) - offsetMillis(zone)
  return millis < FIRST || millis > LAST ? undefined : `${new Date(millis).toISOString().slice(0, 19)}${micros}Z`
}

const FIRST = Date.parse('0001-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59Z')
const MONTH_DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isPossible(format: string, text: string): boolean {
  if (format === 'date') return dayExists(text)
  return format !== 'date-time' || canonicalInstant(text) !== undefined
}

/** `date` is of the form YYYY-MM-DD with a month from 1 to 12 and a day from 1 to 31. */
function dayExists(date: string): boolean {
  const year = Number(date.slice(0, 4))
  const month = Number(date.slice(5, 7))
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0
  return year > 0 && Number(date.slice(8, 10)) <= (MONTH_DAYS[month - 1] ?? 0) + leapDay
}

function offsetMillis(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

const cache = new Map<string, RegExp>()

function compiled(format: string): RegExp {
  let pattern = cache.get(format)
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${FORMATS.get(format) ?? '[^\\s\\S]'})$`, 'u')
    cache.set(format, pattern)
  }
  return pattern
}

function formats(): Record<string, string> {
  const date = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
  const clock = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?'
  const zone = '(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])'
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
  const hostname = `${label}(?:\\.${label})*`
  const byte = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
  const ipv4 = `${byte}(?:\\.${byte}){3}`
  const pointer = '(?:/(?:[^~/]|~[01])*)*'
  const hex = '[0-9A-Fa-f]'
  const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
  const escaped = `%${hex}${hex}`
  const uriChar = `(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|${escaped})`
  const uriTail = `(?:\\?(?:${uriChar}|\\?)*)?(?:#(?:${uriChar}|\\?)*)?`
  const authority = `(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|${escaped})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|${escaped})*)(?::[0-9]*)?`
  const path = `(?:${uriChar})*`
  const segment = `(?:[A-Za-z0-9._~!$&'()*+,;=@-]|${escaped})+`
  return {
    'date-time': `${date}[Tt]${clock}${zone}`,
    date,
    time: `${clock}${zone}`,
    duration: duration(),
    email: `(?:${atom}(?:\\.${atom})*|"(?:[ !#-\\[\\]-~]|\\\\[ -~])*")@(?:${hostname}|\\[(?:${ipv4}|IPv6:${ipv6(ipv4)})\\])`,
    hostname,
    ipv4,
    ipv6: ipv6(ipv4),
    uri: `[A-Za-z][A-Za-z0-9+.-]*:(?://${authority}(?:/${path})?|/(?:${segment}(?:/${path})?)?|${segment}(?:/${path})?|(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${escaped})+(?:/${path})?|)${uriTail}`,
    'uri-reference': `(?:[A-Za-z][A-Za-z0-9+.-]*:(?://${authority}(?:/${path})?|${path})|//${authority}(?:/${path})?|/(?:${segment}(?:/${path})?)?|${segment}(?:/${path})?|)${uriTail}`,
    uuid: `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`,
    'json-pointer': pointer,
    'relative-json-pointer': `(?:0|[1-9][0-9]*)(?:#|${pointer})`,
  }
}

/** Eight groups of hex digits, one run of zero groups cut to `::`, the last two perhaps as IPv4 (RFC 4291). */
function ipv6(ipv4: string): string {
  const group = '[0-9A-Fa-f]{1,4}'
  const tail = `(?:${group}:${group}|${ipv4})`
  const forms = [`(?:${group}:){6}${tail}`]
  for (let after = 0; after <= 5; after++) {
    const before = after === 5 ? '' : `(?:(?:${group}:){0,${4 - after}}${group})?`
    forms.push(`${before}::(?:${group}:){${after}}${tail}`)
  }
  forms.push(`(?:(?:${group}:){0,5}${group})?::${group}`, `(?:(?:${group}:){0,6}${group})?::`)
  return `(?:${forms.join('|')})`
}

/** ISO 8601 durations as RFC 3339 appendix A writes them: units in order without a gap, or weeks alone. */
function duration(): string {
  const n = '[0-9]+'
  const second = `${n}S`
  const minute = `${n}M(?:${second})?`
  const hour = `${n}H(?:${minute})?`
  const time = `T(?:${hour}|${minute}|${second})`
  const day = `${n}D`
  const month = `${n}M(?:${day})?`
  const year = `${n}Y(?:${month})?`
  return `P(?:(?:${year}|${month}|${day})(?:${time})?|${time}|${n}W)`
}
