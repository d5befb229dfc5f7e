/** Units of `interval` and `date_add`. */
export const TIME_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const

/** The units that a date takes: those of whole days. */
export const DAY_UNITS: readonly string[] = ['day', 'week', 'month', 'quarter', 'year']

/** The largest count of `interval`; larger steps leave the years 1 to 9999 in every unit but the second. */
export const MAX_INTERVAL = 1_000_000_000_000
