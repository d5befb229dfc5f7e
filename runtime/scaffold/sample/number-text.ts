import { exactInteger, LONG_MAX, LONG_MIN } from '#contract'

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** True for JSON text of a whole number, written without fraction or exponent, that 64 bits hold. */
export function isInteger(text: string): boolean {
  if (!/^-?(?:0|[1-9][0-9]*)$/.test(text) || text.length > 20) return false
  const value = exactInteger(text)
  return value !== undefined && value >= LONG_MIN && value <= LONG_MAX
}

/** True for JSON text of a number that a double holds. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text) && Number.isFinite(Number(text))
}
