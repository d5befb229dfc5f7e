import { exactNumber, type DataType, type ExactNumber } from '#contract'

/** How tables tell two numbers apart: by every digit, or as the nearest doubles. */
export type Numbers = 'exact' | 'double'

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/
/** Decimals of so few digits are each a double of their own, down to the least magnitude of full precision. */
const DOUBLE_DIGITS = 15
const LEAST_PRECISE = 1e-290
/** Numbers of more digits are looked for in the spellings that programs write, and not wherever the point may stand. */
const MOST_DIGITS = 40

/** Whether a text is a number as JSON writes it, and none that is too large for every table. */
export function isNumber(text: string): boolean {
  return JSON_NUMBER.test(text) && Number.isFinite(Number(text))
}

/** How fields of these types hold a number: undefined when none of them does. A list holds what its elements are. */
export function numbersOf(types: readonly DataType[]): Numbers | undefined {
  const kinds = new Set(types.map(kindOf))
  if (['long', 'decimal', 'json'].some((kind) => kinds.has(kind as DataType['kind']))) return 'exact'
  return kinds.has('double') ? 'double' : undefined
}

const kindOf = (type: DataType): DataType['kind'] => (type.kind === 'list' ? kindOf(type.element.type) : type.kind)

/** Whether two numbers, as JSON writes them, are one. */
export function sameNumber(a: string, b: string, numbers: Numbers): boolean {
  // Numbers that are equal are the same double: only of those the digits are read.
  if (!isNumber(a) || !isNumber(b) || Number(a) !== Number(b)) return false
  if (numbers === 'double') return true
  const [left, right] = [exactNumber(a), exactNumber(b)]
  return left.digits === right.digits && left.scale === right.scale
}

/** A number without exponent and needless zeros: what a cast to text makes of a long. */
export function plainNumber(text: string): string {
  const { digits, scale } = exactNumber(text)
  if (scale < -MOST_DIGITS || scale > MOST_DIGITS) return text
  if (scale <= 0) return (digits * 10n ** BigInt(-scale)).toString()
  const { sign, all } = partsOf({ digits, scale })
  const padded = all.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** A regular expression for every way of writing a number: `42`, `42.00`, `4.2e1`, `420E-1`. */
export function numberPattern(value: string, numbers: Numbers): string {
  return readings(value, numbers).map(spellings).join('|')
}

/** A regular expression that the bytes of every text with the number match, as hexadecimal digits: cheap, and never false. */
export function numberBytesPattern(value: string, numbers: Numbers): string {
  const digits = readings(value, numbers).map((each) => hexOf(partsOf(each).all))
  if (numbers === 'exact') return digits.join('|')
  if (Math.abs(Number(value)) < LEAST_PRECISE) return '3[0-9]'
  return [...digits, `(?:3[0-9](?:2E)?){${DOUBLE_DIGITS + 1}}`].join('|')
}

/** The number as it is given, and as a double holds it. */
function readings(value: string, numbers: Numbers): ExactNumber[] {
  const texts = numbers === 'exact' ? [value] : [value, String(Number(value))]
  return [...new Set(texts)].map(exactNumber)
}

function partsOf({ digits }: ExactNumber): { readonly sign: string; readonly all: string } {
  const text = digits.toString()
  return text.startsWith('-') ? { sign: '-', all: text.slice(1) } : { sign: '', all: text }
}

const hexOf = (digits: string): string => digits.replace(/./g, '(?:2E)?3$&').slice('(?:2E)?'.length)

function spellings(number: ExactNumber): string {
  if (number.digits === 0n) return '-?0(?:\\.0+)?(?:[eE][+\\-]?[0-9]+)?'
  const { sign, all } = partsOf(number)
  // Where the point may stand: `unshifted` digits to the right it needs no exponent.
  const unshifted = all.length - number.scale
  const bare = Math.max(-MOST_DIGITS, Math.min(unshifted, all.length + MOST_DIGITS))
  const [first, last] = [Math.min(-1, bare - 1), Math.max(all.length, bare) + 3]
  const near = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  const places = all.length > MOST_DIGITS ? [0, 1, all.length, bare] : near
  const written = [...new Set(places)].map((place) => pointed(all, place) + exponent(unshifted - place))
  return `${sign}(?:${written.join('|')})`
}

/** The digits with a point after the first `place` of them. */
function pointed(digits: string, place: number): string {
  if (place <= 0) return `0\\.${'0'.repeat(-place)}${digits}0*`
  if (place >= digits.length) return `${digits}${'0'.repeat(place - digits.length)}(?:\\.0+)?`
  return `${digits.slice(0, place)}\\.${digits.slice(place)}0*`
}

function exponent(power: number): string {
  if (power === 0) return '(?:[eE][+\\-]?0+)?'
  return power > 0 ? `[eE]\\+?0*${power}` : `[eE]-0*${-power}`
}
