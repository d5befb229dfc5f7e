import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const
const replay = 'Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.'

/** `record/*` codes are also the `code` column of the quarantine tables. */
export const recordCodes = {
  'record/null-value': entry<object>({
    ...base,
    title: 'Null value',
    message: () => 'The record has a null value',
    why: 'A null value deletes the row of a key, and this source declares no key, or the key bytes of the record do not name it.',
    fix: 'Send a value, or declare the source `versioned_by` its key and send the key: the text of the one key field, or a JSON object of all of them.',
    example: {},
  }),
  'record/empty-value': entry<object>({
    ...base,
    title: 'Empty value',
    message: () => 'The record has a value of zero bytes',
    why: 'Zero bytes are not a JSON value.',
    fix: replay,
    example: {},
  }),
  'record/oversized': entry<{ bytes: number; limit: number }>({
    ...base,
    title: 'Record too large',
    message: ({ bytes, limit }) => `The value has ${bytes} bytes; at most ${limit} are parsed`,
    why: 'One huge record must not hold up or starve the others.',
    fix: 'Raise `max_record_bytes` of the source, or send smaller records.',
    example: { bytes: 2097152, limit: 1048576 },
  }),
  'record/not-utf8': entry<object>({
    ...base,
    title: 'Not UTF-8',
    message: () => 'The value is not valid UTF-8',
    why: 'JSON is UTF-8 text; guessing an encoding would change data.',
    fix: replay,
    example: {},
  }),
  'record/not-json': entry<{ detail: string }>({
    ...base,
    title: 'Not JSON',
    message: ({ detail }) => `The value is not one JSON value: ${detail}`,
    why: 'Only a complete JSON value can be checked against the contract.',
    fix: replay,
    example: { detail: 'it ends in the middle of a value' },
  }),
  'record/too-deep': entry<{ limit: number }>({
    ...base,
    title: 'Nested too deeply',
    message: ({ limit }) => `The value is nested deeper than ${limit} levels`,
    why: 'Depth is bounded so that no record can exhaust a parser.',
    fix: replay,
    example: { limit: 64 },
  }),
  'record/duplicate-key': entry<{ key: string }>({
    ...base,
    title: 'Duplicate key',
    message: ({ key }) => `An object has the key \`${key}\` twice`,
    why: 'Readers differ in which of the two they keep, so neither can be trusted.',
    fix: replay,
    example: { key: 'device_id' },
  }),
  'record/lone-surrogate': entry<object>({
    ...base,
    title: 'Lone surrogate',
    message: () => 'A string holds an escape that is half of a surrogate pair',
    why: 'Such text has no UTF-8 form and cannot be stored unchanged.',
    fix: replay,
    example: {},
  }),
  'record/number-out-of-range': entry<{ text: string }>({
    ...base,
    title: 'Number out of range',
    message: ({ text }) => `The number \`${text}\` cannot be held by its type`,
    why: 'A number is stored exactly as its type says or not at all; it is never wrapped or made infinite.',
    fix: replay,
    example: { text: '1e400' },
  }),
  'record/contract-violation': entry<{ detail: string }>({
    ...base,
    title: 'Contract violation',
    message: ({ detail }) => `The value does not satisfy the contract: ${detail}`,
    why: 'Silver tables hold only what the contract promises.',
    fix: replay,
    example: { detail: '`/cpu_pct` must be number' },
  }),
  'record/no-event-time': entry<{ field: string; computed: boolean }>({
    ...base,
    title: 'No event time',
    message: ({ field, computed }) =>
      computed
        ? `The event time computed from \`${field}\` is null`
        : `The event time field \`${field}\` is missing or null`,
    why: 'Without an event time the record has no place in a window and cannot move the watermark.',
    fix: replay,
    example: { field: 'reported_at', computed: false },
  }),
  'record/future-event-time': entry<{ limit: string }>({
    ...base,
    title: 'Event time in the future',
    message: ({ limit }) => `The event time is more than ${limit} past the broker timestamp`,
    why: 'One wrong clock must not make every other record late.',
    fix: 'Set the clock of the producer, or raise `max_ahead` of the source.',
    example: { limit: '1h' },
  }),
  'record/too-old': entry<{ limit: string }>({
    ...base,
    title: 'Event too old',
    message: ({ limit }) => `The event time is more than ${limit} before the newest of its topic partition`,
    why: 'State older than the horizon is dropped, so the record could not be handled as the others were.',
    fix: 'Raise `horizon` of the source if such records are expected.',
    example: { limit: '7d' },
  }),
  'record/late': entry<{ table: string; missed?: number; windows?: number; joined?: boolean }>({
    ...base,
    title: 'Late record',
    message: ({ table, missed, windows, joined }) =>
      joined === true
        ? `The rows that this record could meet in \`${table}\` were let go already`
        : missed === undefined
          ? `The window of \`${table}\` that holds this record was closed already`
          : `${missed} of the ${windows} windows of \`${table}\` that hold this record were closed already`,
    why: 'A closed window is final, and a row of a join waits for others only so long; the record itself is in its silver table.',
    fix: 'Raise `watermark` of the source if such lateness is usual.',
    example: { table: 'fleet_health' },
  }),
  'record/overflow': entry<{ column: string }>({
    ...base,
    title: 'Arithmetic overflow',
    message: ({ column }) => `The expression of \`${column}\` has a result that its type cannot hold`,
    why: 'A number is never wrapped, rounded or made infinite in silence.',
    fix: replay,
    example: { column: 'disk_free_pct' },
  }),
  'record/lookup-missing': entry<{ reference: string; column: string }>({
    ...base,
    title: 'Key not in reference',
    message: ({ reference, column }) => `\`${column}\` found no row in reference \`${reference}\``,
    why: 'The lookup declares `missing: quarantine`.',
    fix: 'Add the key to the reference file, then replay the record.',
    example: { reference: 'os_catalog', column: 'os_eol' },
  }),
  'record/check-failed': entry<{ check: string }>({
    ...base,
    title: 'Check failed',
    message: ({ check }) => `The check \`${check}\` is false`,
    why: 'The check declares `on_fail: quarantine`.',
    fix: replay,
    example: { check: 'cpu_in_range' },
  }),
}
