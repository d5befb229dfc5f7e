import type { Located } from '../nodes.ts'
import type { Kind } from './kind.ts'
import { parseDuration, quantityPattern } from './quantity.ts'
import { scalar } from './scalar.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/
const INSTANT_EXPECTS = 'an instant such as `2026-03-01T12:00:00Z`'
const MOMENT_EXPECTS = `${INSTANT_EXPECTS}, or a shift such as \`+10m\``

/** A point in time: an instant, or one so far from the time that holds there. Milliseconds. */
export type Moment = { readonly kind: 'instant'; readonly ms: number } | { readonly kind: 'shift'; readonly ms: number }

/** An instant with its zone, in milliseconds since the Unix epoch. */
export const instant: Kind<Located<number>> = scalar({
  expects: INSTANT_EXPECTS,
  shape: { type: 'text', pattern: INSTANT.source, expects: INSTANT_EXPECTS },
  takes: ['string'],
  accept: ({ text }) => parseInstant(text),
})

/** An instant, or a shift such as `+10m` or `-2h`. */
export const moment: Kind<Located<Moment>> = scalar({
  expects: MOMENT_EXPECTS,
  shape: { type: 'text', pattern: `${INSTANT.source}|^[+-]${quantityPattern('duration')}$`, expects: MOMENT_EXPECTS },
  takes: ['string'],
  accept: ({ text }) => parseMoment(text),
})

function parseMoment(text: string): Moment | undefined {
  const ms = parseInstant(text)
  if (ms !== undefined) return { kind: 'instant', ms }
  const length = /^[+-]/.test(text) ? parseDuration(text.slice(1)) : undefined
  return length === undefined ? undefined : { kind: 'shift', ms: text.startsWith('-') ? -length : length }
}

function parseInstant(text: string): number | undefined {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) || !sameDay(text, ms) ? undefined : ms
}

/** JavaScript takes the 30th of February for a day of March. */
function sameDay(text: string, ms: number): boolean {
  const zone = /([+-])(\d\d):(\d\d)$/.exec(text)
  const [, sign, hours = '0', minutes = '0'] = zone ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return new Date(ms + offset).toISOString().slice(0, 10) === text.slice(0, 10)
}
