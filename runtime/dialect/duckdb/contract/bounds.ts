import { exactNumber, type ValueCheck } from '#contract'

const LONG_MIN = -(2n ** 63n)
const LONG_MAX = 2n ** 63n - 1n
/** From here on, several integers share one double. */
const DENSE = 2 ** 53

/** The conditions that a contract's bounds put on an integer, exact over all of 64 bits. */
export function longBoundsSql(value: string, check: ValueCheck): string[] {
  const at = (text: string | undefined, round: (value: number) => number): bigint | undefined =>
    text === undefined ? undefined : BigInt(round(Number(text)))
  const conditions: string[] = []
  const least = [at(check.minimum, Math.ceil), plus(at(check.exclusiveMinimum, Math.floor), 1n)]
  const most = [at(check.maximum, Math.floor), plus(at(check.exclusiveMaximum, Math.ceil), -1n)]
  for (const bound of least) {
    if (bound === undefined || bound <= LONG_MIN) continue
    conditions.push(bound > LONG_MAX ? 'false' : `${value} >= ${bound}`)
  }
  for (const bound of most) {
    if (bound === undefined || bound >= LONG_MAX) continue
    conditions.push(bound < LONG_MIN ? 'false' : `${value} <= ${bound}`)
  }
  return conditions
}

/**
 * The conditions on a double. Where doubles are too coarse to tell neighbouring integers apart, a value equal to its
 * bound is left to the reference, which compares digits.
 */
export function doubleBoundsSql(value: string, check: ValueCheck): string[] {
  const condition = (operator: string, bound: string | undefined): string[] => {
    if (bound === undefined) return []
    const strict = Math.abs(Number(bound)) >= DENSE ? operator.slice(0, 1) : operator
    return [`${value} ${strict} ${doubleLiteral(bound)}`]
  }
  return [
    ...condition('>=', check.minimum),
    ...condition('<=', check.maximum),
    ...condition('>', check.exclusiveMinimum),
    ...condition('<', check.exclusiveMaximum),
  ]
}

/** A JSON number as an SQL double. */
export function doubleLiteral(text: string): string {
  return `'${text}'::double`
}

/** True when the number text is a multiple of `divisor`. Texts too long to tell give null. */
export function multipleSql(text: string, divisor: string): string {
  const exact = exactNumber(divisor)
  const scale = Math.max(0, exact.scale)
  const unscaled = exact.digits * 10n ** BigInt(Math.max(0, -exact.scale))
  const plain = plainSql(text, scale)
  if (scale === 0) return `try_cast(${plain} as hugeint) % ${unscaled} = 0`
  const scaled = `replace(try_cast(${plain} as decimal(38, ${scale}))::varchar, '.', '')`
  return `try_cast(${scaled} as hugeint) % ${unscaled} = 0`
}

/** `text` when it is a number of at most 15 digits before the point and `scale` after it (or `.0`), else null. */
function plainSql(text: string, scale: number): string {
  const fraction = scale === 0 ? '(?:\\.0)?' : `(?:\\.[0-9]{1,${scale}})?`
  const kept = `regexp_full_match(${text}, '-?[0-9]{1,15}${fraction}')`
  return scale === 0 ? `case when ${kept} then replace(${text}, '.0', '') end` : `case when ${kept} then ${text} end`
}

function plus(value: bigint | undefined, step: bigint): bigint | undefined {
  return value === undefined ? undefined : value + step
}
