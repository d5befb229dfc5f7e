import { describe, expect, it } from 'vitest'
import { isTenantId, newTenantId } from '#spec'

const SYMBOLS = '23456789bcdfghjkmnpqrst'

/** Ids from bytes that a linear congruence makes: many, and the same at every run. */
function* ids(count: number): Generator<string> {
  let state = 20261122
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24
  for (let made = 0; made < count; made++) yield newTenantId(Uint8Array.from({ length: 10 }, next))
}

describe('newTenantId', () => {
  it('makes ids that are ids, and never an account number or a key', () => {
    for (const id of ids(200)) {
      expect(isTenantId(id)).toBe(true)
      expect(id).toMatch(/^t-[2-9a-z]{10}[a-z]$/)
    }
  })
})

describe('isTenantId', () => {
  it('notices every single wrong symbol', () => {
    for (const id of ids(20)) {
      for (let at = 2; at < id.length - 1; at++) {
        const wrong = Array.from(SYMBOLS).filter((symbol) => symbol !== id[at])
        for (const symbol of wrong) expect(isTenantId(id.slice(0, at) + symbol + id.slice(at + 1))).toBe(false)
      }
    }
  })

  it('notices any two neighbours that are swapped', () => {
    for (const id of ids(200)) {
      for (let at = 2; at < id.length - 2; at++) {
        const swapped = id.slice(0, at) + (id[at + 1] ?? '') + (id[at] ?? '') + id.slice(at + 2)
        expect(isTenantId(swapped)).toBe(swapped === id)
      }
    }
  })

  it.each(['', 'acme', 't-', '123456789012', 't-7kq3m9t4dh', 'T-7KQ3M9T4DH'])('refuses %j', (text) => {
    expect(isTenantId(text)).toBe(false)
  })
})
