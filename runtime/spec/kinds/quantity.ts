import type { Located } from '../nodes.ts'
import type { Kind } from './kind.ts'
import { respellDuration, respellSize } from './respell.ts'
import { scalar } from './scalar.ts'

const MILLISECONDS = new Map(Object.entries({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }))
const BYTES = new Map(
  Object.entries({
    B: 1,
    kB: 1e3,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    TB: 1e12,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
  }),
)

const UNITS = { duration: MILLISECONDS, size: BYTES } as const

/**
 * The regular expression, without its ends, for what `parseDuration` and `parseSize` read; with a `minimum` above zero,
 * for what is more than zero. How large a value is, it cannot tell.
 */
export function quantityPattern(type: keyof typeof UNITS, minimum = 0): string {
  const digits = minimum > 0 ? '(?=0*[1-9])\\d{1,15}' : '\\d{1,15}'
  return `${digits} ?(?:${[...UNITS[type].keys()].join('|')})`
}

/** `500ms`, `10s`, `5m`, `24h`, `7d`, `2w` in milliseconds; undefined for anything else. Only whole numbers. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, MILLISECONDS)
}

/** `1048576B`, `64kB`, `256MB`, `1GiB` in bytes; undefined for anything else. Only whole numbers. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, BYTES)
}

function parseQuantity(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const [, digits, unit] = /^(\d{1,15}) ?([A-Za-z]+)$/.exec(text) ?? []
  const factor = units.get(unit ?? '')
  if (digits === undefined || factor === undefined) return undefined
  const result = Number(digits) * factor
  return Number.isSafeInteger(result) ? result : undefined
}

/** A length of time in milliseconds; `minimum` is the least allowed. */
export function duration(minimum = 0): Kind<Located<number>> {
  const expects = minimum > 0 ? 'a duration above zero such as `5m`' : 'a duration such as `5m`, `24h` or `500ms`'
  return scalar({
    expects,
    shape: { type: 'duration', minimum, expects },
    takes: ['string'],
    accept: ({ text }) => atLeast(minimum, parseDuration(text)),
    respell: respellDuration,
  })
}

/** A number of bytes, at least the size `least`. */
export function size(least = '1B'): Kind<Located<number>> {
  const minimum = parseSize(least) ?? 1
  const expects = minimum > 1 ? `a size of at least ${least} such as \`256MB\`` : 'a size such as `256MB` or `1GiB`'
  return scalar({
    expects,
    shape: { type: 'size', minimum, expects },
    takes: ['string'],
    accept: ({ text }) => atLeast(minimum, parseSize(text)),
    respell: respellSize,
  })
}

function atLeast(minimum: number, value: number | undefined): number | undefined {
  return value !== undefined && value >= minimum ? value : undefined
}
