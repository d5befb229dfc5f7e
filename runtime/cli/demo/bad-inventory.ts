import type { RecordCode } from '#diagnostics'
import type { Random } from './random.ts'

/** A way in which a report can be bad, and what a pipeline has to say about it. */
export interface BadKind {
  readonly name: string
  readonly code: RecordCode
  /** Added to the arrival to make the event time; without it the report was taken shortly before. */
  readonly shiftMs?: (random: Random) => number
  /** Makes the bad value from the text of a good one. */
  readonly spoil?: (text: string, random: Random) => Buffer | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const edited =
  (find: RegExp, put: string) =>
  (text: string): Buffer =>
    Buffer.from(text.replace(find, put))

/** Every way, each by the one fault it has. A generator takes them in turn. */
export const BAD_KINDS: readonly BadKind[] = [
  {
    name: 'truncated JSON',
    code: 'record/not-json',
    spoil: (text, random) => Buffer.from(text.slice(0, 1 + random.below(text.length - 1))),
  },
  {
    name: 'invalid UTF-8',
    code: 'record/not-utf8',
    spoil: (text) => Buffer.from(text.replace('@', '\u00ff@'), 'latin1'),
  },
  { name: 'number as text', code: 'record/contract-violation', spoil: edited(/"cpu_pct":([0-9.]+)/, '"cpu_pct":"$1"') },
  { name: 'missing field', code: 'record/contract-violation', spoil: edited(/"device_id":"[^"]*",/, '') },
  {
    name: 'unknown operating system',
    code: 'record/contract-violation',
    spoil: edited(/"os":"[^"]*"/, '"os":"beos-5"'),
  },
  { name: 'undeclared field', code: 'record/contract-violation', spoil: edited(/}$/, ',"debug":true}') },
  {
    name: 'impossible date',
    code: 'record/contract-violation',
    spoil: edited(/"reported_at":"(....)-..-../, '"reported_at":"$1-02-30'),
  },
  {
    name: 'percentage above 100',
    code: 'record/contract-violation',
    spoil: edited(/"cpu_pct":[0-9.]+/, '"cpu_pct":140.5'),
  },
  { name: 'duplicate key', code: 'record/duplicate-key', spoil: edited(/^{/, '{"encrypted":true,') },
  {
    name: 'number out of range',
    code: 'record/number-out-of-range',
    spoil: edited(/"free_gb":[0-9.]+/, '"free_gb":1e400'),
  },
  { name: 'null value', code: 'record/null-value', spoil: () => null },
  {
    name: 'more free disk than disk',
    code: 'record/check-failed',
    spoil: edited(/"free_gb":[0-9.]+/, '"free_gb":99999.5'),
  },
  {
    name: 'event from the future',
    code: 'record/future-event-time',
    shiftMs: (random) => 2 * HOUR_MS + random.below(2 * DAY_MS),
  },
  {
    name: 'event too old',
    code: 'record/too-old',
    shiftMs: (random) => -8 * DAY_MS - random.below(30 * DAY_MS),
  },
]
