import { describe, expect, it } from 'vitest'
import { columnKind, oddValues } from '../../../runtime/plan/reference/column-type.ts'

const DATES = ['2025-10-14', '2031-10-14', '2025-09-15', '2026-09-30', '2025-05-31']
const NUMBERS = ['10', '11', '12', '-7', '1500']
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1))

describe('columnKind', () => {
  it.each([
    ['long', ['1', '-20', '0', '999999999999999999']],
    ['double', ['1', '2.5', '-1e-3']],
    ['boolean', ['true', 'false']],
    ['date', ['2024-02-29', '0001-01-01']],
    ['timestamp', ['2024-02-29T23:59:59Z', '2024-02-29T00:00:00.123456Z']],
    ['string', []],
    ['string', ['1', 'a']],
    ['string', ['01']],
    ['string', ['1000000000000000000000', 'x']],
    ['string', ['True']],
    ['string', ['2025-02-29']],
    ['string', ['2025-02-31']],
    ['string', ['2024-02-29T24:00:00Z']],
    ['string', ['2024-13-29T00:00:00Z']],
    ['string', ['2024-02-29T00:00:00+01:00']],
    ['string', ['2024-02-29T00:00:00.1234567Z']],
    ['string', ['2024-02-29', '2024-02-29T00:00:00Z']],
  ])('%s: %j', (kind, values) => {
    expect(columnKind(values)).toBe(kind)
  })
})

describe('oddValues', () => {
  it.each([
    ['date', [...DATES, '2025-13-14']],
    ['date', [...DATES, '14.10.2025']],
    ['date', [...DATES, 'never']],
    ['date', DATES.with(2, '2025-02-30')],
    ['timestamp', DATES.map((date) => `${date}T00:00:00Z`).with(0, '2025-10-14 00:00:00')],
    ['boolean', ['true', 'false', 'true', 'true', 'yes']],
    ['long', [...NUMBERS, '1,000']],
    ['long', [...NUMBERS, '1 000']],
    ['long', [...NUMBERS, ' 13']],
    ['long', [...NUMBERS, '+13']],
    ['long', [...NUMBERS, '1O0']],
    ['long', [...NUMBERS, '15%']],
    ['long', [...NUMBERS, '€ 15']],
    ['long', [...NUMBERS, 'n/a']],
    ['long', [...NUMBERS, '-']],
    ['long', [...NUMBERS, '#REF!']],
    ['double', [...NUMBERS, '1.5', '2,5']],
    ['double', [...NUMBERS, '1.5', '.5']],
  ])('of a column of type %s but for one: %j', (kind, values) => {
    const odd = oddValues(values)
    expect(odd?.kind).toBe(kind)
    expect(odd?.odd).toHaveLength(1)
  })

  it.each([
    ['identifiers that are numbers all but one', [...NUMBERS, '12a']],
    ['codes with a leading zero', ['10115', '20095', '80331', '50667', '01067']],
    ['versions', ['1.0', '1.1', '2.0', '2.1', '3.0.1']],
    ['versions with a word', ['18.04', '20.04', '22.04', '24.04', 'rolling']],
    ['a slip beside an identifier', [...many(20), '1O', '12a']],
    ['too few values to tell', ['2025-10-14', '2031-10-14', '2025-09-15', '2025-13-14']],
    ['two of a few', [...DATES, '2025-13-14', 'never']],
    ['names', ['Microsoft', 'Apple', 'Canonical', '2025-10-14', 'Red Hat']],
    ['nothing', []],
  ])('leaves %s alone', (_, values) => {
    expect(oddValues(values)).toBeUndefined()
  })

  it('lets one in ten be odd, and never more than three', () => {
    const column = (right: number, wrong: number): string[] => [...many(right), ...Array<string>(wrong).fill('n/a')]
    const told = (right: number, wrong: number): boolean => oddValues(column(right, wrong)) !== undefined
    expect([told(17, 2), told(18, 2), told(26, 3), told(27, 3), told(996, 4)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ])
    expect(oddValues(column(18, 2))?.odd).toEqual([18, 19])
  })
})
