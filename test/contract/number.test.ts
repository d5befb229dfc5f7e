import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactNumber } from '#contract'
import { decimalText, exactInteger, isMultiple } from '../../runtime/contract/number.ts'

describe('exact numbers', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['-0.0e5', 0n],
    ['1.0', 1n],
    ['1e2', 100n],
    ['1.5e1', 15n],
    ['100e-2', 1n],
    ['-12.50e1', -125n],
    ['9007199254740993', 9007199254740993n],
    ['9223372036854775808.0', 9223372036854775808n],
    ['1.5', undefined],
    ['1e-400', undefined],
    ['9007199254740992.5', undefined],
  ])('%s as an integer is %s', (text, integer) => {
    expect(exactInteger(text)).toBe(integer)
  })

  it('are equal whenever their values are', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.nat(20),
        fc.nat(10),
        (digits, scale, zeros) => {
          const shifted = `${digits}${'0'.repeat(zeros)}e-${scale + zeros}`
          expect(exactNumber(shifted)).toEqual(exactNumber(`${digits}e-${scale}`))
        },
      ),
    )
  })

  it.each([
    ['1', 5, 2, '1.00'],
    ['-0.5', 5, 2, '-0.50'],
    ['999.99', 5, 2, '999.99'],
    ['1000', 5, 2, undefined],
    ['0.001', 5, 2, undefined],
    ['1.10', 3, 1, '1.1'],
    ['0', 3, 3, '0'],
    ['0.999', 3, 3, '0.999'],
    ['1', 3, 3, undefined],
    ['1e2', 5, 0, '100'],
    ['-0', 5, 0, '0'],
    ['1e400', 38, 0, undefined],
    ['0.00', 1, 0, '0'],
  ])('%s as decimal(%i,%i) is %s', (text, precision, scale, decimal) => {
    expect(decimalText(text, precision, scale)).toBe(decimal)
  })

  it.each([
    ['0.0075', '0.0001', true],
    ['0.00751', '0.0001', false],
    ['4.35', '0.01', true],
    ['1e+308', '0.5', true],
    ['12391239123', '1e-8', true],
    ['9007199254740993', '2', false],
    ['0', '7', true],
    ['-9', '3', true],
  ])('%s being a multiple of %s is %s', (value, divisor, expected) => {
    expect(isMultiple(value, divisor)).toBe(expected)
  })
})
