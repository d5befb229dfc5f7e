import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSingleValue, encodeSingleValue, lowerBound, upperBound } from '../../runtime/lake/single-value.ts'
import { compareValues, valueFromText } from '../../runtime/lake/value.ts'
import type { PrimitiveType } from '#lake'

// Appendix D of the spec, and the values of Iceberg's own tests.
test.each<[PrimitiveType, string, string]>([
  ['boolean', 'true', '01'],
  ['boolean', 'false', '00'],
  ['int', '-1', 'ffffffff'],
  ['int', '1234', 'd2040000'],
  ['long', '1234', 'd204000000000000'],
  ['long', '9007199254740993', '0100000000002000'],
  ['float', '1.5', '0000c03f'],
  ['double', '1.5', '000000000000f83f'],
  ['date', '1970-01-02', '01000000'],
  ['date', '1969-12-31', 'ffffffff'],
  ['timestamp', '1970-01-01 00:00:00.000001', '0100000000000000'],
  ['timestamptz', '1970-01-01 02:00:00+02', '0000000000000000'],
  ['decimal(9, 2)', '14.20', '058c'],
  ['decimal(9, 2)', '-0.01', 'ff'],
  ['decimal(9, 2)', '1.28', '0080'],
  ['decimal(38, 0)', '-129', 'ff7f'],
  ['string', 'iceberg', '69636562657267'],
  ['binary', '00ff', '00ff'],
])('%s %s', (type, text, hex) => {
  const value = valueFromText(type, text)
  if (value === undefined) throw new Error('no value')
  expect(encodeSingleValue(type, value).toString('hex')).toBe(hex)
  expect(decodeSingleValue(type, Buffer.from(hex, 'hex'))).toEqual(value)
})

test('bounds written before a widening still read', () => {
  expect(decodeSingleValue('long', encodeSingleValue('int', -5))).toBe(-5n)
  expect(decodeSingleValue('double', encodeSingleValue('float', 0.5))).toBe(0.5)
})

test.each<[PrimitiveType, string]>([
  ['timestamp', 'infinity'],
  ['date', '12345-01-01'],
  ['date', '2026-02-30'],
  ['double', 'nan'],
  ['int', '1.5'],
  ['binary', 'abc'],
  ['decimal(9, 2)', '1.234'],
  ['decimal(9, 2)', '.'],
  ['boolean', 'yes'],
])('%s `%s` has no value', (type, text) => {
  expect(valueFromText(type, text)).toBeUndefined()
})

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('\u{10FFFF}', '\uD7FF', 'z', '\u{1F600}'), minLength: 15, maxLength: 20 }),
)

test('bounds of text enclose it in code point order, are short, and have no lone surrogate', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const [lower, upper] = [lowerBound(text), upperBound(text)]
      expect(compareValues(lower, text)).toBeLessThanOrEqual(0)
      expect(Array.from(String(lower)).length).toBeLessThanOrEqual(16)
      if (upper === undefined) {
        expect(text.startsWith('\u{10FFFF}'.repeat(16))).toBe(true)
        return
      }
      expect(compareValues(upper, text)).toBeGreaterThanOrEqual(0)
      expect(Array.from(String(upper)).length).toBeLessThanOrEqual(16)
      expect(Buffer.from(String(upper)).toString()).toBe(upper)
    }),
  )
})

test('bounds of bytes enclose them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (array) => {
      const bytes = Buffer.from(array)
      const upper = upperBound(bytes)
      expect(compareValues(lowerBound(bytes), bytes)).toBeLessThanOrEqual(0)
      if (upper === undefined) expect(bytes.subarray(0, 16).every((each) => each === 0xff)).toBe(true)
      else expect(compareValues(upper, bytes)).toBeGreaterThanOrEqual(0)
    }),
  )
  expect(upperBound(Buffer.alloc(20, 0xff))).toBeUndefined()
  expect(upperBound('\u{10FFFF}'.repeat(17))).toBeUndefined()
})
