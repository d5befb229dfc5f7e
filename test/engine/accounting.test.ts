import { describe, expect, it } from 'vitest'
import { addAccounting, EMPTY_ACCOUNTING, openBooks, total, type Accounting } from '../../runtime/engine/accounting.ts'

const batch: Accounting = {
  sources: {
    events: {
      consumed: 10,
      quarantined: { 'record/not-json': 1 },
      silver: {
        clean: {
          rows: 5,
          quarantined: { 'record/check-failed': 1 },
          deduplicated: 2,
          filtered: { where: 1 },
          warned: { odd: 3 },
        },
      },
    },
  },
  gold: { hourly: { rows: 4, quarantined: { 'record/late': 1 } } },
}

describe('addAccounting', () => {
  it('adds every number and keeps what is in one of both', () => {
    const twice = addAccounting(batch, batch)
    expect(twice.sources.events?.consumed).toBe(20)
    expect(twice.sources.events?.silver.clean).toEqual({
      rows: 10,
      quarantined: { 'record/check-failed': 2 },
      deduplicated: 4,
      filtered: { where: 2 },
      warned: { odd: 6 },
    })
    expect(twice.gold.hourly).toEqual({ rows: 8, quarantined: { 'record/late': 2 } })
    expect(addAccounting(EMPTY_ACCOUNTING, batch)).toEqual(batch)
    expect(addAccounting(batch, EMPTY_ACCOUNTING)).toEqual(batch)
  })
})

describe('openBooks', () => {
  it('is empty when bronze = silver + quarantined + deduplicated + filtered', () => {
    expect(openBooks(batch)).toEqual([])
  })

  it('names the table when one row is not accounted for', () => {
    const books = addAccounting(batch, { sources: { events: { consumed: 1, quarantined: {}, silver: {} } }, gold: {} })
    expect(openBooks(books)).toEqual(['silver.clean: 11 read from events, 10 accounted for'])
  })
})

describe('total', () => {
  it('sums counts', () => {
    expect(total({})).toBe(0)
    expect(total({ a: 1, b: 2 })).toBe(3)
  })
})
