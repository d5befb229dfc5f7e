import type { Confidence } from '#diagnostics'

/** Another way to write a value, and whether it can only mean the same. */
export interface Respelling {
  readonly text: string
  readonly confidence: Confidence
}

const TIME_WORDS: ReadonlyMap<string, string> = unitWords({
  ms: ['msec', 'msecs', 'millis', 'millisecond', 'milliseconds'],
  s: ['sec', 'secs', 'second', 'seconds'],
  m: ['min', 'mins', 'minute', 'minutes'],
  h: ['hr', 'hrs', 'hour', 'hours'],
  d: ['day', 'days'],
  w: ['wk', 'wks', 'week', 'weeks'],
})
const MILLISECONDS: readonly (readonly [unit: string, factor: bigint])[] = [
  ['w', 604_800_000n],
  ['d', 86_400_000n],
  ['h', 3_600_000n],
  ['m', 60_000n],
  ['s', 1000n],
  ['ms', 1n],
]
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * A duration in the one spelling there is: `30 minutes`, `1h30m`, `1.5h` and `PT5M` have one. A bare number and months
 * have none, and neither has `5M`.
 */
export function respellDuration(text: string): Respelling | undefined {
  const iso = ISO.exec(text.trim())
  const parts = iso === null ? wordParts(text) : isoParts(iso)
  if (parts === undefined || parts.length === 0) return undefined
  const [only] = parts
  if (parts.length === 1 && only !== undefined && !only.count.includes('.'))
    return safe(`${BigInt(only.count)}${only.unit}`)
  let total = 0n
  for (const { count, unit } of parts) {
    const exact = scaled(count, MILLISECONDS.find(([name]) => name === unit)?.[1] ?? 0n)
    if (exact === undefined) return undefined
    total += exact
  }
  const largest = MILLISECONDS.find(([, factor]) => total > 0n && total % factor === 0n)
  return largest && safe(`${total / largest[1]}${largest[0]}`)
}

interface Part {
  readonly count: string
  readonly unit: string
}

function isoParts(match: RegExpExecArray): Part[] {
  return ['w', 'd', 'h', 'm', 's'].flatMap((unit, index) => {
    const count = match[index + 1]
    return count === undefined ? [] : [{ count, unit }]
  })
}

function wordParts(text: string): Part[] | undefined {
  const pieces = text.trim().match(/\d+(?:\.\d+)?\s*[A-Za-z]+|\S+/g) ?? []
  const parts = pieces.map((piece): Part | undefined => {
    const [, count = '', word = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(piece) ?? []
    // A capital M may be months.
    const unit = word === 'M' ? undefined : TIME_WORDS.get(word.toLowerCase())
    return unit === undefined ? undefined : { count, unit }
  })
  const known = parts.filter((part) => part !== undefined)
  const units = new Set(known.map(({ unit }) => unit))
  return known.length === parts.length && units.size === parts.length ? known : undefined
}

const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB'] as const
const SIZE_WORDS: Readonly<Record<string, (typeof SIZE_UNITS)[number]>> = {
  byte: 'B',
  bytes: 'B',
  kilobytes: 'kB',
  megabytes: 'MB',
  gigabytes: 'GB',
  terabytes: 'TB',
  ki: 'KiB',
  mi: 'MiB',
  gi: 'GiB',
  ti: 'TiB',
}
const SIZE_GUESSES: Readonly<Record<string, (typeof SIZE_UNITS)[number]>> = { k: 'kB', m: 'MB', g: 'GB', t: 'TB' }
const BYTES: Readonly<Record<string, readonly [unit: string, factor: bigint]>> = {
  kB: ['B', 1000n],
  MB: ['kB', 1000n],
  GB: ['MB', 1000n],
  TB: ['GB', 1000n],
  KiB: ['B', 1024n],
  MiB: ['KiB', 1024n],
  GiB: ['MiB', 1024n],
  TiB: ['GiB', 1024n],
}

/**
 * A size in the one spelling there is. `256 mb` and `1.5GB` have one for sure; `256M` (powers of ten or of two?) and
 * `256Mb` (bits?) only perhaps.
 */
export function respellSize(text: string): Respelling | undefined {
  const [, count = '', word = ''] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(text) ?? []
  const lower = word.toLowerCase()
  const same = SIZE_UNITS.find((unit) => unit.toLowerCase() === lower)
  const unit = same ?? SIZE_WORDS[lower] ?? SIZE_GUESSES[lower]
  if (unit === undefined) return undefined
  const bits = same !== undefined && word.endsWith('b') && word !== lower && !lower.endsWith('ib')
  const confidence = bits || Object.hasOwn(SIZE_GUESSES, lower) ? 'maybe' : 'safe'
  if (!count.includes('.')) return { text: `${BigInt(count)}${unit}`, confidence }
  const smaller = BYTES[unit]
  const exact = smaller && scaled(count, smaller[1])
  return exact === undefined ? undefined : { text: `${exact}${smaller?.[0] ?? ''}`, confidence }
}

/** `true` or `false` for the words that other formats have for them. */
export function respellBoolean(text: string): Respelling | undefined {
  const word = text.trim().toLowerCase()
  if (['true', 'yes', 'on'].includes(word)) return safe('true')
  return ['false', 'no', 'off'].includes(word) ? safe('false') : undefined
}

/** A whole number without quotes and underscores. */
export function respellInteger(text: string): Respelling | undefined {
  return /^\d{1,3}(?:_\d{3})+$|^\d+$/.test(text) ? safe(String(BigInt(text.replaceAll('_', '')))) : undefined
}

function safe(text: string): Respelling {
  return { text, confidence: 'safe' }
}

/** `count` times `factor`, when that is a whole number. */
function scaled(count: string, factor: bigint): bigint | undefined {
  const [whole = '', fraction = ''] = count.split('.')
  const product = BigInt(whole + fraction) * factor
  const divisor = 10n ** BigInt(fraction.length)
  return product % divisor === 0n ? product / divisor : undefined
}

function unitWords(units: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(units).flatMap(([unit, words]) => [unit, ...words].map((word) => [word, unit])))
}
