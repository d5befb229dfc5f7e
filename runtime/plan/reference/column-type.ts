import { satisfiesFormat } from '#contract'

export type ColumnKind = 'long' | 'double' | 'boolean' | 'date' | 'timestamp' | 'string'

type Typed = Exclude<ColumnKind, 'string'>

/** A column takes the first kind that every value of it has. */
const KINDS: readonly (readonly [Typed, (value: string) => boolean])[] = [
  ['long', matches(/^-?(0|[1-9]\d{0,17})$/)],
  ['double', matches(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,2})?$/)],
  ['boolean', matches(/^(true|false)$/)],
  ['date', (value) => satisfiesFormat('date', value)],
  ['timestamp', (value) => INSTANT.test(value) && satisfiesFormat('date-time', value)],
]
const INSTANT = /^.{10}T.{8}(\.\d{1,6})?Z$/

function matches(pattern: RegExp): (value: string) => boolean {
  return (value) => pattern.test(value)
}

/** The kind of a column whose values that are not empty are `values`. */
export function columnKind(values: readonly string[]): ColumnKind {
  if (values.length === 0) return 'string'
  return KINDS.find(([, has]) => values.every(has))?.[0] ?? 'string'
}

/** What all values of a text column but a few are. */
export interface OddValues {
  readonly kind: Typed
  /** The few, by their index among the values. */
  readonly odd: readonly number[]
}

/** Fewer values show no habit that one of them could break. */
const LEAST_VALUES = 5
const MOST_ODD = 3

/**
 * The values that made a column text, when they look like slips: the column has at least 5 values, and all but one of
 * them have a kind, or all but at most three and one in ten. Numbers all but one may be identifiers (`10`, `11`, `12a`),
 * so among numbers only what is a number written wrongly counts. Undefined for a column that is meant to be text.
 */
export function oddValues(values: readonly string[]): OddValues | undefined {
  if (values.length < LEAST_VALUES) return undefined
  const most = Math.min(MOST_ODD, Math.max(1, Math.floor(values.length / 10)))
  for (const [kind, has] of KINDS) {
    const odd = oddOnes(values, has, most)
    if (odd === undefined) continue
    const numeric = kind === 'long' || kind === 'double'
    return !numeric || odd.every((index) => isNumberSlip(values[index] ?? '')) ? { kind, odd } : undefined
  }
  return undefined
}

/** Which of `values` are not so; undefined as soon as they are more than `most`. */
function oddOnes(values: readonly string[], has: (value: string) => boolean, most: number): number[] | undefined {
  const odd: number[] = []
  for (const [index, value] of values.entries()) {
    if (has(value)) continue
    if (odd.length === most) return undefined
    odd.push(index)
  }
  return odd
}

/** Ways to write a number that is none here, and words for no number. An identifier has none of these forms. */
const NUMBER_SLIPS: readonly RegExp[] = [
  /^\s+-?\d+(\.\d+)?\s*$|^-?\d+(\.\d+)?\s+$/, // blanks around it
  /^[+-]?\d{1,3}([ ,'_\u00A0\u202F]\d{3})+([.,]\d+)?$|^-?\d{1,3}(\.\d{3})+,\d+$/, // digits in groups
  /^[+-]?\d+,\d+$/, // a comma for the point
  /^\+\d+(\.\d+)?$|^-?\.\d+$|^-?\d+\.$|^--\d+(\.\d+)?$|^-?\d+\.\.\d+$/, // a sign or a point too much, a digit too few
  /^-?(?=.*\d)(?=.*[OoIl])[\dOoIl]+(\.[\dOoIl]+)?$/, // letters that look like 0 and 1
  /^-?\d+([.,]\d+)?\s?[%€$£¥]$|^[€$£¥]\s?-?\d+([.,]\d+)?$/, // a percent or currency sign
  /^(n\/?a|nan|null|none|nil|unknown|tbd|-+|\?+|#.*)$/i, // no number, in words
]

function isNumberSlip(value: string): boolean {
  return NUMBER_SLIPS.some((slip) => slip.test(value))
}
