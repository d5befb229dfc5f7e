/** A number as written, exactly: `digits` times ten to the power of `-scale`, with no trailing zero in `digits`. */
export interface ExactNumber {
  readonly digits: bigint
  readonly scale: number
}

/** The largest magnitude below which every integer is its own double. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
export const LONG_MIN = -(2n ** 63n)
export const LONG_MAX = 2n ** 63n - 1n

/** The exact value of a JSON number. Call it only when `Number(text)` is finite, so that the exponent is bounded. */
export function exactNumber(text: string): ExactNumber {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+(?=[0-9])/, '').replace(/0+$/, '')
  if (digits === '') return { digits: 0n, scale: 0 }
  const dropped = (whole + fraction).length - (whole + fraction).replace(/0+$/, '').length
  return { digits: BigInt(sign + digits), scale: fraction.length - dropped - Number(exponent) }
}

/** The integer that `text` denotes, or undefined when it has a fraction. `1.0` and `1e2` are integers. */
export function exactInteger(text: string): bigint | undefined {
  const { digits, scale } = exactNumber(text)
  if (digits === 0n) return 0n
  return scale > 0 ? undefined : digits * 10n ** BigInt(-scale)
}

/** True for an integer that a double may not hold. */
export function isBeyondDouble(value: bigint): boolean {
  return value > SAFE || value < -SAFE
}

/** `text` as plain decimal text with at most `scale` fraction digits, or undefined when it has more or is too long. */
export function decimalText(text: string, precision: number, scale: number): string | undefined {
  if (!Number.isFinite(Number(text))) return undefined
  const exact = exactNumber(text)
  if (exact.scale > scale || exact.digits.toString().replace('-', '').length - exact.scale > precision - scale) {
    return exact.digits === 0n ? '0' : undefined
  }
  const unscaled = exact.digits * 10n ** BigInt(scale - exact.scale)
  const sign = unscaled < 0n ? '-' : ''
  const padded = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return scale === 0 ? sign + padded : `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** True when `value` is a whole multiple of `divisor`, both taken exactly as their decimal text. */
export function isMultiple(value: string, divisor: string): boolean {
  const a = exactNumber(value)
  const b = exactNumber(divisor)
  const scale = Math.max(a.scale, b.scale)
  return (a.digits * 10n ** BigInt(scale - a.scale)) % (b.digits * 10n ** BigInt(scale - b.scale)) === 0n
}
