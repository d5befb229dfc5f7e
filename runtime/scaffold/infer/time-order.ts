import type { JsonObject } from '#contract'
import type { EventTime } from './event-time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  ...[5, 10, 15, 30].map((count) => [`${count}m`, count * MINUTE] as const),
  ...[1, 2, 4, 6, 12].map((count) => [`${count}h`, count * HOUR] as const),
  ...[1, 2, 3, 7, 14, 30, 60, 90, 180, 365].map((count) => [`${count}d`, count * DAY] as const),
]
const WINDOWS = [
  { size: '1h', name: 'hourly', ms: HOUR },
  { size: '1d', name: 'daily', ms: DAY },
  { size: '7d', name: 'weekly', ms: 7 * DAY },
] as const

/** A window of which one holds so many records on average is long enough to say something. */
const RECORDS_PER_WINDOW = 10

/** How the event times of a sample lie, in the order of the file. */
export interface TimeOrder {
  /** Milliseconds since 1970 of the first and last event; undefined when no time is known. */
  readonly first?: number
  readonly last?: number
  /** The most that a record lies behind the newest before it, in milliseconds. */
  readonly lag: number
}

/** What a source must allow for so that no record of the sample is late, too old or ahead of its time. */
export interface TimeBounds {
  readonly watermark?: string
  readonly horizon?: string
  readonly maxAhead?: string
}

/** Looks at the event times of the records, in their order. */
export function timeOrder(records: readonly { readonly root: JsonObject }[], { instant }: EventTime): TimeOrder {
  let first = Infinity
  let last = -Infinity
  let lag = 0
  for (const { root } of records) {
    const at = instant(root)
    if (at === undefined) continue
    lag = Math.max(lag, last - at)
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  return last < first ? { lag: 0 } : { first, last, lag }
}

/** The bounds that differ from the defaults of a source (5m, 7d, 1h). `now` is the clock, in milliseconds since 1970. */
export function timeBounds({ lag, last = -Infinity }: TimeOrder, now: number): TimeBounds {
  const ahead = last - now
  return {
    ...(lag > 5 * MINUTE && { watermark: stepFor(lag) }),
    ...(lag > (7 * DAY) / 2 && { horizon: stepFor(2 * lag) }),
    ...(ahead > HOUR / 2 && { maxAhead: stepFor(2 * ahead) }),
  }
}

/** The shortest window that a group of records fills. */
export function windowFor({ first, last }: TimeOrder, records: number): (typeof WINDOWS)[number] {
  if (first === undefined || last === undefined) return WINDOWS[0]
  const fits = WINDOWS.find(({ ms }) => records / Math.ceil((last - first + 1) / ms) >= RECORDS_PER_WINDOW)
  return fits ?? (records < RECORDS_PER_WINDOW ? WINDOWS[0] : WINDOWS[2])
}

/** The next round duration that is longer; whole years beyond the longest step. */
function stepFor(ms: number): string {
  const step = STEPS.find(([, length]) => length > ms)
  return step === undefined ? `${Math.ceil(ms / (365 * DAY) + 0.01) * 365}d` : step[0]
}
