import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
// Not public: what an erasure rests on is proved directly.
import {
  isNumber,
  numberBytesPattern,
  numberPattern,
  plainNumber,
  sameNumber,
} from '../../../runtime/engine/erase/number-forms.ts'

const whole = (value: string, numbers: 'exact' | 'double' = 'exact'): RegExp =>
  new RegExp(`^(?:${numberPattern(value, numbers)})$`)
const bytesOf = (text: string): string => Buffer.from(text).toString('hex').toUpperCase()

/** Other ways of writing digits times ten to the power. */
function waysOf(digits: string, power: number): string[] {
  const shifted = Array.from({ length: digits.length - 1 }, (_, at) => {
    const place = at + 1
    return `${digits.slice(0, place)}.${digits.slice(place)}0e${power + digits.length - place}`
  })
  return [
    ...shifted,
    `${digits}E${power}`,
    `${digits}00e${power - 2}`,
    `${digits}.0e${power}`,
    `0.${digits}e${power + digits.length}`,
  ]
}

describe('a number by its value', () => {
  it('is the same however it is written, and no other', () => {
    for (const text of ['42', '42.0', '42.00', '4.2e1', '4.2E+1', '420e-1', '0.42e2', '42e0']) {
      expect(sameNumber(text, '42', 'exact'), text).toBe(true)
      expect(whole('42').test(text), text).toBe(true)
      expect(whole('4.20e1').test(text), text).toBe(true)
      expect(bytesOf(`{"user":${text}}`), text).toMatch(new RegExp(numberBytesPattern('42', 'exact')))
    }
    for (const text of ['-42', '420', '42.01', '4.2', '142', '4.2e2', '4.2e-1', 'NaN', '042', '']) {
      expect(sameNumber(text, '42', 'exact'), text).toBe(false)
      expect(whole('42').test(text), text).toBe(false)
    }
    for (const text of ['0', '0.0', '-0', '0e9', '0E-3']) expect(whole('0').test(text), text).toBe(true)
  })

  it('loses no digit, where a double would', () => {
    expect(sameNumber('9007199254740993', '9007199254740992', 'exact')).toBe(false)
    expect(whole('9007199254740993').test('9007199254740992')).toBe(false)
    expect(sameNumber('9007199254740993', '9007199254740993.0', 'exact')).toBe(true)
  })

  it('is the nearest double where columns hold doubles', () => {
    for (const text of ['0.10000000000000000001', '0.09999999999999999999999']) {
      expect(sameNumber(text, '0.1', 'exact'), text).toBe(false)
      expect(sameNumber(text, '0.1', 'double'), text).toBe(true)
      expect(bytesOf(text), text).toMatch(new RegExp(numberBytesPattern('0.1', 'double')))
    }
    expect(whole('0.10000000000000000001', 'double').test('0.1')).toBe(true)
  })

  it('is what JSON calls a number, and not too large for every table', () => {
    expect(['42', '-0.5', '1e3'].map(isNumber)).toEqual([true, true, true])
    expect(['042', '+1', '1.', '.5', '1e999', 'x', ' 1', '0x1'].map(isNumber)).toEqual(Array(8).fill(false))
    expect(['4.20e1', '-0.0500', '1e3', '0.0', '12345e-2'].map(plainNumber)).toEqual([
      '42',
      '-0.05',
      '1000',
      '0',
      '123.45',
    ])
  })

  it('is found in all of its ways, and in no other number', () => {
    const digits = fc.bigInt(1n, 10n ** 19n).map((each) => plainNumber(String(each)).replace(/0+$/, ''))
    fc.assert(
      fc.property(digits, fc.integer({ min: -25, max: 25 }), fc.boolean(), (text, power, isNegative) => {
        const sign = isNegative ? '-' : ''
        for (const way of waysOf(text, power).map((each) => sign + each)) {
          const value = plainNumber(`${sign}${text}e${power}`)
          expect(sameNumber(way, value, 'exact'), way).toBe(true)
          expect(whole(value).test(way), `${way} of ${value}`).toBe(true)
          expect(whole(way).test(value), `${value} of ${way}`).toBe(true)
          expect(bytesOf(way)).toMatch(new RegExp(numberBytesPattern(value, 'exact')))
          const other = plainNumber(`${sign}${BigInt(text) + 1n}e${power}`)
          expect(whole(other).test(way), `${way} of ${other}`).toBe(false)
        }
      }),
      { numRuns: 40 },
    )
  })
})
